import CallFlow
import CallModel
import Testing

@Suite struct DiallingTests {
    @Test func `the start dials party 1 and nothing else`() {
        var call = Rehearsal()
        #expect(call.flow.deadline == nil)
        #expect(call.then(.start) == [.dial(.first)])
        #expect(call.wait == .seconds(10))
        #expect(call.then(.start).isEmpty)
    }

    @Test func `party 1's answer dials party 2, with silence for party 1 and an ear on party 2`() {
        var call = Rehearsal.dialling1
        #expect(
            call.then(.answered(.first)) == [.dial(.second), .feed(.first, .silence), .watch(.second, .early)])
        #expect(call.wait == .seconds(20))
    }

    @Test func `party 2's answer connects the two`() {
        var call = Rehearsal.dialling2
        #expect(
            call.then(.answered(.second)) == [
                .feed(.first, .other), .feed(.second, .other), .watch(.first, .connected), .watch(.second, .connected),
                .connected,
            ])
        #expect(call.wait == .seconds(100))
    }

    @Test func `without a media timeout nothing is watched once the two are connected`() {
        var call = Rehearsal(mediaTimeout: nil)
        call.then(.start)
        call.then(.answered(.first))
        #expect(
            call.then(.answered(.second)) == [
                .feed(.first, .other), .feed(.second, .other), .watch(.second, .nothing), .connected,
            ])
    }

    @Test func `the call's state follows the dialling, and only a 180 is ringing`() {
        var call = Rehearsal()
        let story: [(FlowInput, CallState)] = [
            (.start, .dialling1), (.trying(.first), .dialling1), (.progressed(.first), .dialling1),
            (.ringing(.first), .ringing1), (.progressed(.first), .ringing1), (.trying(.first), .ringing1),
            (.redialled(.first), .ringing1), (.answered(.first), .dialling2), (.progressed(.second), .dialling2),
            (.ringing(.second), .ringing2), (.progressed(.second), .ringing2), (.answered(.second), .talking),
            (.ringing(.second), .talking), (.hungUp(.first), .ended), (.released(.first), .ended),
            (.released(.second), .ended),
        ]
        for (input, state) in story {
            call.then(input)
            #expect(call.flow.callState == state, "after \(input)")
        }
        #expect(call.flow.deadline == nil)
    }

    @Test func `a leg that still rings at its limit has not answered`() {
        var call = Rehearsal.dialling1
        call.then(.ringing(.first))
        #expect(call.then(.timeOut, after: .seconds(10) - .nanoseconds(1)).isEmpty)
        #expect(
            call.then(.timeOut, after: .nanoseconds(1)) == [
                .decided(.failed(.first, .noAnswer)), .release(.first, .noAnswer),
            ])
        #expect(call.then(.released(.first)) == [.finished])
    }

    @Test func `party 2's limit releases both`() {
        var call = Rehearsal.dialling2
        call.then(.trying(.second))
        #expect(
            call.atDeadline() == [
                .decided(.failed(.second, .noAnswer)), .release(.first, .noAnswer), .release(.second, .noAnswer),
            ])
        #expect(call.then(.released(.second)).isEmpty)
        #expect(call.then(.released(.first)) == [.finished])
    }

    @Test(arguments: Party.allCases)
    func `a limit that finds no response of the last trunk tells of the trunk`(party: Party) {
        var silent = party == .first ? Rehearsal.dialling1 : .dialling2
        #expect(silent.atDeadline().first == .decided(.failed(party, .trunkTimeout)))

        var second = party == .first ? Rehearsal.dialling1 : .dialling2
        second.then(.trying(party))
        second.then(.redialled(party), after: .seconds(4))
        #expect(second.wait == (party == .first ? .seconds(6) : .seconds(16)), "failover does not extend the limit")
        #expect(second.atDeadline().first == .decided(.failed(party, .trunkTimeout)))
    }

    @Test(arguments: Party.allCases)
    func `any response makes it no answer instead`(party: Party) {
        for response in [FlowInput.trying(party), .progressed(party), .ringing(party)] {
            var call = party == .first ? Rehearsal.dialling1 : .dialling2
            call.then(.redialled(party))
            call.then(response)
            #expect(call.atDeadline().first == .decided(.failed(party, .noAnswer)))
        }
    }

    @Test func `an answer at the limit is too late, one a nanosecond earlier is not`() {
        var late = Rehearsal.dialling1
        late.then(.trying(.first))
        #expect(
            late.then(.answered(.first), after: .seconds(10)) == [
                .decided(.failed(.first, .noAnswer)), .release(.first, .noAnswer),
            ])
        var inTime = Rehearsal.dialling1
        #expect(inTime.then(.answered(.first), after: .seconds(10) - .nanoseconds(1)).first == .dial(.second))
        #expect(inTime.wait == .seconds(20))
    }

    @Test(arguments: LegFailure.allCases)
    func `party 1's failure ends the call with nobody to release`(failure: LegFailure) {
        var call = Rehearsal.dialling1
        #expect(call.then(.failed(.first, failure)) == [.decided(.failed(.first, failure))])
        #expect(call.wait == CallbackFlow.releaseLimit)
        #expect(call.then(.released(.first)) == [.finished])
    }

    @Test(arguments: [
        (LegFailure.busy, Q850Cause.userBusy), (.noAnswer, .noAnswer), (.rejected, .callRejected),
        (.invalidNumber, .unallocatedNumber), (.unreachable, .subscriberAbsent), (.barred, .outgoingCallsBarred),
        (.congestion, .congestion), (.incompatible, .incompatibleDestination), (.trunkTimeout, .timerExpiry),
        (.confirmFailed, .normalClearing), (.fault, .temporaryFailure),
    ])
    func `party 2's failure releases party 1 with the cause that tells it`(failure: LegFailure, cause: Q850Cause) {
        var call = Rehearsal.dialling2
        #expect(
            call.then(.failed(.second, failure)) == [.decided(.failed(.second, failure)), .release(.first, cause)])
        #expect(call.then(.released(.second)).isEmpty)
        #expect(call.then(.released(.first)) == [.finished])
    }

    @Test func `party 1 may leave while party 2 is dialled`() {
        var call = Rehearsal.dialling2
        call.then(.ringing(.second), after: .seconds(3))
        #expect(
            call.then(.hungUp(.first), after: .seconds(3)) == [
                .decided(.callerLeft, hangupBy: .first), .release(.second, .normalClearing),
            ])
    }

    @Test(arguments: Party.allCases)
    func `ending a call that was not answered is refusing it`(party: Party) {
        var call = party == .first ? Rehearsal.dialling1 : .dialling2
        let actions = call.then(.hungUp(party))
        #expect(actions.first == .decided(.failed(party, .rejected)))
        #expect(actions.contains(.release(party, .callRejected)), "its INVITE may still be pending")
    }

    @Test(arguments: Party.allCases)
    func `a leg that vanishes is our fault and is not released`(party: Party) {
        for var call in [Rehearsal.dialling2, .connected()] {
            #expect(
                call.then(.released(party)) == [
                    .decided(.failed(party, .fault)), .release(party.other, .temporaryFailure),
                ])
            #expect(call.then(.released(party.other)) == [.finished])
        }
        var alone = Rehearsal.dialling1
        #expect(alone.then(.released(.first)) == [.decided(.failed(.first, .fault)), .finished])
    }

    @Test func `party 1's leg may fail while party 2 is dialled`() {
        var call = Rehearsal.dialling2
        #expect(
            call.then(.failed(.first, .fault)) == [
                .decided(.failed(.first, .fault)), .release(.second, .temporaryFailure),
            ])
    }

    @Test func `the plan follows the request`() throws {
        let number = Destination.number(try #require(PhoneNumber("1001")))
        var request = CallbackRequest(
            account: CertID(rawValue: "a"), mainAccount: CertID(rawValue: "a"), app: AppID(rawValue: "b"), to1: number,
            to2: number, maxDialDuration1: .seconds(1), maxDialDuration2: .seconds(2), maxCallDuration: .seconds(3),
            mediaTimeout: .seconds(5))
        let plan = CallPlan(
            maxDialDuration1: .seconds(1), maxDialDuration2: .seconds(2), maxCallDuration: .seconds(3),
            mediaTimeout: .seconds(5))
        #expect(CallPlan(request) == plan)
        request.mediaTimeout = .zero
        #expect(CallPlan(request).mediaTimeout == nil)
    }
}
