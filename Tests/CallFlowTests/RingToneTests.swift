import CallFlow
import CallModel
import Testing

/// What party 1 hears instead of the far ring-back, in each mode with each way a far end has to ring.
@Suite struct RingToneTests {
    private static let music = PreparedVoice.sample("music", .seconds(7))

    private static func sounds(_ mode: RingToneMode) -> CallSounds {
        CallSounds(ringTone: RingTone(mode: mode, voice: music))
    }

    private let loop = FlowAction.feed(.first, .loop(music))

    @Test func `mode 0 plays from the first 180 on`() {
        var call = Rehearsal.dialling1(Self.sounds(.whileRinging))
        #expect(
            call.then(.answered(.first)) == [.dial(.second), .feed(.first, .silence), .watch(.second, .early)])
        #expect(call.then(.progressed(.second), after: .seconds(1)).isEmpty)
        #expect(call.then(.mediaFlowing(.second)).isEmpty, "early media that nothing announced is not heard")
        #expect(call.then(.ringing(.second), after: .seconds(1)) == [loop])
        for input in [FlowInput.mediaQuiet(.second), .mediaFlowing(.second), .ringing(.second)] {
            #expect(call.then(input).isEmpty, "the file goes on: \(input)")
        }
        #expect(call.then(.answered(.second)).prefix(2) == [.feed(.first, .other), .feed(.second, .other)])
    }

    @Test func `mode 0 also plays from the first RTP after a 183 with a session description`() {
        var call = Rehearsal.answered1(Self.sounds(.whileRinging))
        #expect(call.then(.progressed(.second, described: true)).isEmpty, "no RTP yet")
        #expect(call.then(.mediaFlowing(.second), after: .seconds(1)) == [loop])
    }

    @Test func `RTP that flows already when a 183 describes it is ringing`() {
        var call = Rehearsal.answered1(Self.sounds(.whileRinging))
        #expect(call.then(.mediaFlowing(.second)).isEmpty)
        #expect(call.then(.progressed(.second, described: true)) == [loop])
        var stopped = Rehearsal.answered1(Self.sounds(.whileRinging))
        stopped.then(.mediaFlowing(.second))
        stopped.then(.mediaQuiet(.second))
        #expect(stopped.then(.progressed(.second, described: true)).isEmpty)
    }

    @Test func `mode 1 plays until the 180, then our ring-back where no RTP comes`() {
        var call = Rehearsal.dialling1(Self.sounds(.untilRinging))
        #expect(call.then(.answered(.first)) == [.dial(.second), loop, .watch(.second, .early)])
        #expect(call.then(.progressed(.second)).isEmpty)
        #expect(call.then(.ringing(.second), after: .seconds(2)) == [.feed(.first, .ringBack)])
        #expect(call.then(.mediaFlowing(.second)) == [.feed(.first, .other)])
    }

    @Test func `mode 1 passes on at once what flows when the 180 comes`() {
        var call = Rehearsal.answered1(Self.sounds(.untilRinging))
        #expect(call.then(.mediaFlowing(.second)).isEmpty)
        #expect(call.then(.ringing(.second)) == [.feed(.first, .other)])
    }

    @Test func `mode 1 ends with the first RTP after a 183 with a session description`() {
        var call = Rehearsal.answered1(Self.sounds(.untilRinging))
        call.then(.progressed(.second, described: true))
        #expect(call.then(.mediaFlowing(.second), after: .seconds(1)) == [.feed(.first, .other)])
        #expect(call.then(.mediaQuiet(.second), after: .seconds(1)) == [.feed(.first, .silence)])
    }

    @Test func `mode 2 plays from the dialling to the answer, whatever party 2 sends`() {
        var call = Rehearsal.dialling1(Self.sounds(.whileDialling))
        #expect(call.then(.answered(.first)) == [.dial(.second), loop, .watch(.second, .early)])
        for input in [
            FlowInput.ringing(.second), .progressed(.second, described: true), .mediaFlowing(.second),
            .mediaQuiet(.second),
        ] {
            #expect(call.then(input, after: .seconds(1)).isEmpty, "\(input)")
        }
        #expect(call.then(.answered(.second)).first == .feed(.first, .other))
    }

    @Test func `mode 3 plays once before dialling and then passes through`() {
        var call = Rehearsal.dialling1(Self.sounds(.beforeDialling))
        #expect(call.then(.answered(.first)) == [.play(Self.music, to: .first)])
        #expect(call.flow.callState == .answered1)
        #expect(
            call.then(.played(.first), after: .seconds(7)) == [
                .dial(.second), .feed(.first, .silence), .watch(.second, .early),
            ])
        #expect(call.wait == .seconds(20), "the ring limit begins with the dialling")
        #expect(call.then(.ringing(.second)) == [.feed(.first, .ringBack)])
    }

    @Test(arguments: [RingToneMode.whileRinging, .untilRinging, .whileDialling])
    func `a ring tone that cannot be played ends the call`(mode: RingToneMode) {
        var call = Rehearsal.answered1(Self.sounds(mode))
        if mode == .whileRinging {
            #expect(call.then(.playFailed(.first)).isEmpty, "nothing is played yet")
            call.then(.ringing(.second))
        }
        #expect(
            call.then(.playFailed(.first)) == [
                .decided(.playError), .release(.first, .temporaryFailure), .release(.second, .temporaryFailure),
            ])
    }

    @Test func `a report that nothing could be played means nothing where no file is`() {
        var ringing = Rehearsal.answered1(Self.sounds(.untilRinging))
        ringing.then(.ringing(.second))
        #expect(ringing.then(.playFailed(.first)).isEmpty)
        var greeting = Rehearsal.answered2(CallSounds(greeting2: .sample("greeting")))
        #expect(greeting.then(.playFailed(.first)).isEmpty)
        var sounds = Self.sounds(.whileDialling)
        sounds.greeting2 = .sample("greeting")
        var looping = Rehearsal.answered2(sounds)
        #expect(looping.then(.playFailed(.first)).first == .decided(.playError))
    }

    @Test(arguments: [
        (RingToneMode.whileRinging, LegFeed.loop(music)), (.whileDialling, .loop(music)), (.untilRinging, .loop(music)),
        (.beforeDialling, .ringBack),
    ])
    func `while party 2 is greeted, party 1 keeps its tone`(mode: RingToneMode, tone: LegFeed) {
        var sounds = Self.sounds(mode)
        sounds.greeting2 = .sample("greeting")
        var call = Rehearsal.answered1(sounds)
        if mode == .beforeDialling { call.then(.played(.first), after: .seconds(7)) }
        let heard = call.then(.answered(.second))
        #expect(heard.last == .play(.sample("greeting"), to: .second))
        let keeps = mode == .untilRinging || mode == .whileDialling
        #expect(heard.contains(.feed(.first, tone)) != keeps, "what is heard already is not begun anew")
    }

    @Test func `early media is not heard any more once party 2 is greeted`() {
        var call = Rehearsal.answered1(CallSounds(greeting2: .sample("greeting")))
        call.then(.mediaFlowing(.second))
        #expect(
            call.then(.answered(.second)) == [.feed(.first, .ringBack), .play(.sample("greeting"), to: .second)])
    }
}
