public import SansIO

/// When the next retransmission is due, with the interval to it.
public struct Retransmission: Hashable, Sendable {
    public let due: Instant
    public let interval: Duration

    public init(after interval: Duration, from now: Instant) {
        self.interval = interval
        self.due = now + interval
    }

    /// The first one; `nil` over a transport that loses nothing.
    public init?(after interval: Duration, from now: Instant, over transport: Transport) {
        guard !transport.isReliable else { return nil }
        self.init(after: interval, from: now)
    }

    /// The one after this: twice the interval, at most `cap`.
    public func next(at now: Instant, cap: Duration?) -> Retransmission {
        Retransmission(after: cap.map { min($0, interval * 2) } ?? interval * 2, from: now)
    }
}
