import SansIO

/// The INVITE server transaction (RFC 3261 §17.2.1) with the Accepted state of RFC 6026 §7.1.
///
///     Proceeding ──2xx─────► Accepted ───Timer L─────────────────────────► Terminated
///         ├─────300–699────► Completed ──ACK──► Confirmed ──Timer I──────► Terminated
///         │                      └──Timer H──────────────────────────────► Terminated
///         └──the user does not respond within the limit──────────────────► Terminated
///
/// Retransmissions of a 2xx are its user's business (RFC 3261 §13.3.1.4) and pass as `.success` again.
struct InviteServerMachine: Hashable, Sendable {
    enum Input: Hashable, Sendable, CaseIterable {
        /// The INVITE arrived again.
        case request
        case ack
        /// The user responds.
        case provisional, success, failure
        case timeOut
    }

    enum Action: Hashable, Sendable {
        case none
        /// The response given, or the last one again.
        case transmitResponse
        /// 100, because the user has not responded yet.
        case transmitTrying
        case deliverAck
        /// The user never responded; nothing was sent.
        case reportUnanswered
        /// No ACK came for the failure response.
        case reportUnacknowledged
    }

    private enum State: Hashable, Sendable {
        case proceeding(trying: Instant?, giveUp: Instant)
        case accepted(until: Instant)
        case completed(Retransmission?, giveUp: Instant)
        case confirmed(until: Instant)
        case terminated
    }

    private let timers: SIPTimers
    private let transport: Transport
    private var state: State

    /// - Parameter limit: the longest time its user may take to the final response.
    init(timers: SIPTimers, over transport: Transport, limit: Duration, at now: Instant) {
        self.timers = timers
        self.transport = transport
        state = .proceeding(trying: now + timers.tryingDelay, giveUp: now + limit)
    }

    var deadline: Instant? {
        switch state {
        case .proceeding(let trying, let giveUp): earliest(trying, giveUp)
        case .accepted(let end), .confirmed(let end): end
        case .completed(let retransmission, let giveUp): earliest(retransmission?.due, giveUp)
        case .terminated: nil
        }
    }

    mutating func handle(_ input: Input, at now: Instant) -> Action {
        switch (state, input) {
        case (.proceeding, .request), (.completed, .request):
            return .transmitResponse
        case (.proceeding(_, let giveUp), .provisional):
            state = .proceeding(trying: nil, giveUp: giveUp)
            return .transmitResponse
        case (.proceeding, .success):
            state = .accepted(until: now + timers.transactionTimeout)
            return .transmitResponse
        case (.accepted, .success):
            return .transmitResponse
        case (.accepted, .ack):
            return .deliverAck
        case (.proceeding, .failure):
            state = .completed(
                Retransmission(after: timers.t1, from: now, over: transport), giveUp: now + timers.transactionTimeout)
            return .transmitResponse
        case (.completed, .ack):
            state = transport.isReliable ? .terminated : .confirmed(until: now + timers.t4)
            return .none
        case (.proceeding(let trying, let giveUp), .timeOut):
            return tryOrGiveUp(trying, giveUp, at: now)
        case (.completed(let retransmission, let giveUp), .timeOut):
            return retransmitOrGiveUp(retransmission, giveUp, at: now)
        case (.accepted(let end), .timeOut), (.confirmed(let end), .timeOut):
            if now >= end { state = .terminated }
            return .none
        case (.proceeding, .ack), (.accepted, .request), (.accepted, .provisional), (.accepted, .failure),
            (.completed, .provisional), (.completed, .success), (.completed, .failure),
            (.confirmed, .request), (.confirmed, .ack), (.confirmed, .provisional), (.confirmed, .success),
            (.confirmed, .failure), (.terminated, .request), (.terminated, .ack), (.terminated, .provisional),
            (.terminated, .success), (.terminated, .failure), (.terminated, .timeOut):
            return .none
        }
    }

    private mutating func tryOrGiveUp(_ trying: Instant?, _ giveUp: Instant, at now: Instant) -> Action {
        if now >= giveUp {
            state = .terminated
            return .reportUnanswered
        }
        guard let trying, now >= trying else { return .none }
        state = .proceeding(trying: nil, giveUp: giveUp)
        return .transmitTrying
    }

    private mutating func retransmitOrGiveUp(
        _ retransmission: Retransmission?, _ giveUp: Instant, at now: Instant
    ) -> Action {
        if now >= giveUp {
            state = .terminated
            return .reportUnacknowledged
        }
        guard let retransmission, now >= retransmission.due else { return .none }
        state = .completed(retransmission.next(at: now, cap: timers.t2), giveUp: giveUp)
        return .transmitResponse
    }
}
