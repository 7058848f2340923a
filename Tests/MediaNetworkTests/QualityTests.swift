import Audio
import LinuxIO
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// What is told of how a leg fares.
struct QualityTests {
    let bench: Bench
    let phone: TestPhone
    let leg: MediaLegID

    init() throws {
        bench = try Bench()
        phone = try TestPhone()
        leg = try bench.open(6, phone)
    }

    @Test func lossLowersTheScoreAndIsToldInParts() throws {
        bench.engine.perform([.watch(leg, .activity(quietAfter: .seconds(30)))])
        for number in UInt16(0)..<100 where number % 10 != 5 { try phone.send(number) }
        try bench.log.take(.flowing(leg))
        let beat = try Beat(bench)
        for _ in 0..<3 { try beat.wait() }
        bench.engine.perform([.close(leg)])
        let summary = try bench.log.summary(of: leg)
        let quality = try #require(summary.quality)
        #expect(summary.packetsLost == 10)
        #expect(abs(quality.fractionLost - 0.1) < 1e-9)
        // A tenth lost is 27 of the rating's 93.
        #expect((2.5...3.6).contains(quality.meanOpinionScore))
        #expect(quality.roundTrip == nil)
    }

    @Test func nothingReceivedIsNothingToJudgeBy() throws {
        bench.engine.perform([.close(leg)])
        #expect(try bench.log.summary(of: leg).quality == nil)
    }

    @Test func theFarEndsReportTellsTheRoundTrip() throws {
        bench.engine.perform([.feed(leg, .silence)])
        try phone.send(1)
        // Our sender report, answered as if at once after a quarter of a second.
        let bytes = try phone.nextControl()
        let report = try #require(bytes.withUnsafeBytes { ReceivedRTCP($0, about: 0) })
        let sent = try #require(report.senderReport).ntp
        try bench.log.take("measured") { if case .measured(leg, _) = $0 { true } else { false } }
        let block = ReportBlock(
            ssrc: 6, fractionLost: 0, lost: 1, extendedHighestSequence: 0, jitter: 16, lastSenderReport: sent.middle,
            delay: 0)
        var answer = [UInt8](repeating: 0, count: OutgoingRTCP.largestSize)
        let length = answer.withUnsafeMutableBytes { answer in
            let name: [UInt8] = [120]
            return name.withUnsafeBytes {
                OutgoingRTCP(ssrc: 99, senderReport: nil, block: block).write(canonicalName: $0, to: answer)
            }
        }
        bench.engine.perform([.watch(leg, .liveness(idleAfter: .milliseconds(60)))])
        try bench.log.take(.idle(leg))
        try phone.sendControl(Array(answer[..<length]))
        try bench.log.take(.flowing(leg))
        bench.engine.perform([.close(leg)])
        let summary = try bench.log.summary(of: leg)
        let trip = try #require(summary.quality?.roundTrip)
        // At least the time that it lay here before it was answered.
        #expect(trip >= .milliseconds(60))
        #expect(summary.reported?.jitter == .milliseconds(2))
        #expect((0.001...0.9).contains(try #require(summary.reported?.fractionLost)))
    }
}
