import CallFlow
import CallModel
import Testing

/// What party 1 is told when party 2 failed.
@Suite struct BusyNoticeTests {
    private static let sounds = CallSounds(confirmation2: .sample, busyVoice: .sample("sorry"))

    private func notice(of failure: LegFailure) -> [FlowAction] {
        [
            .missed(CallEnding(reason: .failed(.second, failure), hangupBy: nil, duration: 0)),
            .play(.sample("sorry"), to: .first), .watch(.second, .nothing),
        ]
    }

    @Test func `party 1 hears it to its end and is hung up, and the reason stays party 2's`() {
        var call = Rehearsal.answered1(Self.sounds)
        #expect(call.then(.failed(.second, .busy), after: .seconds(2)) == notice(of: .busy))
        #expect(call.flow.callState == .answered1)
        #expect(call.wait == .seconds(3) + CallbackFlow.playMargin)
        #expect(
            call.then(.played(.first), after: .seconds(3)) == [
                .decided(.failed(.second, .busy)), .release(.first, .userBusy),
            ])
        #expect(call.then(.released(.second)).isEmpty)
        #expect(call.then(.released(.first)) == [.finished])
    }

    @Test func `party 2 that still rings is released first`() {
        var call = Rehearsal.answered1(Self.sounds)
        call.then(.ringing(.second))
        #expect(call.atDeadline() == notice(of: .noAnswer) + [.release(.second, .noAnswer)])
        #expect(call.then(.released(.second)).isEmpty)
        #expect(
            call.then(.played(.first), after: .seconds(3)) == [
                .decided(.failed(.second, .noAnswer)), .release(.first, .noAnswer),
            ])
        #expect(call.then(.released(.first)) == [.finished])
    }

    @Test func `a confirmation that party 2 does not give is told too`() {
        var call = Rehearsal.answered2(Self.sounds)
        for _ in 0..<Confirmation.tries - 1 {
            call.then(.played(.second), after: .seconds(2))
            call.then(.timeOut, after: .seconds(5))
        }
        call.then(.played(.second), after: .seconds(2))
        #expect(
            call.then(.timeOut, after: .seconds(5)) == [.confirmed(.second, false)]
                + notice(of: .confirmFailed)
                + [.release(.second, .normalClearing)])
    }

    @Test(arguments: [
        FlowInput.playFailed(.first), .hungUp(.first), .failed(.first, .congestion), .released(.first), .hangUpAll,
    ])
    func `whatever ends it, the reason stays`(input: FlowInput) {
        var call = Rehearsal.answered1(Self.sounds)
        call.then(.failed(.second, .busy))
        #expect(call.then(input).first == .decided(.failed(.second, .busy)))
    }

    @Test func `a notice that does not end is given up`() {
        var call = Rehearsal.answered1(Self.sounds)
        call.then(.failed(.second, .rejected))
        #expect(call.atDeadline().first == .decided(.failed(.second, .rejected)))
    }

    @Test func `a cancel comes too late`() {
        var call = Rehearsal.answered1(Self.sounds)
        call.then(.failed(.second, .busy))
        #expect(!call.flow.canBeCancelled)
        #expect(call.then(.cancel).isEmpty)
    }

    @Test func `our own end, party 1's and a failed prompt are not told`() {
        var cancelled = Rehearsal.answered1(Self.sounds)
        #expect(cancelled.then(.cancel).first == .decided(.cancelled(.second)))
        var left = Rehearsal.answered1(Self.sounds)
        #expect(left.then(.hungUp(.first)).first == .decided(.callerLeft, hangupBy: .first))
        var unplayable = Rehearsal.answered2(Self.sounds)
        #expect(unplayable.then(.playFailed(.second)).first == .decided(.playError))
    }
}
