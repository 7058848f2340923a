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
        if container == .wav, WAVChunks.announcesMore(than: bytes) { throw .shorterThanAnnounced }
        let source = UnsafeMutablePointer<MemorySource>.allocate(capacity: 1)
        source.initialize(to: MemorySource(bytes: bytes))
        var io = MemorySource.virtualIO
        var header = SF_INFO()
        guard let file = sf_open_virtual(&io, Int32(SFM_READ), &header, source) else {
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
        source.deallocate()
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
        case .wav: [SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64].contains { Int($0) == major }
        case .mp3: major == Int(SF_FORMAT_MPEG)
        case .ogg: major == Int(SF_FORMAT_OGG)
        case .flac: major == Int(SF_FORMAT_FLAC)
        }
    }
}

/// Bytes in memory as libsndfile reads a file.
private struct MemorySource {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    static let virtualIO = SF_VIRTUAL_IO(
        get_filelen: { MemorySource.at($0).pointee.length },
        seek: { MemorySource.at($2).pointee.seek($0, from: $1) },
        read: { MemorySource.at($2).pointee.read(into: $0, count: $1) },
        write: { _, _, _ in 0 },
        tell: { Int64(MemorySource.at($0).pointee.position) })

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<MemorySource> {
        guard let pointer else { preconditionFailure("libsndfile lost its source") }
        return pointer.assumingMemoryBound(to: MemorySource.self)
    }

    private var length: Int64 { Int64(bytes.count) }

    private mutating func seek(_ offset: Int64, from whence: Int32) -> Int64 {
        let origin =
            switch Int(whence) {
            case Int(SF_SEEK_CUR): Int64(position)
            case Int(SF_SEEK_END): length
            default: Int64(0)
            }
        let (target, overflow) = origin.addingReportingOverflow(offset)
        guard !overflow, (0...length).contains(target) else { return -1 }
        position = Int(target)
        return target
    }

    private mutating func read(into target: UnsafeMutableRawPointer?, count: Int64) -> Int64 {
        let available = min(Int(clamping: count), bytes.count - position)
        guard let target, available > 0, let start = bytes.baseAddress else { return 0 }
        target.copyMemory(from: start + position, byteCount: available)
        position += available
        return Int64(available)
    }
}
