public import Audio

/// What a leg is sent.
public enum MediaFeed: Hashable, Sendable {
    /// No packets.
    case nothing
    /// A running stream of silent packets.
    case silence
    /// A repeating tone, from its beginning.
    case tone(ToneCadence)
    /// One run of a tone's cadence, such as a beep: `.played` at its end, then silence.
    case signal(ToneCadence)
    /// A voice file from its beginning, over and over, or once: then `.played` at its end, and silence. Where the file
    /// cannot be had, `.playFailed`, and silence.
    case voice(MediaVoiceID, repeats: Bool)
    /// What arrives on the other leg, which must be open by now; nothing once it is closed. Legs `2n` and `2n + 1` can
    /// feed each other, others cannot.
    case leg(MediaLegID)
}

/// A prepared voice file: two files of raw G.711 in the engine's folder of voices, named after it with the endings
/// `.alaw` and `.ulaw`, each the same whole number of 20 ms frames.
///
/// What is in a file never changes: another sound is another file.
public struct MediaVoiceID: Hashable, Sendable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// 32 lower-case hexadecimal digits: the files' name without its ending.
    public var description: String { hexadecimal(high, low) }
}

/// 32 lower-case hexadecimal digits.
func hexadecimal(_ high: UInt64, _ low: UInt64) -> String {
    [high, low].map { word in
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
}
