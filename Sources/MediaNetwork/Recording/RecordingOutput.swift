internal import Audio
internal import LinuxIO
internal import MediaControl

/// A recording's file: samples at its end, and a header at its beginning that says how many of them are there.
struct RecordingOutput: ~Copyable {
    private let recording: MediaRecording
    private let file: WritableFile
    private var header: WAVHeader
    /// Samples appended; as many as the header says, once it is true.
    private var samples: UInt64 = 0

    /// Makes the file. It has no header before it is made true.
    init(_ recording: MediaRecording, path: String) throws(SystemError) {
        let file = try WritableFile(creating: path)
        let coding: WAVHeader.Coding =
            switch recording.format {
            case .pcm, .mp3: .linear
            case .alaw: .g711(.pcma)
            case .mulaw: .g711(.pcmu)
            }
        header = WAVHeader(coding: coding, channels: recording.channels == .dual ? 2 : 1)
        self.recording = recording
        self.file = file
    }

    /// What is in the file, and said to be.
    var summary: RecordingSummary { RecordingSummary(samples: header.samples, bytes: size(of: header.samples)) }

    /// Appends as many samples of both tracks as are in `memory`.
    mutating func append(
        _ count: Int, _ leftCodec: G711, _ rightCodec: G711, from memory: RecordingMemory
    ) throws(SystemError) {
        switch header.coding {
        case .g711(let codec):
            RecordingCoding.write(
                memory.left, memory.right, count: count, codec: codec, recording.channels, to: memory.output)
        case .linear:
            RecordingCoding.decode(memory.left, of: leftCodec, count: count, to: memory.linearLeft)
            RecordingCoding.decode(memory.right, of: rightCodec, count: count, to: memory.linearRight)
            RecordingCoding.write(
                memory.linearLeft, memory.linearRight, count: count, recording.channels, to: memory.output)
        }
        try file.write(UnsafeRawBufferPointer(start: memory.output, count: count * header.width), at: size(of: samples))
        samples += UInt64(count)
    }

    /// Makes the header say what is in the file.
    mutating func makeTrue(using memory: RecordingMemory) throws(SystemError) {
        var header = header
        header.samples = samples
        let bytes = UnsafeMutableRawBufferPointer(start: memory.output, count: WAVHeader.size)
        header.write(to: bytes)
        try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        self.header = header
    }

    /// Cuts off what the header does not know of.
    func abandon() { file.cut(to: size(of: header.samples)) }

    private func size(of samples: UInt64) -> UInt64 { UInt64(WAVHeader.size) + samples * UInt64(header.width) }
}
