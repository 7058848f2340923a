import RTP
import Testing

struct ReceptionStatisticsTests {
    private func statistics(_ sequences: [UInt16]) -> ReceptionStatistics {
        var statistics = ReceptionStatistics()
        for sequence in sequences { statistics.receive(sequence: sequence, ssrc: 1) }
        return statistics
    }

    @Test func `nothing received means nothing expected`() {
        var statistics = ReceptionStatistics()
        #expect(statistics.expected == 0)
        #expect(statistics.totalLost == 0)
        let report = statistics.report(of: nil)
        #expect(report == nil)
    }

    @Test func `a gap counts as lost`() {
        let statistics = statistics([10, 11, 14])
        #expect(statistics.expected == 5)
        #expect(statistics.lost == 2)
        #expect(statistics.totalReceived == 3)
    }

    @Test func `the sequence wraps into the upper half`() {
        let statistics = statistics([65534, 65535, 0, 1])
        #expect(statistics.extendedHighestSequence == 0x1_0001)
        #expect(statistics.expected == 4)
        #expect(statistics.lost == 0)
    }

    @Test func `a packet lost at the wrap is still lost`() {
        let statistics = statistics([65535, 2])
        #expect(statistics.extendedHighestSequence == 0x1_0002)
        #expect(statistics.lost == 2)
    }

    @Test func `a reordered packet fills its gap`() {
        let statistics = statistics([1, 3, 2, 4])
        #expect(statistics.lost == 0)
        #expect(statistics.extendedHighestSequence == 4)
    }

    @Test func `a packet reordered over the wrap does not turn the counter back`() {
        let statistics = statistics([65534, 0, 65535, 1])
        #expect(statistics.extendedHighestSequence == 0x1_0001)
        #expect(statistics.lost == 0)
    }

    @Test func `duplicates make the loss negative, the total stays at zero`() {
        let statistics = statistics([5, 5, 6, 6, 6])
        #expect(statistics.lost == -3)
        #expect(statistics.totalLost == 0)
    }

    @Test func `a jump up to the dropout is loss, beyond it nothing until confirmed`() {
        #expect(statistics([0, 2999]).lost == 2998)
        var jumped = statistics([0])
        let counted = jumped.receive(sequence: 3000, ssrc: 1)
        #expect(!counted)
        #expect(jumped.extendedHighestSequence == 0)
        #expect(jumped.expected == 1)
    }

    @Test func `a packet less than a hundred behind is late, farther behind a possible restart`() {
        var late = statistics([1000])
        let counted = late.receive(sequence: 901, ssrc: 1)
        #expect(counted)
        let far = late.receive(sequence: 900, ssrc: 1)
        #expect(!far)
    }

    @Test func `two packets in a row far away restart the source, and its losses are kept`() {
        let statistics = statistics([1, 3, 30_000, 30_001, 30_002])
        #expect(statistics.extendedHighestSequence == 30_002)
        #expect(statistics.expected == 2)
        #expect(statistics.lost == 0)
        #expect(statistics.totalLost == 1)
        #expect(statistics.totalReceived == 5)
    }

    @Test func `a single stray packet changes nothing`() {
        let statistics = statistics([1, 2, 30_000, 3, 30_500, 4])
        #expect(statistics.extendedHighestSequence == 4)
        #expect(statistics.lost == 0)
    }

    @Test func `another source is counted anew`() {
        var statistics = statistics([1, 4])
        statistics.receive(sequence: 500, ssrc: 2)
        statistics.receive(sequence: 502, ssrc: 2)
        #expect(statistics.ssrc == 2)
        #expect(statistics.expected == 3)
        #expect(statistics.lost == 1)
        #expect(statistics.totalLost == 3)
    }

    @Test func `jitter follows the formula`() {
        // Transit times 0, 16, 0, 0 units: J = 1, then 1 + 15/16 in sixteenths by hand.
        var statistics = ReceptionStatistics()
        statistics.receive(sequence: 0, ssrc: 1)
        statistics.observe(timestamp: 0, arrival: 0)
        #expect(statistics.jitter == 0)
        statistics.observe(timestamp: 160, arrival: 176)
        #expect(statistics.jitter == 1)
        // 16 + 16 − (16 + 8)/16 = 31 sixteenths.
        statistics.observe(timestamp: 320, arrival: 320)
        #expect(statistics.jitter == 1)
        // 31 + 32 − (31 + 8)/16 = 61 sixteenths.
        statistics.observe(timestamp: 480, arrival: 512)
        #expect(statistics.jitter == 3)
    }

    @Test func `steady arrival has no jitter, also over the wrap`() {
        var statistics = ReceptionStatistics()
        statistics.receive(sequence: 0, ssrc: 1)
        for index in UInt32(0)..<100 {
            statistics.observe(timestamp: 0xFFFF_F000 &+ index &* 160, arrival: 77 &+ index &* 160)
        }
        #expect(statistics.jitter == 0)
    }

    @Test func `a leap in the timestamps is not jitter`() {
        var statistics = ReceptionStatistics()
        statistics.receive(sequence: 0, ssrc: 1)
        statistics.observe(timestamp: 0, arrival: 0)
        statistics.observe(timestamp: 0x4000_0000, arrival: 160)
        #expect(statistics.jitter == 0)
    }

    @Test func `each report tells the fraction lost since the last`() {
        var statistics = statistics([0, 1, 2, 4])
        let first = statistics.report(of: nil)
        #expect(first?.fractionLost == 51)
        #expect(first?.lost == 1)
        #expect(first?.lastSenderReport == 0)
        let quiet = statistics.report(of: nil)
        #expect(quiet?.fractionLost == 0)
        statistics.receive(sequence: 5, ssrc: 1)
        statistics.receive(sequence: 7, ssrc: 1)
        let third = statistics.report(of: nil)
        #expect(third?.fractionLost == 85)
        #expect(third?.lost == 2)
    }

    @Test func `more duplicates than losses make a fraction of zero`() {
        var statistics = statistics([0, 0, 0, 2])
        let report = statistics.report(of: nil)
        #expect(report?.fractionLost == 0)
    }

    @Test func `the loss is clamped to 24 bits`() {
        var statistics = statistics([0])
        for turn in 1...3000 {
            statistics.receive(sequence: UInt16(truncatingIfNeeded: turn * 2999), ssrc: 1)
        }
        #expect(statistics.lost == 2998 * 3000)
        let report = statistics.report(of: nil)
        #expect(report?.lost == 0x7F_FFFF)
    }
}
