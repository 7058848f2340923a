import CallFlow
import CallModel
import SansIO

/// A flow with a clock of its own.
struct Rehearsal {
    private(set) var flow: CallbackFlow
    private(set) var now = Instant(nanoseconds: 1_000_000_007)

    /// 10 s and 20 s of dialling, 100 s of conversation, 60 s of silent media, unless told otherwise.
    init(maxCallDuration: Duration = .seconds(100), mediaTimeout: Duration? = .seconds(60)) {
        flow = CallbackFlow(
            plan: CallPlan(
                maxDialDuration1: .seconds(10), maxDialDuration2: .seconds(20), maxCallDuration: maxCallDuration,
                mediaTimeout: mediaTimeout))
    }

    /// Hands in `input` after `pause`.
    @discardableResult
    mutating func then(_ input: FlowInput, after pause: Duration = .zero) -> [FlowAction] {
        now = now + pause
        return flow.handle(input, at: now)
    }

    /// How long it is to the deadline.
    var wait: Duration? { flow.deadline.map { $0 - now } }

    /// The actions at the deadline.
    mutating func atDeadline() -> [FlowAction] {
        guard let wait else { return [] }
        return then(.timeOut, after: wait)
    }

    /// Party 1 is being dialled.
    static var dialling1: Rehearsal {
        var rehearsal = Rehearsal()
        rehearsal.then(.start)
        return rehearsal
    }

    /// Party 1 has answered, party 2 is being dialled.
    static var dialling2: Rehearsal {
        var rehearsal = dialling1
        rehearsal.then(.answered(.first), after: .seconds(1))
        return rehearsal
    }

    /// The two are connected.
    static func connected(
        maxCallDuration: Duration = .seconds(100), mediaTimeout: Duration? = .seconds(60)
    ) -> Rehearsal {
        var rehearsal = Rehearsal(maxCallDuration: maxCallDuration, mediaTimeout: mediaTimeout)
        rehearsal.then(.start)
        rehearsal.then(.answered(.first), after: .seconds(1))
        rehearsal.then(.answered(.second), after: .seconds(1))
        return rehearsal
    }

    /// Every phase in which a call is still undecided.
    static var undecided: [Rehearsal] { [Rehearsal(), dialling1, dialling2, connected()] }
}

extension FlowAction {
    static func decided(_ reason: EndReason, hangupBy: Party? = nil, duration: Int = 0) -> FlowAction {
        .decided(CallEnding(reason: reason, hangupBy: hangupBy, duration: duration))
    }
}
