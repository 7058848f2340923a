internal import Audio
internal import Glibc
internal import LinuxIO
internal import MediaCodecs
internal import MediaControl

/// A recording's file, to whose end samples are added.
struct RecordingOutput: ~Copyable {
    fileprivate enum Form {
        /// With a header that says how many samples there are.
        case wav(WAVHeader)
        case mp3(MP3Encoder)
    }

    private let channels: MediaRecording.Channels
    private let file: WritableFile
    private let form: Form
    /// What was added.
    private var added: RecordingSummary
    /// What is in the file so that it can be played.
    private(set) var summary = RecordingSummary()

    /// Makes the file. It cannot be played before it is made true.
    init(_ recording: MediaRecording, path: String) throws(SystemError) {
        let form = try Form(recording)
        file = try WritableFile(creating: path)
        channels = recording.channels
        self.form = form
        added = RecordingSummary(bytes: form.beginning)
    }

    /// Adds as many samples of both tracks as are in `memory`.
    mutating func append(
        _ count: Int, _ leftCodec: G711, _ rightCodec: G711, from memory: RecordingMemory
    ) throws(SystemError) {
        let size: Int
        switch form {
        case .wav(let header):
            write(count, leftCodec, rightCodec, as: header.coding, in: memory)
            size = count * header.width
        case .mp3(let encoder):
            decode(count, leftCodec, rightCodec, in: memory)
            if channels == .mixed { RecordingCoding.add(memory.linearRight, to: memory.linearLeft, count: count) }
            size = encoder.encode(memory.linearLeft, memory.linearRight, count: count, to: memory.output)
        }
        try add(size, from: memory)
        added.samples += UInt64(count)
    }

    /// Makes the file one that can be played.
    mutating func makeTrue(using memory: RecordingMemory) throws(SystemError) {
        switch form {
        case .wav(var header):
            header.samples = added.samples
            let bytes = UnsafeMutableRawBufferPointer(start: memory.output, count: WAVHeader.size)
            header.write(to: bytes)
            try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        // Each of its frames can be played.
        case .mp3: break
        }
        summary = added
    }

    /// Nothing is added after this.
    mutating func finish(using memory: RecordingMemory) throws(SystemError) {
        switch form {
        case .wav: break
        case .mp3(let encoder):
            try add(encoder.finish(to: memory.output), from: memory)
            let count = encoder.beginning(to: memory.output)
            try file.write(UnsafeRawBufferPointer(start: memory.output, count: count), at: 0)
        }
        try makeTrue(using: memory)
    }

    /// Cuts off what cannot be played.
    func abandon() { file.cut(to: summary.bytes) }

    private mutating func add(_ count: Int, from memory: RecordingMemory) throws(SystemError) {
        try file.write(UnsafeRawBufferPointer(start: memory.output, count: count), at: added.bytes)
        added.bytes += UInt64(count)
    }

    private func write(
        _ count: Int, _ leftCodec: G711, _ rightCodec: G711, as coding: WAVHeader.Coding, in memory: RecordingMemory
    ) {
        switch coding {
        case .g711(let codec):
            RecordingCoding.write(memory.left, memory.right, count: count, codec: codec, channels, to: memory.output)
        case .linear:
            decode(count, leftCodec, rightCodec, in: memory)
            RecordingCoding.write(memory.linearLeft, memory.linearRight, count: count, channels, to: memory.output)
        }
    }

    private func decode(_ count: Int, _ leftCodec: G711, _ rightCodec: G711, in memory: RecordingMemory) {
        RecordingCoding.decode(memory.left, of: leftCodec, count: count, to: memory.linearLeft)
        RecordingCoding.decode(memory.right, of: rightCodec, count: count, to: memory.linearRight)
    }
}

extension RecordingOutput.Form {
    fileprivate init(_ recording: MediaRecording) throws(SystemError) {
        let channels = recording.channels == .dual ? 2 : 1
        switch recording.format {
        case .pcm: self = .wav(WAVHeader(coding: .linear, channels: channels))
        case .alaw: self = .wav(WAVHeader(coding: .g711(.pcma), channels: channels))
        case .mulaw: self = .wav(WAVHeader(coding: .g711(.pcmu), channels: channels))
        case .mp3:
            do throws(MP3Encoder.OutOfMemory) {
                self = .mp3(try MP3Encoder(channels: channels))
            } catch {
                throw SystemError(code: ENOMEM, attempt: "lame_init")
            }
        }
    }

    /// Bytes before the first sample.
    fileprivate var beginning: UInt64 {
        switch self {
        case .wav: UInt64(WAVHeader.size)
        case .mp3: 0
        }
    }
}
