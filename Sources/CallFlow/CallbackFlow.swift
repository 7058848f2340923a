public import CallModel
public import SansIO

/// One callback from its acceptance to its end, in telephony terms.
///
///     start         answered(1)                     answered(2)
///       │   dialling 1 ──► prompting 1 ──► dialling 2 ──► prompting 2 ──► connected
///       └──────►│              │               │   └──► busy ◄─┤             │
///               │              │               │     notice    │             │
///               └──────────────┴───────────────┴───────┴───────┴─────────────┴──► releasing ──► ended
///
/// Prompting is passed over where nothing is to be played, and the busy notice where none was asked for. All lead to
/// the release by a failed leg, a hang-up, a limit, a cancel or the server's stop; the first of them decides the call,
/// whatever still arrives. A deadline that has passed comes before the input that
/// finds it passed, so that a limit is exact however late the owner looks.
public struct CallbackFlow: Hashable, Sendable {
    /// How long released legs may take to be gone: the 32 s (64*T1) in which a SIP transaction ends by itself, and a
    /// margin.
    public static let releaseLimit: Duration = .seconds(40)

    /// The longest wait for a turn at a trunk that takes no more calls in this second.
    public static let turnLimit: Duration = .seconds(60)
    /// How much longer than its length a sound may take to be played.
    public static let playMargin: Duration = .seconds(2)

    private let plan: CallPlan
    private var phase = FlowPhase.prepared
    private var feeds = Pair(first: LegFeed.nothing, second: .nothing)

    public init(plan: CallPlan) {
        self.plan = plan
    }

    /// When to hand in `.timeOut`; `nil` only before the start and after the end.
    public var deadline: Instant? {
        switch phase {
        case .prepared, .ended: nil
        case .diallingFirst(let dialling): dialling.deadline
        case .promptingFirst(let prompting): prompting.deadline
        case .diallingSecond(let dialling): dialling.deadline
        case .promptingSecond(let prompting): prompting.deadline
        case .busyNotice(let notice): notice.deadline
        case .connected(let conversation): conversation.deadline
        case .releasing(let release): release.deadline
        }
    }

    /// The state as the API tells it.
    public var callState: CallState {
        switch phase {
        case .prepared: .dialling1
        case .diallingFirst(let dialling): dialling.reach == .ringing ? .ringing1 : .dialling1
        case .promptingFirst, .busyNotice: .answered1
        case .diallingSecond(let dialling): dialling.reach == .ringing ? .ringing2 : .dialling2
        case .promptingSecond: .ringing2
        case .connected: .talking
        case .releasing, .ended: .ended
        }
    }

    /// Whether a `.cancel` would still decide the call.
    public var canBeCancelled: Bool {
        switch phase {
        case .prepared, .diallingFirst, .promptingFirst, .diallingSecond, .promptingSecond, .connected: true
        case .busyNotice, .releasing, .ended: false
        }
    }

    /// - Parameter now: never earlier than in the calls before.
    public mutating func handle(_ input: FlowInput, at now: Instant) -> [FlowAction] {
        // One is enough: what follows a deadline waits from `now` on.
        guard let deadline, deadline <= now else { return input == .timeOut ? [] : take(input, at: now) }
        let actions = take(.timeOut, at: now)
        return input == .timeOut ? actions : actions + take(input, at: now)
    }

    private mutating func take(_ input: FlowInput, at now: Instant) -> [FlowAction] {
        let step = step(on: input, at: now)
        phase = step.next
        var actions = step.actions
        actions.removeAll { !notes($0) }
        return actions
    }

    /// Whether an action changes anything: what a party hears already is not begun anew.
    private mutating func notes(_ action: FlowAction) -> Bool {
        guard case .feed(let party, let feed) = action else { return true }
        defer { feeds[party] = feed }
        if case .sound = feed { return true }
        return feeds[party] != feed
    }

    private func step(on input: FlowInput, at now: Instant) -> FlowStep {
        switch phase {
        case .prepared: Prepared().step(on: input, at: now)
        case .diallingFirst(let dialling): dialling.step(on: input, of: plan, at: now)
        case .promptingFirst(let prompting): prompting.step(on: input, of: plan, at: now)
        case .diallingSecond(let dialling): dialling.step(on: input, of: plan, at: now)
        case .promptingSecond(let prompting): prompting.step(on: input, of: plan, at: now)
        case .busyNotice(let notice): notice.step(on: input, at: now)
        case .connected(let conversation): conversation.step(on: input, of: plan, at: now)
        case .releasing(let release): release.step(on: input)
        case .ended: FlowStep(to: .ended)
        }
    }
}
