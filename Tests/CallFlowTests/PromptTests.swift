import CallFlow
import CallModel
import Testing

/// Greetings and confirmations.
@Suite struct PromptTests {
    private let dialling: [FlowAction] = [.dial(.second), .feed(.first, .silence), .watch(.second, .early)]
    private let connecting: [FlowAction] = [
        .feed(.first, .other), .feed(.second, .other), .watch(.first, .connected), .watch(.second, .connected),
        .connected,
    ]

    @Test func `party 1 is greeted before party 2 is dialled`() {
        var call = Rehearsal.dialling1(CallSounds(greeting1: .sample("hello")))
        #expect(call.then(.answered(.first)) == [.play(.sample("hello"), to: .first)])
        #expect(call.flow.callState == .answered1)
        #expect(call.wait == .seconds(3) + CallbackFlow.playMargin)
        #expect(call.then(.played(.second), after: .seconds(3)).isEmpty)
        #expect(call.then(.played(.first)) == dialling)
    }

    @Test func `party 2 is greeted before the two are connected, and the connection is the greeting's end`() {
        var call = Rehearsal.answered1(CallSounds(greeting2: .sample("hello")))
        call.then(.ringing(.second))
        #expect(call.then(.answered(.second)) == [.play(.sample("hello"), to: .second)], "the ring-back goes on")
        #expect(call.flow.callState == .ringing2)
        #expect(call.then(.played(.second), after: .seconds(3)) == connecting)
        #expect(call.wait == .seconds(100), "the conversation begins now")
    }

    @Test(arguments: Party.allCases)
    func `the key connects while the prompt plays and after it`(party: Party) {
        for pause in [Duration.milliseconds(500), .seconds(2), .seconds(7) - .nanoseconds(1)] {
            var call = Self.asked(party)
            if pause >= .seconds(2) {
                #expect(call.then(.played(party), after: .seconds(2)) == [.feed(party, .silence)])
                #expect(call.wait == .seconds(5))
            }
            let rest = pause >= .seconds(2) ? pause - .seconds(2) : pause
            #expect(call.then(.pressed(party, .two), after: rest).isEmpty, "another key")
            #expect(call.then(.pressed(party.other, .one)).isEmpty, "another party")
            let actions = call.then(.pressed(party, .one))
            #expect(actions.prefix(2) == [.listen(party, false), .confirmed(party, true)])
            let expected = party == .first ? dialling : connecting
            let silent = party == .first && pause >= .seconds(2)
            #expect(Array(actions.dropFirst(2)) == expected.filter { !silent || $0 != .feed(.first, .silence) })
        }
    }

    @Test(arguments: Party.allCases)
    func `the prompt is played up to three times, then the party has failed`(party: Party) {
        var call = Self.asked(party)
        for again in [true, true, false] {
            call.then(.played(party), after: .seconds(2))
            #expect(call.then(.timeOut, after: .seconds(5) - .nanoseconds(1)).isEmpty)
            let actions = call.then(.timeOut, after: .nanoseconds(1))
            if again {
                #expect(actions == [.feed(party, .sound(Confirmation.sample.prompt))])
            } else {
                let releases: [FlowAction] = [.release(.first, .normalClearing), .release(.second, .normalClearing)]
                #expect(
                    actions == [.confirmed(party, false), .decided(.failed(party, .confirmFailed))]
                        + releases.prefix(party == .first ? 1 : 2))
            }
        }
    }

    @Test(arguments: Party.allCases)
    func `a prompt that fails or does not end is a play error`(party: Party) {
        var failed = Self.asked(party)
        #expect(failed.then(.playFailed(party)).first == .decided(.playError))
        var endless = Self.asked(party)
        #expect(endless.then(.timeOut, after: .seconds(4) - .nanoseconds(1)).isEmpty)
        #expect(endless.then(.timeOut, after: .nanoseconds(1)).first == .decided(.playError))
        var waiting = Self.asked(party)
        waiting.then(.played(party), after: .seconds(2))
        #expect(waiting.then(.playFailed(party)).isEmpty, "it was played")
    }

    @Test func `greeting, confirmation, hint and ring tone follow each other`() {
        let sounds = CallSounds(
            ringTone: RingTone(mode: .beforeDialling, voice: .sample("tone")), greeting1: .sample("hello"),
            confirmation1: .sample,
            recording: RecordingOrder(
                start: .dialling2, hint: RecordingHint(sound: .beep, audience: .first)))
        var call = Rehearsal.dialling1(sounds)
        #expect(call.then(.answered(.first)) == [.play(.sample("hello"), to: .first)])
        #expect(
            call.then(.played(.first), after: .seconds(3)) == [
                .listen(.first, true), .feed(.first, .sound(Confirmation.sample.prompt)),
            ])
        #expect(
            call.then(.pressed(.first, .one), after: .seconds(1)) == [
                .listen(.first, false), .confirmed(.first, true), .feed(.first, .sound(.beep)),
            ])
        #expect(call.then(.played(.first), after: .milliseconds(400)) == [.play(.sample("tone"), to: .first)])
        #expect(call.then(.played(.first), after: .seconds(3)) == dialling + [.startRecording])
    }

    @Test func `party 1 may leave while it is greeted, and nobody else is released`() {
        var call = Rehearsal.answered1(CallSounds(greeting1: .sample("hello")))
        #expect(call.then(.hungUp(.first)) == [.decided(.callerLeft, hangupBy: .first)])
        #expect(call.then(.released(.first)) == [.finished])
    }

    @Test func `party 1 may leave while party 2 is greeted`() {
        var call = Rehearsal.answered2(CallSounds(greeting2: .sample("hello")))
        #expect(
            call.then(.hungUp(.first)) == [
                .decided(.callerLeft, hangupBy: .first), .release(.second, .normalClearing),
            ])
    }

    @Test func `party 2 that hangs up during its greeting hung up, and nothing is billed`() {
        var call = Rehearsal.answered2(CallSounds(greeting2: .sample("hello")))
        #expect(
            call.then(.hungUp(.second), after: .seconds(2)) == [
                .decided(.hangup(.second), hangupBy: .second), .release(.first, .normalClearing),
            ])
    }

    @Test(arguments: Party.allCases)
    func `a cancel during a prompt is cancelled2`(party: Party) {
        var call = Self.asked(party)
        #expect(call.flow.canBeCancelled)
        #expect(call.then(.cancel).first == .decided(.cancelled(.second)))
        var stopped = Self.asked(party)
        #expect(stopped.then(.hangUpAll).first == .decided(.platformRestart))
    }

    @Test(arguments: Party.allCases)
    func `a leg may be lost during a prompt`(party: Party) {
        for leg in Party.allCases where party == .second || leg == .first {
            var lost = Self.asked(party)
            #expect(lost.then(.failed(leg, .congestion)).first == .decided(.failed(leg, .congestion)))
            var vanished = Self.asked(party)
            #expect(vanished.then(.released(leg)).first == .decided(.failed(leg, .fault)))
        }
    }

    /// A call in which `party` hears its prompt.
    private static func asked(_ party: Party) -> Rehearsal {
        switch party {
        case .first: .answered1(CallSounds(confirmation1: .sample))
        case .second: .answered2(CallSounds(confirmation2: .sample))
        }
    }
}
