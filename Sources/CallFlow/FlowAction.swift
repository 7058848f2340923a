public import CallModel

/// What a callback wants done, in the order given.
public enum FlowAction: Hashable, Sendable {
    /// At most once per party.
    case dial(Party)
    /// Sends CANCEL or BYE, as the leg stands, with this cause. At most once per party; not for a leg that ended by
    /// itself.
    case release(Party, Q850Cause)
    /// What the party is sent from now on; only when that changes. A leg begins with `.nothing`.
    case feed(Party, LegFeed)
    /// What is to be reported of the party's media from now on, counted anew. A leg begins with `.nothing`.
    case watch(Party, LegWatch)
    /// The two can talk.
    case connected
    /// The end reason is fixed, exactly once: the media of both legs can stop, and no `dial`, `feed` or `watch` follows.
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
