/// What no run may show, by the checker that watches it.
public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// Every 2xx, retransmissions included, is acknowledged at once.
    case acknowledgement
    /// One BYE transaction from us at most, none after we answered theirs, none repeated after its answer.
    case singleBye
    /// Each confirmed dialog sees a BYE from one side or the other.
    case ending
    /// Nobody's phone rings for ever.
    case ringing
    /// CSeq, tags, branches and routes, as the parties see them.
    case sequence
    /// No more calls at a trunk, and no more INVITEs in a second, than it allows.
    case trunkLimits
    /// Every accepted call ends exactly once, its times in order, and is durable before it is visible.
    case record
    /// One end event for each call that was not cancelled, none for one that was unless it was asked for; every event
    /// that was asked for in order and without holes, none unasked.
    case event
    /// A recording that began ends exactly once.
    case recording
    /// What a party hears begins with its cause.
    case sound
    /// Every command is answered exactly once.
    case answer
    /// Media legs are opened, used and closed in order.
    case media
    /// Every port comes back.
    case ports
    /// No call, session or transaction outlives its bound.
    case rest
}

/// A rule that was broken, and how.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    public var rule: Rule
    public var words: String

    init(_ rule: Rule, _ words: String) {
        self.rule = rule
        self.words = words
    }

    public var description: String { "\(rule): \(words)" }
}
