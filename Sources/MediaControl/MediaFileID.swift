/// The name of a file that the packet loop plays or writes. `Kind` is what the file is for, so that a voice is not taken for
/// a recording.
public struct MediaFileID<Kind>: Hashable, Sendable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// 32 lower-case hexadecimal digits: the file's name without its ending.
    public var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// A prepared voice file: two files of raw G.711 in the engine's folder of voices, named after it with the endings
/// `.alaw` and `.ulaw`, each the same whole number of 20 ms frames.
///
/// What is in a file never changes: another sound is another file.
public typealias MediaVoiceID = MediaFileID<MediaFeed>

/// A recording's name, in the packet loop and on disk.
public typealias MediaRecordingID = MediaFileID<MediaRecording>
