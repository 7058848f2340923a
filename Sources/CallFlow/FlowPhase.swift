import CallModel

/// Where a callback stands, with all that is known there.
enum FlowPhase: Hashable, Sendable {
    case prepared
    case diallingFirst(DiallingFirst)
    case promptingFirst(PromptingFirst)
    case diallingSecond(DiallingSecond)
    case promptingSecond(PromptingSecond)
    case busyNotice(BusyNotice)
    case connected(Conversation)
    case releasing(Releasing)
    case ended
}

/// One input's consequence.
struct FlowStep {
    let next: FlowPhase
    let actions: [FlowAction]

    init(to next: FlowPhase, _ actions: FlowAction...) {
        self.init(to: next, actions)
    }

    init(to next: FlowPhase, _ actions: [FlowAction]) {
        self.next = next
        self.actions = actions
    }

    /// The same after these actions.
    func after(_ earlier: [FlowAction]) -> FlowStep {
        earlier.isEmpty ? self : FlowStep(to: next, earlier + actions)
    }
}

/// How far a dialled leg has come.
enum Reach: Hashable, Sendable {
    /// Its present trunk has not responded.
    case nothing
    case trunk
    case ringing

    /// The failure when the ring limit ends it: a trunk that never responded did not even try.
    var failureAtLimit: LegFailure {
        switch self {
        case .nothing: .trunkTimeout
        case .trunk, .ringing: .noAnswer
        }
    }

    var afterResponse: Reach { self == .ringing ? .ringing : .trunk }

    /// There is no next trunk after a 180; a leg that rings stays ringing.
    var afterRedial: Reach { self == .ringing ? .ringing : .nothing }
}

/// One value per party.
struct Pair<Value: Hashable & Sendable>: Hashable, Sendable {
    var first: Value
    var second: Value

    subscript(party: Party) -> Value {
        get { party == .first ? first : second }
        set { if party == .first { first = newValue } else { second = newValue } }
    }
}

/// Which parties hold the call, by their last session descriptions.
typealias Holds = Pair<Bool>

extension Holds {
    static let none = Pair(first: false, second: false)

    var any: Bool { first || second }

    func with(_ value: Bool, for party: Party) -> Self {
        var changed = self
        changed[party] = value
        return changed
    }
}
