/// What is reported about a leg's reception.
public enum MediaWatch: Hashable, Sendable {
    case nothing
    /// `.flowing` at the first RTP packet, `.quiet` once none came for the duration, and so on in turn.
    /// Starts as quiet, unreported.
    case activity(quietAfter: Duration)
    /// `.idle` once neither RTP nor RTCP came for the duration (counted from this command on), `.flowing` when something comes again.
    case liveness(idleAfter: Duration)
}

/// What the packet loop reports.
public enum MediaReport: Hashable, Sendable {
    case opened(MediaLegID)
    /// The port pair could not be bound; the leg does not exist.
    case openFailed(MediaLegID)
    case flowing(MediaLegID)
    case quiet(MediaLegID)
    case idle(MediaLegID)
    /// A key was pressed: 0–9, `*`, `#`, A–D as the event code 0–15. Told at the end of its telephone-event, or when that
    /// end was lost; and of its tone, where tones are listened for. A key that came both ways is told once.
    case digit(MediaLegID, event: UInt8)
    /// The feed of this number, a `.voice` or `.signal` that does not repeat, has been sent to its end; silence follows.
    case played(MediaLegID, feed: UInt32 = 0)
    /// The voice file of the feed of this number cannot be had; silence follows.
    case playFailed(MediaLegID, feed: UInt32 = 0)
    /// How the leg fares, told about every 5 s.
    case measured(MediaLegID, MediaSummary)
    /// The recording's file is whole, and would survive the loss of power.
    case recorded(MediaRecordingID, RecordingSummary)
    /// The recording has ended early, or could not begin. What is told was written, and can be played.
    case recordFailed(MediaRecordingID, RecordingSummary, RecordingFault)
    case closed(MediaLegID, MediaSummary)
}

/// Why a recording failed.
public enum RecordingFault: Hashable, Sendable {
    /// A leg was not open, or its call was being recorded already.
    case notPossible
    /// The file could not be written; in the system's words, such as `write: No space left on device`.
    case file(String)
}
