import Audio
import LinuxIO
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

@Suite struct RelayTests {
    let bench: Bench
    let one: TestPhone
    let two: TestPhone

    init() throws {
        bench = try Bench()
        one = try TestPhone()
        two = try TestPhone()
    }

    private func bridge(_ first: RemoteMedia? = nil, _ second: RemoteMedia? = nil) throws -> (MediaLegID, MediaLegID) {
        let legs = (try bench.open(10, one, describe: first), try bench.open(11, two, describe: second))
        bench.engine.perform([.feed(legs.0, .leg(legs.1)), .feed(legs.1, .leg(legs.0))])
        return legs
    }

    @Test func packetsGoBothWaysUnderOurOwnIdentity() throws {
        _ = try bridge()
        for number in UInt16(0)..<3 {
            try one.send(500 + number, [UInt8](repeating: UInt8(number), count: 160))
            let heard = try two.next()
            #expect(
                heard.header
                    == RTPHeader(
                        marker: number == 0, payloadType: 8, sequence: 1_000 + number,
                        timestamp: 50_000 + 160 * UInt32(number), ssrc: 11))
            #expect(heard.payload == [UInt8](repeating: UInt8(number), count: 160))
            #expect(heard.source == two.server)
        }
        try two.send(7)
        #expect(try one.next().header.ssrc == 10)
    }

    /// Containers often have IPv4 only.
    private static let hasIPv6 = (try? UDPSocket(boundTo: TransportAddress(ip: .v6(0, 1), port: 0))) != nil

    @Test(.enabled(if: hasIPv6))
    func aCallGoesBetweenTheFamilies() throws {
        let other = try TestPhone(ip: .v6(0, 1))
        for (number, phone) in [(UInt64(10), one), (11, other)] {
            let leg = MediaLegID(number: number)
            let endpoint = MediaEndpoint.test(port: phone.server.port, ssrc: UInt32(number), ip: .v6(0, 0))
            bench.engine.perform([.open(leg, endpoint), .describe(leg, phone.media())])
            try bench.log.take(.opened(leg))
        }
        let legs = (MediaLegID(number: 10), MediaLegID(number: 11))
        bench.engine.perform([.feed(legs.0, .leg(legs.1)), .feed(legs.1, .leg(legs.0))])
        for number in UInt16(0)..<3 {
            try one.send(number)
            #expect(try other.next().source == other.server)
            try other.send(number)
            #expect(try one.next().source == one.server)
        }
    }

    @Test(arguments: [80, 160, 240, 320, 480])
    func everyPacketLengthIsPassedOnAsItIs(_ length: Int) throws {
        _ = try bridge()
        try one.send(1, [UInt8](repeating: 9, count: length))
        #expect(try two.next().payload.count == length)
    }

    @Test func extensionsSourcesAndPaddingAreTakenOff() throws {
        _ = try bridge()
        try one.sendRaw(
            [0xB1, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9] + [1, 1, 1, 1] + [0xBE, 0xDE, 0, 1, 1, 2, 3, 4]
                + [21, 22, 23, 24] + [0, 0, 0, 4])
        #expect(try two.next().payload == [21, 22, 23, 24])
    }

    @Test func theCodecIsConvertedWhereTheLegsDiffer() throws {
        _ = try bridge(nil, two.media(codec: .pcmu))
        let codes = [UInt8](0...159)
        try one.send(1, codes)
        let heard = try two.next()
        #expect(heard.header.payloadType == 0)
        let table = try #require(G711.pcma.translation(to: .pcmu))
        #expect(heard.payload == codes.map { table[Int($0)] })
        try two.send(1, type: 0, codes)
        let back = try #require(G711.pcmu.translation(to: .pcma))
        let answer = try one.next()
        #expect(answer.header.payloadType == 8)
        #expect(answer.payload == codes.map { back[Int($0)] })
    }

    @Test func otherPayloadTypesAreDroppedAndCountedAndLeaveNoGap() throws {
        let (first, _) = try bridge()
        try one.send(1)
        try one.send(2, type: 13)
        try one.send(3, type: 0)
        try one.sendRaw([1, 2, 3])
        try one.send(4)
        let sequences = [try two.next().header.sequence, try two.next().header.sequence]
        #expect(sequences == [1_000, 1_001])
        bench.engine.perform([.close(first)])
        let summary = try bench.log.summary(of: first)
        #expect(summary.packetsReceived == 4)
        #expect(summary.packetsRefused == 3)
        #expect(!two.hasMore())
    }

    @Test func telephoneEventsPassUnderTheOtherLegsTypeAndAreReported() throws {
        let (first, _) = try bridge(one.media(eventsAs: 101), two.media(eventsAs: 96))
        try one.send(1)
        for number in UInt16(2)...4 {
            try one.send(number, type: 101, timestamp: 320, marker: number == 2, [5, 10, 0, 160])
        }
        try one.send(5, type: 101, timestamp: 320, [5, 0x8A, 3, 32])
        let start = try two.next().header.timestamp
        let heard = try (0..<4).map { _ in try two.next() }
        #expect(heard.map(\.header.payloadType) == [96, 96, 96, 96])
        #expect(Set(heard.map(\.header.timestamp)) == [start + 160])
        #expect(heard.map(\.header.sequence) == [1_001, 1_002, 1_003, 1_004])
        #expect(heard.map(\.header.marker) == [true, false, false, false])
        #expect(heard.last?.payload == [5, 0x8A, 3, 32])
        try bench.log.take(.digit(first, event: 5))
    }

    @Test func telephoneEventsDoNotPassToALegThatNegotiatedNone() throws {
        let (first, _) = try bridge(one.media(eventsAs: 101))
        try one.send(1)
        try one.send(2, type: 101, timestamp: 320, [11, 0x8A, 3, 32])
        try one.send(3)
        try bench.log.take(.digit(first, event: 11))
        #expect(try two.next().header.sequence == 1_000)
        #expect(try two.next().header.sequence == 1_001)
        bench.engine.perform([.close(first)])
        #expect(try bench.log.summary(of: first).packetsDropped == 1)
    }

    @Test func aDigitWhoseEndIsLostIsReportedNonetheless() throws {
        let (first, _) = try bridge(one.media(eventsAs: 101))
        try one.send(2, type: 101, timestamp: 320, marker: true, [7, 10, 3, 32])
        try bench.log.take(.digit(first, event: 7))
    }

    @Test func nothingIsSentToALegOnHoldAndTheStreamGoesOnAfterwards() throws {
        let (_, second) = try bridge()
        try one.send(1)
        #expect(try two.next().header.sequence == 1_000)
        bench.engine.perform([
            .describe(second, two.media(mayReceive: false)), .watch(second, .activity(quietAfter: .seconds(5))),
        ])
        // Commands and packets have no order between them; once a later command is answered, the earlier ones are in force.
        _ = try bench.open(40, TestPhone())
        // Once this is told, the description is in force.
        try two.send(1)
        try bench.log.take(.flowing(second))
        try one.send(2)
        try two.send(2)
        _ = try one.next()
        _ = try one.next()
        bench.engine.perform([.describe(second, two.media()), .watch(second, .activity(quietAfter: .seconds(5)))])
        _ = try bench.open(41, TestPhone())
        try two.send(3)
        try bench.log.take(.flowing(second))
        try one.send(3)
        let heard = try two.next()
        #expect(heard.header.sequence == 1_001)
        #expect(heard.header.marker)
        #expect(heard.header.timestamp >= 50_160)
    }

    @Test func whatALegSendsThatMayNotIsRefused() throws {
        let (first, _) = try bridge(one.media(maySend: false))
        try one.send(1)
        try two.send(1)
        _ = try one.next()
        bench.engine.perform([.close(first)])
        let summary = try bench.log.summary(of: first)
        #expect((summary.packetsReceived, summary.packetsRefused) == (0, 1))
        #expect(!two.hasMore())
    }

    @Test func controlPacketsAtTheWrongPortAndOverlongOnesChangeNothing() throws {
        let (first, _) = try bridge()
        try one.send(1)
        try one.sendRaw(Control.senderReport(from: 9))
        try one.send(2, [UInt8](repeating: 0, count: 3_000))
        try one.send(2)
        #expect(try two.next().header.sequence == 1_000)
        #expect(try two.next().header.sequence == 1_001)
        bench.engine.perform([.close(first)])
        let summary = try bench.log.summary(of: first)
        #expect((summary.packetsReceived, summary.packetsRefused, summary.packetsLost) == (2, 2, 0))
    }

    @Test func lossIsCounted() throws {
        let (first, _) = try bridge()
        for number: UInt16 in [1, 2, 5] { try one.send(number) }
        for _ in 0..<3 { _ = try two.next() }
        bench.engine.perform([.close(first)])
        #expect(try bench.log.summary(of: first).packetsLost == 2)
    }

    @Test func iPv6IsRelayedAsWell() throws {
        let far = try TestPhone(ip: .v6(0, 1))
        let first = try bench.open(20, far)
        let second = try bench.open(21, two)
        bench.engine.perform([.feed(second, .leg(first))])
        try far.send(1)
        #expect(try two.next().header.ssrc == 21)
    }
}
