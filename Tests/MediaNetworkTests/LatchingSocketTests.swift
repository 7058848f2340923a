import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

struct LatchingSocketTests {
    let bench: Bench
    let phone: TestPhone
    let stranger: TestPhone

    init() throws {
        bench = try Bench()
        phone = try TestPhone()
        stranger = try TestPhone(ip: .v4(0x7F00_0002), server: phone.server)
    }

    private func watched(_ remote: RemoteMedia) throws -> MediaLegID {
        let leg = try bench.open(4, phone, describe: remote)
        bench.engine.perform([.watch(leg, .activity(quietAfter: .milliseconds(100)))])
        return leg
    }

    @Test func strangersAreCountedUntilTheSourceIsKnownAndThenNotEvenHeard() throws {
        let leg = try watched(phone.media())
        for number in UInt16(0)..<5 { try stranger.send(number) }
        try phone.send(1)
        try bench.log.take(.flowing(leg))
        for number in UInt16(0)..<5 { try stranger.send(number) }
        try phone.send(2)
        bench.engine.perform([.close(leg)])
        let summary = try bench.log.summary(of: leg)
        #expect(summary.packetsFromStrangers == 5)
    }

    @Test func aSourceBehindTranslationIsAnsweredWhereItSendsFrom() throws {
        let leg = try watched(phone.media(anySource: true))
        for number in UInt16(0)..<3 { try stranger.send(number) }
        try bench.log.take(.flowing(leg))
        bench.engine.perform([.feed(leg, .silence)])
        #expect(try stranger.next().header.ssrc == 4)
        try phone.send(1)
        bench.engine.perform([.close(leg)])
        let summary = try bench.log.summary(of: leg)
        #expect(summary.packetsReceived == 1)
        // The goodbye goes to the neighbour of the learnt port.
        #expect(try stranger.nextControl().isEmpty == false)
        #expect(!phone.hasMore())
    }

    @Test func aNewDescriptionStartsAgain() throws {
        let leg = try watched(phone.media())
        try phone.send(1)
        try bench.log.take(.flowing(leg))
        bench.engine.perform([
            .describe(leg, stranger.media()), .watch(leg, .activity(quietAfter: .milliseconds(100))),
            .feed(leg, .silence),
        ])
        #expect(try stranger.next().header.ssrc == 4)
        try stranger.send(9)
        try bench.log.take(.flowing(leg))
    }

    @Test func aSourceThatFallsSilentMayBeReplaced() throws {
        let beat = try Beat(bench)
        let leg = try watched(phone.media(anySource: true))
        try phone.send(1)
        try bench.log.take(.flowing(leg))
        try bench.log.take(.quiet(leg))
        var number: UInt16 = 0
        // The kernel drops these until two seconds have passed.
        while !bench.log.all.contains(.flowing(leg)) {
            try stranger.send(number)
            number += 1
            try beat.wait()
        }
        #expect(number > 50)
        bench.engine.perform([.feed(leg, .silence)])
        #expect(try stranger.next().header.ssrc == 4)
    }

    @Test func aDestinationThatRefusesIsCountedAndTheStreamGoesOn() throws {
        let beat = try Beat(bench)
        let leg = try openAndLeave()
        bench.engine.perform([.feed(leg, .silence)])
        for _ in 0..<10 { try beat.wait() }
        bench.engine.perform([.close(leg)])
        let summary = try bench.log.summary(of: leg)
        #expect(summary.packetsSent > 0)
        #expect(summary.sendFailures > 0)
        #expect(summary.packetsSent + summary.sendFailures < 30)
    }

    /// A leg that is connected to a phone whose sockets are closed when this returns.
    private func openAndLeave() throws -> MediaLegID {
        let gone = try TestPhone()
        let leg = try bench.open(6, gone)
        bench.engine.perform([.watch(leg, .activity(quietAfter: .seconds(5)))])
        try gone.send(1)
        try bench.log.take(.flowing(leg))
        return leg
    }
}

/// A leg that plays silence: its packets tell that 20 ms have passed on the media thread.
struct Beat {
    private let phone: TestPhone

    init(_ bench: Bench) throws {
        phone = try TestPhone()
        let leg = try bench.open(1_000, phone)
        bench.engine.perform([.feed(leg, .silence)])
    }

    func wait() throws { _ = try phone.next() }
}
