import Audio
import LinuxIO
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// Control packets as a far end sends them, byte by byte.
enum Control {
    static func receiverReport(from ssrc: UInt8) -> [UInt8] {
        [0x80, 201, 0, 1, 0, 0, 0, ssrc] + [0x81, 202, 0, 2, 0, 0, 0, ssrc, 1, 1, 120, 0]
    }

    static func senderReport(from ssrc: UInt8) -> [UInt8] {
        [0x80, 200, 0, 6, 0, 0, 0, ssrc] + [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]
            + [UInt8](repeating: 0, count: 12)
            + [0x81, 202, 0, 2, 0, 0, 0, ssrc, 1, 1, 120, 0]
    }
}

struct ControlTests {
    private let start = Instant(nanoseconds: 0)
    private let calendar = NTPTime(unixNanoseconds: 1_700_000_000_000_000_000)

    private func report(
        _ session: inout ControlSession, sent: UInt32 = 0, reception: inout ReceptionStatistics, at now: Instant
    ) -> OutgoingRTCP {
        let counted = Leg.Sent(packets: sent, octets: sent * 160)
        let stream = OutgoingStream(ssrc: 5, firstSequence: 0, firstTimestamp: 100)
        return session.report(
            of: stream, sent: counted, reception: &reception, isGoodbye: false, at: now, calendar: calendar)
    }

    @Test func reportsComeAboutEveryFiveSecondsUnevenlyAndRepeatably() {
        var intervals: [[Int64]] = []
        for _ in 0..<2 {
            var session = ControlSession(seed: 42, at: start)
            var reception = ReceptionStatistics()
            var times = [session.nextReport]
            for _ in 0..<100 {
                _ = report(&session, reception: &reception, at: session.nextReport)
                times.append(session.nextReport)
            }
            intervals.append(zip(times, times.dropFirst()).map { ($1 - $0).wholeMilliseconds })
        }
        #expect(intervals[0] == intervals[1])
        #expect(intervals[0].allSatisfy { (2_050...6_160).contains($0) })
        #expect(Set(intervals[0]).count > 90)
        #expect(ControlSession(seed: 42, at: start).nextReport != ControlSession(seed: 43, at: start).nextReport)
    }

    @Test func whoeverSentSinceTheReportBeforeTheLastIsASender() {
        var session = ControlSession(seed: 1, at: start)
        var reception = ReceptionStatistics()
        let reports = [UInt32(0), 10, 10, 10, 11].map { report(&session, sent: $0, reception: &reception, at: start) }
        #expect(reports.map { $0.senderReport != nil } == [false, true, true, false, true])
        #expect(reports[1].senderReport?.packets == 10)
        #expect(reports[1].senderReport?.octets == 1_600)
        #expect(reports[1].senderReport?.ntp == calendar)
    }

    @Test func theFarEndsReportIsEchoedWithItsAge() {
        var session = ControlSession(seed: 1, at: start)
        var reception = ReceptionStatistics()
        reception.receive(sequence: 1, ssrc: 9)
        session.heard(
            SenderReport(ntp: NTPTime(bits: 0x1122_3344_5566_7788), timestamp: 0, packets: 0, octets: 0), at: start)
        let block = report(&session, reception: &reception, at: start + .milliseconds(1_500)).block
        #expect(block?.ssrc == 9)
        #expect(block?.lastSenderReport == 0x3344_5566)
        #expect(block?.delay == 98_304)
    }

    @Test func theCanonicalNameIsTheSameInEveryReportAndDiffersBetweenLegs() throws {
        func name(seed: UInt64, reports: Int) throws -> [UInt8] {
            var session = ControlSession(seed: seed, at: start)
            var reception = ReceptionStatistics()
            var bytes = [UInt8](repeating: 0, count: 400)
            var length = 0
            for _ in 0..<reports {
                let packet = report(&session, reception: &reception, at: start)
                length = bytes.withUnsafeMutableBytes { session.write(packet, to: $0) }
            }
            let read = bytes.withUnsafeBytes { ReceivedRTCP(UnsafeRawBufferPointer(rebasing: $0[..<length]), about: 1) }
            return Array(bytes[try #require(read?.canonicalName)])
        }
        let first = try name(seed: 7, reports: 1)
        #expect(try name(seed: 7, reports: 3) == first)
        #expect(try name(seed: 8, reports: 1) != first)
        #expect(first.count == 24)
        #expect(first.allSatisfy { (48...57).contains($0) || (97...102).contains($0) })
    }

    @Test func aLegReportsAndSaysGoodbye() throws {
        let bench = try Bench()
        let phone = try TestPhone()
        let leg = try bench.open(6, phone)
        bench.engine.perform([.feed(leg, .silence)])
        try phone.send(100, ssrc: 0xABCD)
        let first = try received(phone.nextControl())
        #expect(first.sender == 6)
        #expect(!first.isGoodbye)
        let sender = try #require(first.senderReport)
        #expect(sender.packets > 0)
        #expect(sender.octets == sender.packets * 160)
        #expect(first.block?.ssrc == 0xABCD)
        bench.engine.perform([.close(leg)])
        let last = try received(phone.nextControl())
        #expect(last.isGoodbye)
        #expect(last.sender == 6)
    }

    @Test func aLegThatNeverSentSaysNoGoodbye() throws {
        let bench = try Bench()
        let phone = try TestPhone()
        let leg = try bench.open(6, phone)
        bench.engine.perform([.close(leg)])
        _ = try bench.log.summary(of: leg)
        var buffer = [UInt8](repeating: 0, count: 100)
        let outcome = buffer.withUnsafeMutableBytes { phone.rtcp.receive(into: $0) }
        #expect(outcome == .nothing)
    }

    @Test func controlPacketsOfStrangersAndBrokenOnesAreNoSignOfLife() throws {
        let bench = try Bench()
        let phone = try TestPhone()
        let stranger = try TestPhone(ip: .v4(0x7F00_0003), server: phone.server)
        let leg = try bench.open(6, phone)
        bench.engine.perform([.watch(leg, .liveness(idleAfter: .milliseconds(60)))])
        try bench.log.take(.idle(leg))
        try stranger.sendControl(Control.receiverReport(from: 9))
        try phone.sendControl([1, 2, 3])
        let beat = try Beat(bench)
        for _ in 0..<3 { try beat.wait() }
        bench.engine.perform([.close(leg)])
        let summary = try bench.log.summary(of: leg)
        #expect((summary.packetsFromStrangers, summary.packetsRefused) == (1, 1))
        #expect(!bench.log.all.contains(.flowing(leg)))
    }

    private func received(_ bytes: [UInt8]) throws -> ReceivedRTCP {
        try #require(bytes.withUnsafeBytes { ReceivedRTCP($0, about: 0xABCD) })
    }
}
