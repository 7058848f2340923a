import Audio
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

struct FeedTests {
    let bench: Bench
    let phone: TestPhone

    init() throws {
        bench = try Bench()
        phone = try TestPhone()
    }

    static let tone = ToneCadence(frequency: 450, level: -13, on: .milliseconds(40), off: .milliseconds(20))

    @Test(arguments: G711.allCases)
    func silenceIsARunningStream(in codec: G711) throws {
        let leg = try bench.open(2, phone, describe: phone.media(codec: codec))
        bench.engine.perform([.feed(leg, .silence)])
        for number in 0..<3 {
            let heard = try phone.next()
            #expect(heard.payload == [UInt8](repeating: codec.silence, count: 160))
            #expect(heard.header.payloadType == codec.staticPayloadType)
            #expect(heard.header.sequence == 1_000 + UInt16(number))
            #expect(heard.header.timestamp == 50_000 + 160 * UInt32(number))
            #expect(heard.header.marker == (number == 0))
        }
    }

    @Test(arguments: G711.allCases)
    func aToneRepeatsFromItsBeginning(in codec: G711) throws {
        let leg = try bench.open(2, phone, describe: phone.media(codec: codec))
        bench.engine.perform([.feed(leg, .tone(FeedTests.tone))])
        let period = RenderedTone(FeedTests.tone, codec: codec).codes
        #expect(period.count == 480)
        var heard: [UInt8] = []
        for _ in 0..<6 { heard += try phone.next().payload }
        #expect(heard == period + period)
    }

    @Test func oneStreamRunsOverAllFeeds() throws {
        let other = try TestPhone()
        let leg = try bench.open(2, phone)
        let source = try bench.open(3, other)
        bench.engine.perform([.feed(leg, .silence)])
        var headers = [try phone.next().header]
        bench.engine.perform([.feed(leg, .tone(FeedTests.tone))])
        var sequences: [UInt16] = []
        repeat {
            headers.append(try phone.next().header)
            sequences.append(headers[headers.count - 1].sequence)
        } while !headers[headers.count - 1].marker
        bench.engine.perform([.feed(leg, .leg(source)), .watch(source, .activity(quietAfter: .seconds(5)))])
        try other.send(9, ssrc: 0xFFFF)
        try bench.log.take(.flowing(source))
        repeat { headers.append(try phone.next().header) } while !headers[headers.count - 1].marker
        bench.engine.perform([.feed(leg, .silence)])
        repeat { headers.append(try phone.next().header) } while !headers[headers.count - 1].marker

        #expect(Set(headers.map(\.ssrc)) == [2])
        #expect(headers.map(\.sequence) == (0..<headers.count).map { 1_000 + UInt16($0) })
        #expect(headers.filter(\.marker).count == 4)
        for (earlier, later) in zip(headers, headers.dropFirst()) {
            let step = timestampDistance(from: earlier.timestamp, to: later.timestamp)
            #expect(step >= 160 && step < 80_000)
        }
    }

    @Test func nothingIsNothing() throws {
        let leg = try bench.open(2, phone)
        bench.engine.perform([.feed(leg, .silence)])
        _ = try phone.next()
        bench.engine.perform([.feed(leg, .nothing), .close(leg)])
        let summary = try bench.log.summary(of: leg)
        for _ in 1..<summary.packetsSent { _ = try phone.next() }
        #expect(!phone.hasMore())
    }

    @Test func aLegFedFromOneThatClosesIsFedNothing() throws {
        let other = try TestPhone()
        let leg = try bench.open(2, phone)
        let source = try bench.open(3, other)
        bench.engine.perform([.feed(leg, .leg(source)), .feed(source, .leg(leg)), .close(source)])
        _ = try bench.log.summary(of: source)
        // The slot is used again, by a leg that must not be heard.
        let next = try TestPhone()
        let newcomer = try bench.open(5, next)
        bench.engine.perform([.watch(newcomer, .activity(quietAfter: .seconds(5)))])
        try next.send(1)
        try bench.log.take(.flowing(newcomer))
        bench.engine.perform([.close(leg)])
        #expect(try bench.log.summary(of: leg).packetsSent == 0)
    }
}
