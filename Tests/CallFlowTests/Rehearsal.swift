import CallFlow
import CallModel
import SansIO

/// A flow with a clock of its own.
struct Rehearsal {
    private(set) var flow: CallbackFlow
    private(set) var now = Instant(nanoseconds: 1_000_000_007)
    /// Whether a dialled leg is invited at once.
    var linesHaveTurns = true

    /// 10 s and 20 s of dialling, 100 s of conversation, 60 s of silent media, unless told otherwise.
    init(
        maxCallDuration: Duration = .seconds(100), mediaTimeout: Duration? = .seconds(60), sounds: CallSounds = .none
    ) {
        flow = CallbackFlow(
            plan: CallPlan(
                maxDialDuration1: .seconds(10), maxDialDuration2: .seconds(20), maxCallDuration: maxCallDuration,
                mediaTimeout: mediaTimeout, sounds: sounds))
    }

    /// Hands in `input` after `pause`.
    @discardableResult
    mutating func then(_ input: FlowInput, after pause: Duration = .zero) -> [FlowAction] {
        now = now + pause
        let actions = flow.handle(input, at: now)
        guard linesHaveTurns else { return actions }
        return actions
            + Party.allCases.flatMap { actions.contains(.dial($0)) ? flow.handle(.invited($0), at: now) : [] }
    }

    /// How long it is to the deadline.
    var wait: Duration? { flow.deadline.map { $0 - now } }

    /// The actions at the deadline.
    mutating func atDeadline() -> [FlowAction] {
        guard let wait else { return [] }
        return then(.timeOut, after: wait)
    }

    /// Party 1 is being dialled.
    static var dialling1: Rehearsal { dialling1(.none) }

    static func dialling1(_ sounds: CallSounds) -> Rehearsal {
        var rehearsal = Rehearsal(sounds: sounds)
        rehearsal.then(.start)
        return rehearsal
    }

    /// Party 1 has answered; without prompts for it, party 2 is being dialled.
    static var dialling2: Rehearsal { answered1(.none) }

    static func answered1(_ sounds: CallSounds) -> Rehearsal {
        var rehearsal = dialling1(sounds)
        rehearsal.then(.answered(.first), after: .seconds(1))
        return rehearsal
    }

    /// Party 2 has answered too; without prompts for it, the two are connected.
    static func answered2(_ sounds: CallSounds) -> Rehearsal {
        var rehearsal = answered1(sounds)
        rehearsal.then(.answered(.second), after: .seconds(1))
        return rehearsal
    }

    /// The two are connected.
    static func connected(
        maxCallDuration: Duration = .seconds(100), mediaTimeout: Duration? = .seconds(60), sounds: CallSounds = .none
    ) -> Rehearsal {
        var rehearsal = Rehearsal(maxCallDuration: maxCallDuration, mediaTimeout: mediaTimeout, sounds: sounds)
        rehearsal.then(.start)
        rehearsal.then(.answered(.first), after: .seconds(1))
        rehearsal.then(.answered(.second), after: .seconds(1))
        return rehearsal
    }

    /// Every phase in which a call is still undecided.
    static var undecided: [Rehearsal] {
        let greeted = CallSounds(greeting1: .sample("one"))
        return [
            Rehearsal(), dialling1, answered1(greeted), dialling2, answered2(CallSounds(greeting2: .sample("two"))),
            connected(),
        ]
    }
}

extension PreparedVoice {
    static func sample(_ name: String, _ length: Duration = .seconds(3)) -> PreparedVoice {
        PreparedVoice(name: name, id: VoiceFileID(high: 0, low: UInt64(name.utf8.count)), length: length)
    }
}

extension Confirmation {
    /// Key 1 within 5 s after a prompt of 2 s.
    static let sample = Confirmation(
        key: .one, timeout: .seconds(5), prompt: .voice(.sample("press 1", .seconds(2))))
}

extension TelephoneKey {
    static let one = key("1")
    static let two = key("2")

    private static func key(_ character: String) -> TelephoneKey {
        guard let key = TelephoneKey(character) else { preconditionFailure("a key of the keypad") }
        return key
    }
}

extension FlowAction {
    static func decided(_ reason: EndReason, hangupBy: Party? = nil, duration: Int = 0) -> FlowAction {
        .decided(CallEnding(reason: reason, hangupBy: hangupBy, duration: duration))
    }

    static func play(_ voice: PreparedVoice, to party: Party) -> FlowAction { .feed(party, .sound(.voice(voice))) }
}
