/// What is recorded, and how.
///
/// The left channel is what `first` says. The right one is everything that is sent to `first`, and what `second` says
/// once the recording is connected.
public struct MediaRecording: Hashable, Sendable {
    /// Whether the parties are kept apart.
    public enum Channels: Hashable, Sendable {
        /// One channel with both parties.
        case mixed
        /// Left and right.
        case dual
    }

    /// How the samples are coded, 8,000 a second and channel.
    public enum Format: Hashable, Sendable {
        /// WAV with 16-bit linear samples.
        case pcm
        /// WAV with A-law.
        case alaw
        /// WAV with µ-law.
        case mulaw
        case mp3

        /// The ending of the file's name, with its dot.
        public var fileEnding: String {
            switch self {
            case .pcm, .alaw, .mulaw: ".wav"
            case .mp3: ".mp3"
            }
        }
    }

    public var id: MediaRecordingID
    /// Party 1's leg.
    public var first: MediaLegID
    /// Party 2's leg.
    public var second: MediaLegID
    public var channels: Channels
    public var format: Format

    public init(
        id: MediaRecordingID, first: MediaLegID, second: MediaLegID, channels: Channels, format: Format
    ) {
        self.id = id
        self.first = first
        self.second = second
        self.channels = channels
        self.format = format
    }

    /// The file's name in the engine's folder of recordings.
    public var fileName: String { id.description + format.fileEnding }
}

/// What of a recording is in its file.
public struct RecordingSummary: Hashable, Sendable {
    /// Its length in samples of each channel, 8,000 a second.
    public var samples: UInt64
    /// The file's size.
    public var bytes: UInt64

    public init(samples: UInt64 = 0, bytes: UInt64 = 0) {
        self.samples = samples
        self.bytes = bytes
    }
}
