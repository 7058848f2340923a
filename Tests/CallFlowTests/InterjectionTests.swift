import CallFlow
import CallModel
import Testing

/// What is played over a conversation, and when it is recorded.
@Suite struct InterjectionTests {
    private static func countdown(_ audience: Audience, _ sound: Sound = .voice(.sample("soon"))) -> CallSounds {
        CallSounds(countdown: Countdown(time: .seconds(30), sound: sound, audience: audience))
    }

    private static func recording(_ start: RecordingStart, hintTo audience: Audience? = nil) -> CallSounds {
        let hint = audience.map { RecordingHint(sound: .voice(.sample("recorded")), audience: $0) }
        return CallSounds(recording: RecordingOrder(start: start, hint: hint))
    }

    @Test(arguments: Audience.allCases)
    func `the countdown is played before the limit to whom it is for, and then they hear each other again`(
        audience: Audience
    ) {
        var call = Rehearsal.connected(sounds: Self.countdown(audience))
        let hearing = Party.allCases.filter(audience.includes)
        #expect(call.wait == .seconds(70))
        #expect(call.atDeadline() == [.countdown] + hearing.map { .play(.sample("soon"), to: $0) })
        for party in Party.allCases {
            let back: [FlowAction] = hearing.contains(party) ? [.feed(party, .other)] : []
            #expect(call.then(.played(party), after: .milliseconds(1600)) == back)
        }
        #expect(call.then(.played(.first)).isEmpty)
        #expect(call.wait == .seconds(30) - .milliseconds(3200))
        #expect(call.atDeadline().first == .decided(.maxCallDuration, duration: 100))
    }

    @Test func `a conversation that cannot have a countdown has none`() {
        for limit in [Duration.seconds(20), .seconds(30)] {
            var call = Rehearsal.connected(maxCallDuration: limit, sounds: Self.countdown(.both))
            #expect(call.wait == limit)
            #expect(call.atDeadline().first == .decided(.maxCallDuration, duration: Int(limit.components.seconds)))
        }
    }

    @Test func `a countdown that fails or does not end is passed over`() {
        var failed = Rehearsal.connected(sounds: Self.countdown(.both))
        _ = failed.atDeadline()
        #expect(failed.then(.playFailed(.second)) == [.feed(.second, .other)])
        #expect(failed.then(.playFailed(.second)).isEmpty)
        #expect(failed.wait == .seconds(3) + CallbackFlow.playMargin)
        #expect(failed.atDeadline() == [.feed(.first, .other)])
        #expect(failed.wait == .seconds(25))
    }

    @Test func `a recording from the connection on starts with it`() {
        var call = Rehearsal.answered1(Self.recording(.connection))
        let actions = call.then(.answered(.second))
        #expect(actions.suffix(2) == [.connected, .startRecording])
    }

    @Test(arguments: Audience.allCases)
    func `it waits until everybody has heard the hint`(audience: Audience) {
        var call = Rehearsal.answered1(Self.recording(.connection, hintTo: audience))
        let hearing = Party.allCases.filter(audience.includes)
        let actions = call.then(.answered(.second))
        #expect(actions.suffix(1 + hearing.count) == [.connected] + hearing.map { .play(.sample("recorded"), to: $0) })
        for party in hearing {
            let last: [FlowAction] = party == hearing.last ? [.startRecording] : []
            #expect(call.then(.played(party), after: .seconds(2)) == [.feed(party, .other)] + last)
        }
        #expect(call.flow.callState == .talking)
    }

    @Test func `nobody is recorded who could not be told`() {
        var failed = Rehearsal.answered2(Self.recording(.connection, hintTo: .both))
        #expect(failed.then(.playFailed(.first), after: .seconds(1)).first == .decided(.playError, duration: 1))
        var endless = Rehearsal.answered2(Self.recording(.connection, hintTo: .both))
        endless.then(.played(.first), after: .seconds(3))
        #expect(endless.atDeadline().first == .decided(.playError, duration: 5))
        var left = Rehearsal.answered2(Self.recording(.connection, hintTo: .first))
        #expect(left.then(.hungUp(.second)).contains(.startRecording) == false)
    }

    @Test(arguments: [RecordingStart.dialling1, .dialling2])
    func `a recording from the dialling on starts with the INVITE`(start: RecordingStart) {
        var call = Rehearsal(sounds: Self.recording(start))
        call.linesHaveTurns = false
        #expect(call.then(.start) == [.dial(.first)])
        #expect(call.then(.invited(.first)) == (start == .dialling1 ? [.startRecording] : []))
        #expect(call.then(.invited(.first)).isEmpty)
        #expect(call.then(.answered(.first)).first == .dial(.second))
        #expect(call.then(.invited(.second)) == (start == .dialling2 ? [.startRecording] : []))
        #expect(call.then(.answered(.second)).last == .connected)
    }

    @Test(arguments: [RecordingStart.dialling1, .dialling2], Audience.allCases)
    func `whoever is to know of it hears so after the answer`(start: RecordingStart, audience: Audience) {
        var call = Rehearsal.dialling1(Self.recording(start, hintTo: audience))
        let hint = PreparedVoice.sample("recorded")
        if audience.includes(.first) {
            #expect(call.then(.answered(.first)) == [.play(hint, to: .first)])
            #expect(call.then(.played(.first), after: .seconds(3)).first == .dial(.second))
        } else {
            #expect(call.then(.answered(.first)).first == .dial(.second))
        }
        let connected = call.then(.answered(.second))
        #expect(connected.contains(.play(hint, to: .second)) == audience.includes(.second))
        #expect(!connected.contains(.play(hint, to: .first)))
        #expect(!call.then(.played(.second), after: .seconds(3)).contains(.startRecording), "it runs already")
    }

    @Test func `a countdown that comes due during the hint follows it`() {
        var sounds = Self.recording(.connection, hintTo: .second)
        sounds.countdown = Countdown(time: .seconds(8), sound: .beep, audience: .first)
        var call = Rehearsal.connected(maxCallDuration: .seconds(10), sounds: sounds)
        #expect(call.wait == .seconds(5), "the hint")
        #expect(
            call.then(.played(.second), after: .seconds(3)) == [
                .feed(.second, .other), .startRecording, .countdown, .feed(.first, .sound(.beep)),
            ])
    }

    @Test(arguments: Party.allCases)
    func `one dead direction is an alert, each time it dies`(party: Party) {
        var call = Rehearsal.connected()
        #expect(call.then(.mediaIdle(party), after: .seconds(60)) == [.mediaAlert(party)])
        #expect(call.then(.mediaIdle(party)).isEmpty)
        call.then(.mediaFlowing(party))
        #expect(call.then(.mediaIdle(party), after: .seconds(30)) == [.mediaAlert(party)])
    }
}

@Suite struct TurnTests {
    @Test(arguments: Party.allCases)
    func `waiting for a turn at the trunk does not count as ringing`(party: Party) {
        var call = party == .first ? Rehearsal() : .dialling1
        call.linesHaveTurns = false
        call.then(party == .first ? .start : .answered(.first))
        #expect(call.wait == CallbackFlow.turnLimit)
        #expect(call.then(.invited(party), after: .seconds(7)).isEmpty)
        #expect(call.wait == (party == .first ? .seconds(10) : .seconds(20)))
        #expect(call.then(.invited(party), after: .seconds(3)).isEmpty, "only the first INVITE counts")
        #expect(call.wait == (party == .first ? .seconds(7) : .seconds(17)))
    }

    @Test(arguments: Party.allCases)
    func `a leg that never gets its turn meets congestion`(party: Party) {
        var call = party == .first ? Rehearsal() : .dialling1
        call.linesHaveTurns = false
        call.then(party == .first ? .start : .answered(.first))
        #expect(call.atDeadline().first == .decided(.failed(party, .congestion)))
    }
}
