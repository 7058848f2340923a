import CSndfile

/// Decodes one sound file that lies in memory, piece by piece, mixed to one channel.
///
/// Not `Sendable`, and valid only as long as the bytes it was given.
final class SoundReader {
    /// The sample rates that are read, in Hz.
    static let sampleRates = 1_000...384_000
    /// How many samples per channel are decoded at a time.
    static let piece = 4_096

    let sampleRate: Int
    /// What the file announces, per channel; `nil` where it does not say.
    let announced: Int?
    let container: SoundContainer
    private let channels: Int
    private let file: OpaquePointer
    private let source: UnsafeMutablePointer<MemorySource>
    private var interleaved: [Float]

    /// - Throws: what is wrong with the file, as far as its headers tell.
    init(_ bytes: UnsafeRawBufferPointer) throws(VoiceFault) {
        guard !bytes.isEmpty else { throw .empty }
        guard let container = SoundContainer(bytes) else { throw .unknownFormat }
        let memory = try Self.memory(bytes, container)
        let source = UnsafeMutablePointer<MemorySource>.allocate(capacity: 1)
        source.initialize(to: memory)
        var io = MemorySource.virtualIO
        var header = SF_INFO()
        guard let file = sf_open_virtual(&io, Int32(SFM_READ), &header, source) else {
            source.deinitialize(count: 1)
            source.deallocate()
            throw .broken(Self.reason(nil))
        }
        // From here on `deinit` closes what was opened, whatever is thrown.
        self.container = container
        self.source = source
        self.file = file
        channels = Int(header.channels)
        sampleRate = Int(header.samplerate)
        announced = header.frames < Int64.max ? Int(header.frames) : nil
        interleaved = Array(repeating: 0, count: Self.piece * max(1, min(channels, 2)))
        guard container.matches(header.format) else { throw .unknownFormat }
        guard (1...2).contains(channels) else { throw .channels(channels) }
        guard Self.sampleRates.contains(sampleRate) else { throw .sampleRate(sampleRate) }
    }

    deinit {
        sf_close(file)
        source.deinitialize(count: 1)
        source.deallocate()
    }

    private static func memory(
        _ bytes: UnsafeRawBufferPointer, _ container: SoundContainer
    ) throws(VoiceFault) -> MemorySource {
        switch container {
        case .wav:
            let chunks = try WAVChunks(bytes)
            return MemorySource(chunks.sound, behind: chunks.head)
        case .mp3, .ogg, .flac: return MemorySource(bytes)
        }
    }

    /// Decodes up to `piece` samples into `mono`, which has room for them; 0 at the end.
    ///
    /// Two channels are averaged, so that the sum of two loud ones is not cut off. What is no number is silence.
    func read(into mono: UnsafeMutableBufferPointer<Float>) throws(VoiceFault) -> Int {
        let count = interleaved.withUnsafeMutableBufferPointer { buffer in
            Int(sf_readf_float(file, buffer.baseAddress, Int64(Self.piece)))
        }
        guard count > 0 else {
            guard sf_error(file) == 0 else { throw .broken(Self.reason(file)) }
            return 0
        }
        for index in 0..<count {
            let sample =
                channels == 1 ? interleaved[index] : (interleaved[index * 2] + interleaved[index * 2 + 1]) / 2
            mono[index] = sample.isFinite ? max(-1, min(1, sample)) : 0
        }
        return count
    }

    private static func reason(_ file: OpaquePointer?) -> String {
        sf_strerror(file).map { String(cString: $0) } ?? "no reason given"
    }
}

extension SoundContainer {
    /// Whether libsndfile found what the first bytes promised.
    fileprivate func matches(_ format: Int32) -> Bool {
        let major = Int(format) & Int(SF_FORMAT_TYPEMASK)
        return switch self {
        case .wav: [SF_FORMAT_WAV, SF_FORMAT_WAVEX].contains { Int($0) == major }
        case .mp3: major == Int(SF_FORMAT_MPEG)
        case .ogg: major == Int(SF_FORMAT_OGG)
        case .flac: major == Int(SF_FORMAT_FLAC)
        }
    }
}
