import SansIO

/// The INVITE client transaction (RFC 3261 §17.1.1) with the Accepted state of RFC 6026 §7.2.
///
///     Calling ──1xx──► Proceeding
///        │                │
///        ├──────2xx───────┴──► Accepted ──Timer M──► Terminated
///        ├────300–699─────┴──► Completed ─Timer D──► Terminated
///        └──Timer B, transport─────────────────────► Terminated
///
/// Proceeding is bounded too: by the limit given, and once a CANCEL was sent by 64 × T1 (RFC 3261 §9.1).
struct InviteClientMachine: Hashable, Sendable {
    enum Input: Hashable, Sendable, CaseIterable {
        case provisional, success, failure
        /// The network reported that the destination cannot be reached.
        case transportFailed
        /// A CANCEL for it was sent.
        case cancelled
        case timeOut
    }

    enum Action: Hashable, Sendable {
        case none
        case transmitRequest
        case deliver
        case acknowledge
        case acknowledgeAndDeliver
        case reportTimeOut
        case reportTransportFailure
    }

    private enum State: Hashable, Sendable {
        /// Nothing is retransmitted over a reliable transport.
        case calling(Retransmission?, giveUp: Instant)
        case proceeding(giveUp: Instant)
        case accepted(until: Instant)
        case completed(until: Instant)
        case terminated
    }

    private let timers: SIPTimers
    private let transport: Transport
    private let limit: Duration
    private var state: State

    /// Starts in Calling; the caller transmits the request.
    init(timers: SIPTimers, over transport: Transport, limit: Duration, at now: Instant) {
        self.timers = timers
        self.transport = transport
        self.limit = limit
        state = .calling(
            Retransmission(after: timers.t1, from: now, over: transport), giveUp: now + timers.transactionTimeout)
    }

    /// Starts in Proceeding, for an INVITE of which a provisional response is known to have come.
    init(resumedWith timers: SIPTimers, over transport: Transport, limit: Duration, at now: Instant) {
        self.timers = timers
        self.transport = transport
        self.limit = limit
        state = .proceeding(giveUp: now + limit)
    }

    /// The same from its beginning, over another transport.
    func restarted(over transport: Transport, at now: Instant) -> InviteClientMachine {
        InviteClientMachine(timers: timers, over: transport, limit: limit, at: now)
    }

    var deadline: Instant? {
        switch state {
        case .calling(let retransmission, let giveUp): earliest(retransmission?.due, giveUp)
        case .proceeding(let instant), .accepted(let instant), .completed(let instant): instant
        case .terminated: nil
        }
    }

    /// Whether a provisional response has come, and no final one.
    var isProceeding: Bool {
        switch state {
        case .proceeding: true
        case .calling, .accepted, .completed, .terminated: false
        }
    }

    mutating func handle(_ input: Input, at now: Instant) -> Action {
        switch (state, input) {
        case (.calling, .provisional):
            state = .proceeding(giveUp: now + limit)
            return .deliver
        case (.proceeding, .provisional):
            return .deliver
        case (.calling, .success), (.proceeding, .success):
            state = .accepted(until: now + timers.transactionTimeout)
            return .deliver
        case (.accepted, .success):
            return .deliver
        case (.calling, .failure), (.proceeding, .failure):
            state = transport.isReliable ? .terminated : .completed(until: now + timers.timerD)
            return .acknowledgeAndDeliver
        case (.completed, .failure):
            return .acknowledge
        case (.calling, .transportFailed):
            state = .terminated
            return .reportTransportFailure
        case (.proceeding(let giveUp), .cancelled):
            state = .proceeding(giveUp: min(giveUp, now + timers.transactionTimeout))
            return .none
        case (.calling(let retransmission, let giveUp), .timeOut):
            return retransmitOrGiveUp(retransmission, giveUp, at: now)
        case (.proceeding(let giveUp), .timeOut):
            guard now >= giveUp else { return .none }
            state = .terminated
            return .reportTimeOut
        case (.accepted(let end), .timeOut), (.completed(let end), .timeOut):
            if now >= end { state = .terminated }
            return .none
        case (.accepted, .provisional), (.accepted, .failure), (.completed, .provisional), (.completed, .success),
            (.proceeding, .transportFailed), (.accepted, .transportFailed), (.completed, .transportFailed),
            (.calling, .cancelled), (.accepted, .cancelled), (.completed, .cancelled),
            (.terminated, .provisional), (.terminated, .success), (.terminated, .failure),
            (.terminated, .transportFailed), (.terminated, .cancelled), (.terminated, .timeOut):
            return .none
        }
    }

    private mutating func retransmitOrGiveUp(
        _ retransmission: Retransmission?, _ giveUp: Instant, at now: Instant
    ) -> Action {
        if now >= giveUp {
            state = .terminated
            return .reportTimeOut
        }
        guard let retransmission, now >= retransmission.due else { return .none }
        state = .calling(retransmission.next(at: now, cap: nil), giveUp: giveUp)
        return .transmitRequest
    }
}
