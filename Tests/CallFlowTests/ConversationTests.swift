import CallFlow
import CallModel
import Testing

@Suite struct ConversationTests {
    @Test(arguments: Party.allCases)
    func `either party may hang up and the other is released`(party: Party) {
        var call = Rehearsal.connected()
        #expect(
            call.then(.hungUp(party), after: .milliseconds(61_999)) == [
                .decided(.hangup(party), hangupBy: party, duration: 61), .release(party.other, .normalClearing),
            ])
        #expect(call.then(.released(party)).isEmpty)
        #expect(call.then(.released(party.other)) == [.finished])
    }

    @Test(arguments: [
        (Duration.zero, 0), (.nanoseconds(999_999_999), 0), (.seconds(1), 1), (.nanoseconds(1_999_999_999), 1),
        (.seconds(100) - .nanoseconds(1), 99),
    ])
    func `the duration is in whole seconds, rounded down`(talk: Duration, seconds: Int) {
        var call = Rehearsal.connected()
        #expect(
            call.then(.hungUp(.first), after: talk).first
                == .decided(.hangup(.first), hangupBy: .first, duration: seconds))
    }

    @Test func `the longest conversation lasts exactly its limit`() {
        var call = Rehearsal.connected()
        #expect(call.then(.timeOut, after: .seconds(100) - .nanoseconds(1)).isEmpty)
        #expect(
            call.then(.timeOut, after: .nanoseconds(1)) == [
                .decided(.maxCallDuration, duration: 100), .release(.first, .normalClearing),
                .release(.second, .normalClearing),
            ])
        #expect(call.wait == CallbackFlow.releaseLimit)
    }

    @Test func `the limit is exact however late it is looked at, and comes before what came later`() {
        for input in [FlowInput.timeOut, .hungUp(.second), .cancel, .hangUpAll] {
            var call = Rehearsal.connected()
            #expect(
                call.then(input, after: .seconds(107)) == [
                    .decided(.maxCallDuration, duration: 100), .release(.first, .normalClearing),
                    .release(.second, .normalClearing),
                ])
            #expect(call.wait == CallbackFlow.releaseLimit)
        }
    }

    @Test(arguments: [1, 21600])
    func `the limit may be anything from a second to six hours`(seconds: Int) {
        var call = Rehearsal.connected(maxCallDuration: .seconds(seconds))
        #expect(call.wait == .seconds(seconds))
        #expect(call.atDeadline().first == .decided(.maxCallDuration, duration: seconds))
    }

    @Test func `a connected leg that fails releases the other`() {
        var call = Rehearsal.connected()
        #expect(
            call.then(.failed(.second, .incompatible), after: .seconds(2)) == [
                .decided(.failed(.second, .incompatible), duration: 2), .release(.first, .incompatibleDestination),
            ])
    }

    @Test func `what belongs to the dialling has no effect any more`() {
        var call = Rehearsal.connected()
        for party in Party.allCases {
            for input in [
                FlowInput.trying(party), .redialled(party), .ringing(party), .progressed(party), .answered(party),
                .mediaQuiet(party), .mediaFlowing(party),
            ] {
                #expect(call.then(input).isEmpty)
            }
        }
        #expect(call.wait == .seconds(100))
    }
}

@Suite struct MediaTimeoutTests {
    private static let restored: [FlowAction] = [.watch(.first, .connected), .watch(.second, .connected)]
    private static let suspended: [FlowAction] = [.watch(.first, .nothing), .watch(.second, .nothing)]

    @Test func `the call ends when both parties' media have stopped`() {
        var call = Rehearsal.connected()
        #expect(call.then(.mediaIdle(.second), after: .seconds(60)) == [.mediaAlert(.second)])
        #expect(
            call.then(.mediaIdle(.first), after: .milliseconds(1500)) == [
                .decided(.mediaTimeout, duration: 61), .release(.first, .temporaryFailure),
                .release(.second, .temporaryFailure),
            ])
    }

    @Test(arguments: Party.allCases)
    func `one silent direction never ends a call`(party: Party) {
        var call = Rehearsal.connected()
        #expect(call.then(.mediaIdle(party), after: .seconds(60)) == [.mediaAlert(party)])
        #expect(call.then(.mediaIdle(party), after: .seconds(30)).isEmpty)
    }

    @Test func `media that comes again counts as never having stopped`() {
        var call = Rehearsal.connected()
        call.then(.mediaIdle(.first), after: .seconds(60))
        call.then(.mediaFlowing(.first))
        #expect(call.then(.mediaIdle(.second)) == [.mediaAlert(.second)])
        #expect(call.then(.mediaIdle(.first)).first == .decided(.mediaTimeout, duration: 60))
    }

    @Test(arguments: Party.allCases)
    func `a hold suspends the watch, and it begins anew when the hold ends`(party: Party) {
        var call = Rehearsal.connected()
        call.then(.mediaIdle(.first), after: .seconds(59))
        #expect(call.then(.held(party, true)) == Self.suspended)
        #expect(call.then(.held(party, true)).isEmpty)
        #expect(call.then(.mediaIdle(.first)).isEmpty)
        #expect(call.then(.mediaIdle(.second)).isEmpty, "reports on their way when the hold came")
        #expect(call.then(.held(party, false), after: .seconds(10)) == Self.restored)
        #expect(call.then(.held(party, false)).isEmpty)
        #expect(
            call.then(.mediaIdle(.second), after: .seconds(30)) == [.mediaAlert(.second)],
            "party 1 was idle before the hold only")
    }

    @Test func `the watch returns when the last of two holds ends`() {
        var call = Rehearsal.connected()
        #expect(call.then(.held(.first, true)) == Self.suspended)
        #expect(call.then(.held(.second, true)).isEmpty)
        #expect(call.then(.held(.first, false)).isEmpty)
        #expect(call.then(.held(.second, false)) == Self.restored)
    }

    @Test func `a report from before the watch was renewed is not trusted`() {
        var call = Rehearsal.connected()
        call.then(.held(.first, true))
        call.then(.held(.first, false))
        #expect(call.then(.mediaIdle(.first), after: .seconds(30) - .nanoseconds(1)).isEmpty)
        #expect(call.then(.mediaIdle(.second), after: .nanoseconds(1)) == [.mediaAlert(.second)])
        #expect(call.then(.mediaIdle(.first)).first == .decided(.mediaTimeout, duration: 30))
    }

    @Test(arguments: Party.allCases)
    func `a hold from before the connection is remembered`(party: Party) {
        var call = Rehearsal.dialling1
        #expect(call.then(.held(.first, party == .first)).isEmpty)
        call.then(.answered(.first))
        #expect(call.then(.held(.second, party == .second)).isEmpty)
        #expect(call.then(.answered(.second)).filter(\.isWatch) == [.watch(.second, .nothing)])
        #expect(call.then(.held(party, false)) == Self.restored)
    }

    @Test func `a hold of party 2 in its answer may come after the answer`() {
        var call = Rehearsal.dialling2
        call.then(.answered(.second))
        #expect(call.then(.held(.second, true)) == Self.suspended)
    }

    @Test func `without a media timeout neither silence nor hold has an effect`() {
        var call = Rehearsal.connected(mediaTimeout: nil)
        #expect(call.then(.mediaIdle(.first), after: .seconds(60)).isEmpty)
        #expect(call.then(.mediaIdle(.second)).isEmpty)
        #expect(call.then(.held(.first, true)).isEmpty)
        #expect(call.then(.held(.first, false)).isEmpty)
    }
}

extension FlowAction {
    fileprivate var isWatch: Bool {
        if case .watch = self { true } else { false }
    }
}
