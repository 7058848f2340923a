public import CallModel

/// What a callback wants done, in the order given.
public enum FlowAction: Hashable, Sendable {
    /// At most once per party.
    case dial(Party)
    /// Sends CANCEL or BYE, as the leg stands, with this cause. At most once per party; not for a leg that ended by
    /// itself. Before the end is decided, party 2's alone, while party 1 is told that it failed.
    case release(Party, Q850Cause)
    /// What the party is sent from now on; only when that changes, or when a sound is to be played again. A leg begins
    /// with `.nothing`.
    case feed(Party, LegFeed)
    /// What is to be reported of the party's media from now on, counted anew. A leg begins with `.nothing`.
    case watch(Party, LegWatch)
    /// Whether keys that the party presses are looked for in its sound too, not in telephone-events alone. A leg begins with `false`.
    case listen(Party, Bool)
    /// Sample 0 of the recording is now; at most once. It lasts until the end is decided.
    case startRecording
    /// The two can talk.
    case connected
    /// The party pressed the key that it had to press, or did not.
    case confirmed(Party, Bool)
    /// Party 2 failed, and with it the call; party 1 hears so before that is decided.
    case missed(CallEnding)
    /// The warning before the limit begins.
    case countdown
    /// The party's media stopped while the other's flows.
    case mediaAlert(Party)
    /// The end reason is fixed, exactly once: the media of both legs can stop, and nothing but `release` and `finished` follows.
    case decided(CallEnding)
    /// Exactly once, the last action: no leg has signalling left, or the time for that has passed.
    case finished
}

/// What a party is sent.
public enum LegFeed: Hashable, Sendable {
    /// No packets.
    case nothing
    /// A running stream of silent packets.
    case silence
    /// The configured country's ring-back tone, from its beginning.
    case ringBack
    /// A voice file, from its beginning, again and again.
    indirect case loop(PreparedVoice)
    /// A sound, from its beginning, once; then silence.
    indirect case sound(Sound)
    /// What the other party sends.
    case other
}

/// What is reported of a party's media.
public enum LegWatch: Hashable, Sendable {
    case nothing
    /// `mediaFlowing` at the first RTP packet, `mediaQuiet` after 200 ms without one, and so on in turn.
    case early
    /// `mediaIdle` after the plan's `mediaTimeout` without RTP or RTCP, `mediaFlowing` when something comes again.
    case connected
}
