import CallFlow
import CallModel
import Testing

/// What party 1 hears while party 2 is dialled.
@Suite struct RingBackTests {
    @Test func `the first 180 without RTP starts our ring-back, and no other does`() {
        var call = Rehearsal.dialling2
        #expect(call.then(.ringing(.second), after: .seconds(2)) == [.feed(.first, .ringBack)])
        #expect(call.then(.ringing(.second), after: .seconds(2)).isEmpty)
        #expect(call.then(.progressed(.second)).isEmpty)
    }

    @Test func `a 183 without RTP stays silent`() {
        var call = Rehearsal.dialling2
        #expect(call.then(.progressed(.second), after: .seconds(1)).isEmpty)
        #expect(call.then(.progressed(.second), after: .seconds(5)).isEmpty)
    }

    @Test func `RTP is passed through, whatever announced it`() {
        for announced in [[], [FlowInput.progressed(.second)], [.trying(.second)]] {
            var call = Rehearsal.dialling2
            for input in announced { call.then(input) }
            #expect(call.then(.mediaFlowing(.second)) == [.feed(.first, .other)])
            #expect(call.then(.mediaFlowing(.second)).isEmpty)
        }
    }

    @Test func `a 180 while RTP flows starts nothing`() {
        var call = Rehearsal.dialling2
        call.then(.mediaFlowing(.second))
        #expect(call.then(.ringing(.second), after: .seconds(1)).isEmpty)
    }

    @Test func `RTP that stops before a 180 leaves silence, and then the 180 starts ring-back at once`() {
        var call = Rehearsal.dialling2
        call.then(.mediaFlowing(.second))
        #expect(call.then(.mediaQuiet(.second), after: .seconds(1)) == [.feed(.first, .silence)])
        #expect(call.wait == .seconds(19), "only the ring limit is awaited")
        #expect(call.then(.ringing(.second), after: .milliseconds(1)) == [.feed(.first, .ringBack)])
    }

    @Test func `the first RTP packet stops ring-back`() {
        var call = Rehearsal.dialling2
        call.then(.ringing(.second))
        #expect(call.then(.mediaFlowing(.second), after: .milliseconds(1)) == [.feed(.first, .other)])
    }

    @Test func `ring-back resumes exactly 1 s after the last packet`() {
        var call = Rehearsal.dialling2
        call.then(.ringing(.second))
        call.then(.mediaFlowing(.second))
        #expect(call.then(.mediaQuiet(.second), after: .seconds(1)) == [.feed(.first, .silence)])
        #expect(call.wait == .milliseconds(800))
        #expect(call.then(.timeOut, after: .milliseconds(800) - .nanoseconds(1)).isEmpty)
        #expect(call.then(.timeOut, after: .nanoseconds(1)) == [.feed(.first, .ringBack)])
        #expect(call.then(.mediaFlowing(.second)) == [.feed(.first, .other)])
    }

    @Test func `a 180 that came while RTP flowed counts when it stops`() {
        var call = Rehearsal.dialling2
        call.then(.mediaFlowing(.second))
        call.then(.ringing(.second))
        #expect(call.then(.mediaQuiet(.second), after: .seconds(1)) == [.feed(.first, .silence)])
        #expect(call.then(.ringing(.second), after: .milliseconds(100)).isEmpty, "only the first 180 starts at once")
        #expect(call.wait == .milliseconds(700))
        #expect(call.atDeadline() == [.feed(.first, .ringBack)])
    }

    @Test func `RTP that comes back within the second is heard again`() {
        var call = Rehearsal.dialling2
        call.then(.ringing(.second))
        call.then(.mediaFlowing(.second))
        call.then(.mediaQuiet(.second))
        #expect(call.then(.mediaFlowing(.second), after: .milliseconds(799)) == [.feed(.first, .other)])
        #expect(call.then(.timeOut, after: .milliseconds(1)).isEmpty)
    }

    @Test func `the ring limit comes first where both are due`() {
        var call = Rehearsal.dialling2
        call.then(.ringing(.second))
        call.then(.mediaFlowing(.second))
        call.then(.mediaQuiet(.second), after: .seconds(19) + .milliseconds(500))
        #expect(call.wait == .milliseconds(500))
        #expect(call.then(.timeOut, after: .seconds(1)).first == .decided(.failed(.second, .noAnswer)))
    }

    @Test func `a late look at the clock resumes ring-back before it handles what came`() {
        var call = Rehearsal.dialling2
        call.then(.ringing(.second))
        call.then(.mediaFlowing(.second))
        call.then(.mediaQuiet(.second))
        #expect(
            call.then(.mediaFlowing(.second), after: .seconds(1)) == [.feed(.first, .ringBack), .feed(.first, .other)])
    }

    @Test func `the answer ends ring-back, and media already passed through is not started again`() {
        var ringing = Rehearsal.dialling2
        ringing.then(.ringing(.second))
        #expect(ringing.then(.answered(.second)).prefix(2) == [.feed(.first, .other), .feed(.second, .other)])

        var early = Rehearsal.dialling2
        early.then(.mediaFlowing(.second))
        #expect(early.then(.answered(.second)).first == .feed(.second, .other))
    }

    @Test func `party 1's own media and reports that change nothing have no effect`() {
        var call = Rehearsal.dialling2
        for input in [FlowInput.mediaQuiet(.second), .mediaFlowing(.first), .mediaQuiet(.first), .mediaIdle(.second)] {
            #expect(call.then(input).isEmpty)
        }
        call.then(.ringing(.second))
        #expect(call.then(.mediaQuiet(.second)).isEmpty)
    }
}
