public import CallModel
public import SansIO

/// One callback from its acceptance to its end, in telephony terms.
///
///     start         answered(1)        answered(2)
///       │   dialling 1 ──► dialling 2 ──► connected
///       └──────►│              │             │
///               └──────────────┴─────────────┴──► releasing ──► ended
///
/// Dialling and conversation lead to the release by a failed leg, a hang-up, a limit, a cancel or the server's stop;
/// the first of them decides the call, whatever still arrives. A deadline that has passed comes before the input that
/// finds it passed, so that a limit is exact however late the owner looks.
public struct CallbackFlow: Hashable, Sendable {
    /// How long released legs may take to be gone: the 32 s (64*T1) in which a SIP transaction ends by itself, and a
    /// margin.
    public static let releaseLimit: Duration = .seconds(40)

    private let plan: CallPlan
    private var phase = FlowPhase.prepared

    public init(plan: CallPlan) {
        self.plan = plan
    }

    /// When to hand in `.timeOut`; `nil` only before the start and after the end.
    public var deadline: Instant? {
        switch phase {
        case .prepared, .ended: nil
        case .diallingFirst(let dialling): dialling.deadline
        case .diallingSecond(let dialling): dialling.deadline
        case .connected(let conversation): conversation.deadline
        case .releasing(let release): release.deadline
        }
    }

    /// The state as the API tells it.
    public var callState: CallState {
        switch phase {
        case .prepared: .dialling1
        case .diallingFirst(let dialling): dialling.reach == .ringing ? .ringing1 : .dialling1
        case .diallingSecond(let dialling): dialling.reach == .ringing ? .ringing2 : .dialling2
        case .connected: .talking
        case .releasing, .ended: .ended
        }
    }

    /// Whether a `.cancel` would still decide the call.
    public var canBeCancelled: Bool {
        switch phase {
        case .prepared, .diallingFirst, .diallingSecond, .connected: true
        case .releasing, .ended: false
        }
    }

    /// - Parameter now: never earlier than in the calls before.
    public mutating func handle(_ input: FlowInput, at now: Instant) -> [FlowAction] {
        var actions: [FlowAction] = []
        // One is enough: what follows a deadline waits from `now` on.
        if let deadline, deadline <= now { actions = take(.timeOut, at: now) }
        return input == .timeOut ? actions : actions + take(input, at: now)
    }

    private mutating func take(_ input: FlowInput, at now: Instant) -> [FlowAction] {
        let step = step(on: input, at: now)
        phase = step.next
        return step.actions
    }

    private func step(on input: FlowInput, at now: Instant) -> FlowStep {
        switch phase {
        case .prepared: Prepared().step(on: input, of: plan, at: now)
        case .diallingFirst(let dialling): dialling.step(on: input, of: plan, at: now)
        case .diallingSecond(let dialling): dialling.step(on: input, of: plan, at: now)
        case .connected(let conversation): conversation.step(on: input, of: plan, at: now)
        case .releasing(let release): release.step(on: input)
        case .ended: FlowStep(to: .ended)
        }
    }
}
