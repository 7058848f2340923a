import SansIO

/// The non-INVITE client transaction (RFC 3261 §17.1.2, figure 6).
///
///     Trying ──1xx──► Proceeding
///        ├──200–699──────┴──► Completed ──Timer K──► Terminated
///        └──Timer F, transport─────────────────────► Terminated
struct NonInviteClientMachine: Hashable, Sendable {
    enum Input: Hashable, Sendable, CaseIterable {
        case provisional, final
        /// The network reported that the destination cannot be reached.
        case transportFailed
        case timeOut
    }

    enum Action: Hashable, Sendable {
        case none
        case transmitRequest
        case deliver
        case reportTimeOut
        case reportTransportFailure
    }

    private enum State: Hashable, Sendable {
        case trying(Retransmission?, giveUp: Instant)
        case proceeding(Retransmission?, giveUp: Instant)
        case completed(until: Instant)
        case terminated
    }

    private let timers: SIPTimers
    private let transport: Transport
    private var state: State

    /// Starts in Trying; the caller transmits the request.
    init(timers: SIPTimers, over transport: Transport, at now: Instant) {
        self.timers = timers
        self.transport = transport
        state = .trying(
            Retransmission(after: timers.t1, from: now, over: transport), giveUp: now + timers.transactionTimeout)
    }

    var deadline: Instant? {
        switch state {
        case .trying(let retransmission, let giveUp), .proceeding(let retransmission, let giveUp):
            earliest(retransmission?.due, giveUp)
        case .completed(let end): end
        case .terminated: nil
        }
    }

    mutating func handle(_ input: Input, at now: Instant) -> Action {
        switch (state, input) {
        case (.trying(let retransmission, let giveUp), .provisional):
            state = .proceeding(retransmission, giveUp: giveUp)
            return .deliver
        case (.proceeding, .provisional):
            return .deliver
        case (.trying, .final), (.proceeding, .final):
            state = transport.isReliable ? .terminated : .completed(until: now + timers.t4)
            return .deliver
        case (.trying, .transportFailed), (.proceeding, .transportFailed):
            state = .terminated
            return .reportTransportFailure
        case (.trying(let retransmission, let giveUp), .timeOut):
            guard let action = giveUpOrWait(retransmission, giveUp, at: now) else {
                state = .trying(retransmission?.next(at: now, cap: timers.t2), giveUp: giveUp)
                return .transmitRequest
            }
            return action
        case (.proceeding(let retransmission, let giveUp), .timeOut):
            guard let action = giveUpOrWait(retransmission, giveUp, at: now) else {
                state = .proceeding(Retransmission(after: timers.t2, from: now), giveUp: giveUp)
                return .transmitRequest
            }
            return action
        case (.completed(let end), .timeOut):
            if now >= end { state = .terminated }
            return .none
        case (.completed, .provisional), (.completed, .final), (.completed, .transportFailed),
            (.terminated, .provisional), (.terminated, .final), (.terminated, .transportFailed),
            (.terminated, .timeOut):
            return .none
        }
    }

    /// `nil` when the request is to be retransmitted.
    private mutating func giveUpOrWait(
        _ retransmission: Retransmission?, _ giveUp: Instant, at now: Instant
    ) -> Action? {
        if now >= giveUp {
            state = .terminated
            return .reportTimeOut
        }
        guard let retransmission, now >= retransmission.due else { return Action.none }
        return nil
    }
}
