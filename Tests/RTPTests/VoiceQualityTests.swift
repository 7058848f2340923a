import Testing

@testable import RTP

struct VoiceQualityTests {
    /// ITU-T G.107, table B.1.
    @Test(arguments: [
        (93.2, 4.41), (90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58), (100, 4.5), (0, 1), (-20, 1),
    ])
    func aRatingsScoreIsThePublishedOne(_ rating: Double, _ score: Double) {
        #expect(abs(VoiceQuality.meanOpinionScore(ofRating: rating) - score) < 0.01)
    }

    @Test func lossCostsWhatTheModelSays() {
        #expect(VoiceQuality.lossImpairment(percent: 0) == 0)
        // Half of what there is to lose, at the codec's robustness.
        #expect(abs(VoiceQuality.lossImpairment(percent: 25.1) - 47.5) < 1e-9)
        #expect(abs(VoiceQuality.lossImpairment(percent: 2) - 7.01) < 0.01)
    }

    @Test func delayCostsLittleUntilConversationSuffers() {
        #expect(abs(VoiceQuality.delayImpairment(150) - 3.6) < 1e-9)
        #expect(abs(VoiceQuality.delayImpairment(277.3) - (6.6552 + 11)) < 1e-9)
    }

    @Test func aGoodCallIsGoodAndEverythingMakesItWorse() {
        let best = VoiceQuality.meanOpinionScore(fractionLost: 0, jitter: 0, roundTrip: 0)
        #expect((4.35...4.41).contains(best))
        #expect(VoiceQuality.meanOpinionScore(fractionLost: 0.02, jitter: 0, roundTrip: 0) < best - 0.1)
        #expect(VoiceQuality.meanOpinionScore(fractionLost: 0, jitter: 40, roundTrip: 0) < best)
        #expect(VoiceQuality.meanOpinionScore(fractionLost: 0, jitter: 0, roundTrip: 600) < best - 0.3)
        #expect(VoiceQuality.meanOpinionScore(fractionLost: 1, jitter: 500, roundTrip: 5_000) == 1)
    }
}
