/// The protocol's durations (RFC 3261 §17 and appendix A, RFC 6026 §7). Timers that only absorb repetitions are zero
/// over a reliable transport: the machines leave out the states that wait for them.
public struct SIPTimers: Hashable, Sendable {
    /// The estimate of a round trip.
    public var t1: Duration
    /// The longest interval between retransmissions of non-INVITE requests and INVITE responses.
    public var t2: Duration
    /// How long a message may stay in the network.
    public var t4: Duration

    public init(t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5)) {
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
    }

    /// 64 × T1: Timers B, F, H, J, L and M, and how long a cancelled INVITE is waited for.
    public var transactionTimeout: Duration { t1 * 64 }

    /// Timer D over UDP: how long final responses to an INVITE may be repeated to us; at least 32 s.
    public var timerD: Duration { max(.seconds(32), transactionTimeout) }

    /// How long a server transaction waits for its user before it sends 100 (RFC 3261 §17.2.1).
    public var tryingDelay: Duration { .milliseconds(200) }
}
