import MediaControl
import SansIO
import Testing

@testable import CallSwitching

@Suite struct QualityCountsTests {
    @Test func `each ended leg counts once, with all that SRTP refused of it`() {
        var counts = QualityCounts()
        counts.record(MediaSummary(packetsForged: 3, packetsReplayed: 1))
        counts.record(
            MediaSummary(
                packetsForged: 2,
                quality: MediaQuality(
                    jitter: .milliseconds(3), roundTrip: nil, fractionLost: 0.004, meanOpinionScore: 4.3),
                reported: ReportedReception(fractionLost: 0, jitter: .milliseconds(1))))
        #expect((counts.forged, counts.replayed) == (5, 1))
        #expect(counts.jitterReceived.counts == [0, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(counts.lossReceived.counts == [0, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(counts.lossSent.counts[0] == 1 && counts.jitterSent.counts[0] == 1)
        #expect(counts.roundTrip.counts.allSatisfy { $0 == 0 })
    }
}
