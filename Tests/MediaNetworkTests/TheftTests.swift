import Audio
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// Whoever is not the far end can neither hear nor be heard once its source is known ("RTP bleed"), and legitimate moves
/// are followed.
struct TheftTests {
    let bench: Bench
    let beat: Beat
    let phones: [TestPhone]
    let legs: [MediaLegID]
    let thief: TestPhone

    init() throws {
        bench = try Bench()
        beat = try Beat(bench)
        phones = [try TestPhone(), try TestPhone()]
        legs = [
            try bench.open(8, phones[0], describe: phones[0].media(eventsAs: 101)), try bench.open(9, phones[1]),
        ]
        thief = try TestPhone(ip: .v4(0x7F00_0004), server: phones[0].server)
        bench.engine.perform([.feed(legs[0], .leg(legs[1])), .feed(legs[1], .leg(legs[0]))])
    }

    /// Waits until the engine has surely read what was sent to it.
    private func settle() throws { for _ in 0..<3 { try beat.wait() } }

    private func lock(_ party: Int, _ sequence: UInt16) throws {
        bench.engine.perform([.watch(legs[party], .activity(quietAfter: .seconds(30)))])
        try phones[party].send(sequence, ssrc: 99)
        try bench.log.take(.flowing(legs[party]))
    }

    @Test func aThiefThatKnowsTheWholeStreamChangesNothing() throws {
        try lock(0, 1)
        _ = try phones[1].next()
        // The right source, the next numbers and a key, from elsewhere.
        for number in UInt16(2)..<30 { try thief.send(number, ssrc: 99, [UInt8](repeating: 0x77, count: 160)) }
        try thief.send(30, type: 101, timestamp: 4_800, ssrc: 99, [5, 0x8A, 3, 32])
        try settle()
        try phones[0].send(2, ssrc: 99)
        #expect(try phones[1].next().payload == [UInt8](repeating: 0x2A, count: 160))
        #expect(!phones[1].hasMore())
        // What party 1 is sent still goes to party 1.
        try lock(1, 1)
        #expect(try phones[0].next().header.ssrc == 8)
        #expect(!thief.hasMore())
        bench.engine.perform([.close(legs[0])])
        let summary = try bench.log.summary(of: legs[0])
        #expect((summary.packetsReceived, summary.packetsLost) == (2, 0))
        #expect(!bench.log.all.contains(.digit(legs[0], event: 5)))
    }

    @Test func aThiefThatSpeaksFirstIsNotHeardAndDoesNotKeepTheFarEndOut() throws {
        for number in UInt16(0)..<20 { try thief.send(number) }
        try settle()
        #expect(!phones[1].hasMore())
        try lock(0, 1)
        #expect(try phones[1].next().payload == [UInt8](repeating: 0x2A, count: 160))
        bench.engine.perform([.feed(legs[0], .silence)])
        _ = try phones[0].next()
        #expect(!thief.hasMore())
    }

    @Test func aLegThatMayMoveDoesNotWhileItsSourceSpeaks() throws {
        bench.engine.perform([.describe(legs[0], phones[0].media(anySource: true))])
        try lock(0, 1)
        for number in UInt16(2)..<120 {
            try thief.send(number, ssrc: 99)
            try phones[0].send(number, ssrc: 99)
            try beat.wait()
        }
        bench.engine.perform([.close(legs[0])])
        let summary = try bench.log.summary(of: legs[0])
        #expect(summary.packetsReceived == 119)
        #expect(!thief.hasMore())
    }

    @Test func aThiefsControlPacketsChangeNothing() throws {
        try lock(0, 1)
        try thief.sendControl(Control.senderReport(from: 99))
        try settle()
        bench.engine.perform([.feed(legs[0], .silence)])
        _ = try phones[0].next()
        bench.engine.perform([.close(legs[0])])
        // The goodbye goes to the far end, and tells of no report heard.
        let bytes = try phones[0].nextControl()
        let report = try #require(bytes.withUnsafeBytes { ReceivedRTCP($0, about: 99) })
        #expect(report.block?.lastSenderReport == 0)
        #expect(try bench.log.summary(of: legs[0]).packetsFromStrangers == 1)
    }

    @Test func anAnnouncementServerGivesWayToTheGateway() throws {
        let announcer = try TestPhone(server: phones[1].server)
        // A provisional description, then the answer's.
        bench.engine.perform([.describe(legs[1], announcer.media())])
        try settle()
        try announcer.send(1, ssrc: 7, [UInt8](repeating: 0x31, count: 160))
        #expect(try phones[0].next().payload.first == 0x31)
        bench.engine.perform([.describe(legs[1], phones[1].media())])
        try settle()
        try phones[1].send(1, ssrc: 8, [UInt8](repeating: 0x32, count: 160))
        let heard = try phones[0].next()
        #expect(heard.header.marker)
        #expect(heard.payload.last == 0x32)
        for number in UInt16(2)..<10 { try announcer.send(number, ssrc: 7) }
        try settle()
        #expect(!phones[0].hasMore())
    }

    @Test func aReinviteToAnotherPortIsFollowedAtOnce() throws {
        try lock(0, 1)
        let moved = try TestPhone(server: phones[0].server)
        bench.engine.perform([.describe(legs[0], moved.media()), .feed(legs[0], .silence)])
        #expect(try moved.next().header.ssrc == 8)
        _ = try phones[1].next()
        try moved.send(2, ssrc: 99)
        #expect(try phones[1].next().header.ssrc == 9)
        try phones[0].send(3, ssrc: 99)
        try settle()
        #expect(!phones[1].hasMore())
    }
}
