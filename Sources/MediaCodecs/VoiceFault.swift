/// What is wrong with a file that should become a voice file, in words for who uploaded it.
public enum VoiceFault: Error, Hashable, Sendable {
    case empty
    /// Neither WAV nor MP3, OGG or FLAC.
    case unknownFormat
    /// The decoder's own words.
    case broken(String)
    /// The file announces more sound than it holds: it was cut off, or its header is wrong.
    case shorterThanAnnounced
    case noSound
    case channels(Int)
    case sampleRate(Int)
    case tooLong(limit: Duration)

    /// The rule that was broken.
    public var rule: String {
        switch self {
        case .empty: "the file is empty"
        case .unknownFormat: "the file must be WAV, MP3, OGG or FLAC"
        case .broken(let reason): "the file cannot be decoded (\(reason))"
        case .shorterThanAnnounced: "the file is shorter than its header says; it may have been cut off"
        case .noSound: "the file holds no sound"
        case .channels(let count): "the file must be mono or stereo, and has \(count) channels"
        case .sampleRate(let rate):
            "the file's sample rate must be from \(SoundReader.sampleRates.lowerBound) to "
                + "\(SoundReader.sampleRates.upperBound) Hz, and is \(rate)"
        case .tooLong(let limit): "the sound must not be longer than \(limit.components.seconds) s"
        }
    }
}
