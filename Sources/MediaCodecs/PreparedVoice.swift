import Audio

/// A sound in every codec that is sent, in whole frames of 20 ms, without a click at its beginning, its end and where it is
/// repeated: what playing it needs no more work for.
public struct PreparedVoice: Hashable, Sendable {
    public private(set) var aLaw: [UInt8] = []
    public private(set) var muLaw: [UInt8] = []

    public var frames: Int { aLaw.count / G711.samplesPerFrame }

    /// How much less than announced an MP3 file may hold, per channel: what its encoder's delay and padding leave
    /// uncertain.
    private static let mp3Tolerance = 3 * 1_152

    /// Decodes a WAV, MP3, OGG or FLAC file of one or two channels. Blocks for as long as that takes; the memory
    /// it needs is bounded by `limit`.
    ///
    /// - Parameter limit: the longest sound.
    /// - Throws: what is wrong with the file.
    public init(decoding file: UnsafeRawBufferPointer, limit: Duration) throws(VoiceFault) {
        let reader = try SoundReader(file)
        let longest = Int(limit.components.seconds) * G711.sampleRate
        if let announced = reader.announced, announced / reader.sampleRate > limit.components.seconds {
            throw .tooLong(limit: limit)
        }
        let decoded = try decode(reader, longest: longest, limit: limit)
        if let announced = reader.announced {
            let tolerance = reader.container == .mp3 ? Self.mp3Tolerance : 0
            guard decoded + tolerance >= announced else { throw .shorterThanAnnounced }
        }
        guard !aLaw.isEmpty else { throw .noSound }
        SoundEdges.soften(&aLaw, of: .pcma)
        SoundEdges.soften(&muLaw, of: .pcmu)
        fillLastFrame()
    }

    /// Returns how many samples per channel the file held.
    private mutating func decode(_ reader: SoundReader, longest: Int, limit: Duration) throws(VoiceFault) -> Int {
        let resampler = try Resampler(from: reader.sampleRate, longest: SoundReader.piece)
        let mono = UnsafeMutableBufferPointer<Float>.allocate(capacity: SoundReader.piece)
        defer { mono.deallocate() }
        var decoded = 0
        var isOver = false
        while !isOver {
            let count = try reader.read(into: mono)
            decoded += count
            isOver = count == 0
            let piece = isOver ? nil : UnsafeBufferPointer(rebasing: mono[..<count])
            try resampler.resample(piece) { samples throws(VoiceFault) in
                append(samples)
                guard aLaw.count <= longest else { throw .tooLong(limit: limit) }
            }
        }
        return decoded
    }

    private mutating func append(_ samples: UnsafeBufferPointer<Float>) {
        for sample in samples {
            // The resampler's filter may swing over the edge of what its input kept to.
            let linear = Int16(max(-32_768, min(32_767, (sample * 32_768).rounded())))
            aLaw.append(G711.pcma.encode(linear))
            muLaw.append(G711.pcmu.encode(linear))
        }
    }

    private mutating func fillLastFrame() {
        let missing = (G711.samplesPerFrame - aLaw.count % G711.samplesPerFrame) % G711.samplesPerFrame
        aLaw.append(contentsOf: repeatElement(G711.pcma.silence, count: missing))
        muLaw.append(contentsOf: repeatElement(G711.pcmu.silence, count: missing))
    }
}
