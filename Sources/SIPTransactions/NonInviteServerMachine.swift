import SansIO

/// The non-INVITE server transaction (RFC 3261 §17.2.2, figure 8).
///
///     Trying ──1xx──► Proceeding
///        ├──200–699──────┴──► Completed ──Timer J──► Terminated
///        └──the user does not respond in 64 × T1───► Terminated
struct NonInviteServerMachine: Hashable, Sendable {
    enum Input: Hashable, Sendable, CaseIterable {
        /// The request arrived again.
        case request
        /// The user responds.
        case provisional, final
        case timeOut
    }

    enum Action: Hashable, Sendable {
        case none
        /// The response given, or the last one again.
        case transmitResponse
        /// The user never responded; nothing was sent.
        case reportUnanswered
    }

    private enum State: Hashable, Sendable {
        case trying(giveUp: Instant)
        case proceeding(giveUp: Instant)
        case completed(until: Instant)
        case terminated
    }

    private let timers: SIPTimers
    private let transport: Transport
    private var state: State

    init(timers: SIPTimers, over transport: Transport, at now: Instant) {
        self.timers = timers
        self.transport = transport
        state = .trying(giveUp: now + timers.transactionTimeout)
    }

    var deadline: Instant? {
        switch state {
        case .trying(let instant), .proceeding(let instant), .completed(let instant): instant
        case .terminated: nil
        }
    }

    mutating func handle(_ input: Input, at now: Instant) -> Action {
        switch (state, input) {
        case (.proceeding, .request), (.completed, .request):
            return .transmitResponse
        case (.trying(let giveUp), .provisional):
            state = .proceeding(giveUp: giveUp)
            return .transmitResponse
        case (.proceeding, .provisional):
            return .transmitResponse
        case (.trying, .final), (.proceeding, .final):
            state = transport.isReliable ? .terminated : .completed(until: now + timers.transactionTimeout)
            return .transmitResponse
        case (.trying(let giveUp), .timeOut), (.proceeding(let giveUp), .timeOut):
            guard now >= giveUp else { return .none }
            state = .terminated
            return .reportUnanswered
        case (.completed(let end), .timeOut):
            if now >= end { state = .terminated }
            return .none
        case (.trying, .request), (.completed, .provisional), (.completed, .final),
            (.terminated, .request), (.terminated, .provisional), (.terminated, .final), (.terminated, .timeOut):
            return .none
        }
    }
}
