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
