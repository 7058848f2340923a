import CallFlow
import CallModel
import Testing

@Suite struct EndingTests {
    @Test func `a cancel before party 1's answer is cancelled1`() {
        var ringing = Rehearsal.dialling1
        ringing.then(.ringing(.first))
        for var call in [Rehearsal.dialling1, ringing] {
            #expect(call.flow.canBeCancelled)
            #expect(call.then(.cancel) == [.decided(.cancelled(.first)), .release(.first, .normalClearing)])
            #expect(!call.flow.canBeCancelled)
        }
    }

    @Test func `a cancel from party 1's answer on is cancelled2`() {
        var ringing = Rehearsal.dialling2
        ringing.then(.ringing(.second))
        var early = Rehearsal.dialling2
        early.then(.mediaFlowing(.second))
        for var call in [Rehearsal.dialling2, ringing, early] {
            #expect(call.flow.canBeCancelled)
            #expect(
                call.then(.cancel, after: .seconds(5)) == [
                    .decided(.cancelled(.second)), .release(.first, .normalClearing),
                    .release(.second, .normalClearing),
                ])
            #expect(!call.flow.canBeCancelled)
        }
    }

    @Test func `a cancel while talking is api_cancel and bills the time`() {
        var call = Rehearsal.connected()
        #expect(call.flow.canBeCancelled)
        #expect(
            call.then(.cancel, after: .milliseconds(12_345)) == [
                .decided(.apiCancel, duration: 12), .release(.first, .normalClearing),
                .release(.second, .normalClearing),
            ])
        #expect(!call.flow.canBeCancelled)
    }

    @Test func `a call that was never begun ends at once`() {
        var cancelled = Rehearsal()
        #expect(cancelled.flow.canBeCancelled)
        #expect(cancelled.then(.cancel) == [.decided(.cancelled(.first)), .finished])
        #expect(cancelled.flow.callState == .ended)
        #expect(cancelled.then(.start).isEmpty)
        var stopped = Rehearsal()
        #expect(stopped.then(.hangUpAll) == [.decided(.platformRestart), .finished])
    }

    @Test func `the server's stop hangs up everybody`() {
        let releases: [FlowAction] = [.release(.first, .temporaryFailure), .release(.second, .temporaryFailure)]
        var dialling1 = Rehearsal.dialling1
        #expect(dialling1.then(.hangUpAll) == [.decided(.platformRestart)] + releases.prefix(1))
        var dialling2 = Rehearsal.dialling2
        #expect(dialling2.then(.hangUpAll) == [.decided(.platformRestart)] + releases)
        var connected = Rehearsal.connected()
        #expect(
            connected.then(.hangUpAll, after: .seconds(3)) == [.decided(.platformRestart, duration: 3)] + releases)
    }

    @Test func `whatever comes after the decision is too late`() {
        for var call in Rehearsal.undecided.dropFirst() {
            call.then(.cancel)
            let wait = call.wait
            for input in lateInputs { #expect(call.then(input).isEmpty, "\(input)") }
            #expect(call.wait == wait)
            #expect(call.flow.callState == .ended)
        }
    }

    private var lateInputs: [FlowInput] {
        Party.allCases.flatMap { party -> [FlowInput] in
            [
                .answered(party), .hungUp(party), .failed(party, .noAnswer), .ringing(party), .progressed(party),
                .trying(party), .redialled(party), .mediaFlowing(party), .mediaQuiet(party), .mediaIdle(party),
                .held(party, true),
            ]
        } + [.cancel, .hangUpAll, .start]
    }

    @Test func `a call is over when every dialled leg is gone, or when that takes too long`() {
        var gone = Rehearsal.connected()
        gone.then(.cancel)
        #expect(gone.then(.released(.first)).isEmpty)
        #expect(gone.then(.released(.first)).isEmpty)
        #expect(gone.then(.released(.second)) == [.finished])
        #expect(gone.flow.deadline == nil)
        #expect(gone.then(.released(.second)).isEmpty)

        var stuck = Rehearsal.connected()
        stuck.then(.cancel)
        stuck.then(.released(.first), after: .seconds(1))
        #expect(stuck.then(.timeOut, after: .seconds(39) - .nanoseconds(1)).isEmpty)
        #expect(stuck.then(.timeOut, after: .nanoseconds(1)) == [.finished])
        #expect(stuck.flow.deadline == nil)
        #expect(stuck.then(.released(.second)).isEmpty)
    }

    @Test func `a leg that hung up or failed is awaited, not released`() {
        var call = Rehearsal.connected()
        let actions = call.then(.hungUp(.first))
        #expect(!actions.contains(.release(.first, .normalClearing)))
        #expect(call.then(.released(.second)).isEmpty)
        #expect(call.then(.released(.first)) == [.finished])
    }

    @Test func `a very late look at the clock ends the dialling, not yet the release`() {
        var call = Rehearsal.dialling1
        #expect(
            call.then(.timeOut, after: .seconds(1000)) == [
                .decided(.failed(.first, .trunkTimeout)), .release(.first, .timerExpiry),
            ])
        #expect(call.wait == CallbackFlow.releaseLimit, "released legs get all of their time")
    }

    @Test func `causes are those of Q850`() {
        let values = Q850Cause.allCases.map(\.rawValue)
        #expect(values == [1, 16, 17, 19, 20, 21, 41, 42, 52, 88, 102])
    }
}
