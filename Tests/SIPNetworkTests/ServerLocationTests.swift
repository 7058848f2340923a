import SIPTransactions
import SansIO
import Testing

@testable import SIPNetwork

@Suite("Finding servers")
struct ServerLocationTests {
    typealias Question = ServerLocation.Question
    typealias Answer = ServerLocation.Answer

    static let all: [Transport] = [.udp, .tcp, .tls]

    static func naptr(
        _ order: UInt16, _ service: String, _ replacement: String, preference: UInt16 = 0, flags: String = "s"
    ) -> DNSRecord {
        DNSRecord(
            content: .naptr(
                order: order, preference: preference, flags: flags, service: service, replacement: replacement),
            timeToLive: 100)
    }

    static func srv(_ target: String, port: UInt16 = 5060, priority: UInt16 = 0, weight: UInt16 = 0) -> DNSRecord {
        DNSRecord(content: .srv(priority: priority, weight: weight, port: port, target: target), timeToLive: 50)
    }

    static func address(_ last: UInt32) -> Answer { .addresses([.v4(0x0A00_0000 + last)], timeToLive: 70) }

    /// Answers from a table, and what was asked.
    private func locate(
        _ name: ServerName, _ answers: [Question: Answer], supported: [Transport] = all
    ) -> (ServerLocation, [Question]) {
        var location = ServerLocation(name, supported: supported)
        var asked: [Question] = []
        while let question = location.question {
            asked.append(question)
            location.take(answers[question] ?? .nothing)
        }
        return (location, asked)
    }

    @Test func `an address needs no question`() {
        let (v4, asked) = locate(ServerName(host: "192.0.2.1", transport: .tls), [:])
        #expect(v4.servers == [LocatedServer(transport: .tls, port: 5061, addresses: [.v4(0xC000_0201)])])
        #expect(asked.isEmpty)
        let (v6, _) = locate(ServerName(host: "[::1]", port: 5070), [:])
        #expect(v6.servers == [LocatedServer(transport: .udp, port: 5070, addresses: [.v6(0, 1)])])
    }

    @Test(arguments: [("carrier.example", UInt16(5070)), ("localhost", nil)])
    func `with a port, or for a name of one label, only addresses are asked for`(host: String, port: UInt16?) {
        let (location, asked) = locate(
            ServerName(host: host, port: port), [.addresses(host): Self.address(1)])
        #expect(asked == [.addresses(host)])
        #expect(
            location.servers == [LocatedServer(transport: .udp, port: port ?? 5060, addresses: [.v4(0x0A00_0001)])])
        #expect(location.timeToLive == 70)
    }

    @Test func `the preferred service that we speak is taken, with its servers by priority`() {
        let (location, asked) = locate(
            ServerName(host: "carrier.example"),
            [
                .naptr("carrier.example"): .records([
                    Self.naptr(30, "SIP+D2U", "_sip._udp.carrier.example"),
                    Self.naptr(20, "SIP+D2T", "_sip._tcp.carrier.example", preference: 2),
                    Self.naptr(20, "SIPS+D2T", "_sips._tcp.carrier.example", preference: 1),
                    Self.naptr(10, "SIP+D2S", "_sip._sctp.carrier.example"),
                    Self.naptr(5, "SIP+D2T", "", flags: "a"),
                ]),
                .srv("_sip._tcp.carrier.example"): .records([
                    Self.srv("b.carrier.example", priority: 20), Self.srv("a.carrier.example", port: 5080, weight: 7),
                ]),
                .addresses("a.carrier.example"): Self.address(1), .addresses("b.carrier.example"): Self.address(2),
            ], supported: [.udp, .tcp])
        #expect(
            asked == [
                .naptr("carrier.example"), .srv("_sip._tcp.carrier.example"), .addresses("a.carrier.example"),
                .addresses("b.carrier.example"),
            ])
        #expect(
            location.servers == [
                LocatedServer(transport: .tcp, port: 5080, addresses: [.v4(0x0A00_0001)], priority: 0, weight: 7),
                LocatedServer(transport: .tcp, port: 5060, addresses: [.v4(0x0A00_0002)], priority: 20, weight: 0),
            ])
        #expect(location.timeToLive == 50)
    }

    @Test func `without NAPTR each transport's SRV is asked for, and without any the host`() {
        let (location, asked) = locate(
            ServerName(host: "carrier.example"), [.addresses("carrier.example"): Self.address(1)])
        #expect(
            asked == [
                .naptr("carrier.example"), .srv("_sip._udp.carrier.example"), .srv("_sip._tcp.carrier.example"),
                .srv("_sips._tcp.carrier.example"), .addresses("carrier.example"),
            ])
        #expect(location.servers.map(\.transport) == [.udp])
    }

    @Test func `a transport that is named asks for its SRV alone`() {
        let (location, asked) = locate(
            ServerName(host: "carrier.example", transport: .tls), [.addresses("carrier.example"): Self.address(1)])
        #expect(asked == [.srv("_sips._tcp.carrier.example"), .addresses("carrier.example")])
        #expect(location.servers.map(\.port) == [5061])
    }

    @Test func `a service that is decidedly not offered, and targets without addresses, are passed over`() {
        let (location, _) = locate(
            ServerName(host: "carrier.example", transport: .udp),
            [
                .srv("_sip._udp.carrier.example"): .records([
                    Self.srv(""), Self.srv("gone.carrier.example"), Self.srv("a.carrier.example", priority: 1),
                ]),
                .addresses("a.carrier.example"): Self.address(1),
            ])
        #expect(location.servers.map(\.priority) == [1])
    }

    @Test func `when name servers fail, only the host's addresses are asked for still`() {
        let (location, asked) = locate(
            ServerName(host: "carrier.example"), [.naptr("carrier.example"): .failed("time-out")])
        #expect(asked == [.naptr("carrier.example"), .addresses("carrier.example")])
        #expect(location.servers.isEmpty)
        #expect(location.trouble == "no such name, or no address" || location.trouble == "time-out")
    }

    @Test func `what is followed is bounded`() {
        let targets = (0..<40).map { "s\($0).carrier.example" }
        var answers: [Question: Answer] = [
            .srv("_sip._udp.carrier.example"): .records(targets.map { Self.srv($0) })
        ]
        let many = (0..<20).map { IPAddress.v4(0x0A00_0000 + UInt32($0)) }
        for target in targets { answers[.addresses(target)] = .addresses(many, timeToLive: nil) }
        let (location, _) = locate(ServerName(host: "carrier.example", transport: .udp), answers)
        #expect(location.servers.count == ServerLocation.serverLimit)
        #expect(location.servers.allSatisfy { $0.addresses.count == ServerLocation.addressLimit })
    }
}

@Suite("Reading DNS answers")
struct DNSRecordTests {
    /// An answer to one question about `example`, with these records.
    static func message(_ records: [[UInt8]]) -> [UInt8] {
        [0, 1, 0x81, 0x80, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0] + [7] + Array("example".utf8) + [0, 0, 33, 0, 1]
            + records.flatMap { $0 }
    }

    /// A record of the name in the question, by a pointer.
    static func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0xC0, 12, 0, type, 0, 1, 0, 0, 1, 44, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
    }

    static let srv = record(33, [0, 1, 0, 2, 0x13, 0xC4, 1] + Array("a".utf8) + [0xC0, 12])
    static let naptr = record(
        35, [0, 1, 0, 2, 1, 0x73, 7] + Array("SIP+D2U".utf8) + [0, 1] + Array("b".utf8) + [0xC0, 12])

    @Test func `SRV and NAPTR are read, other records passed over`() {
        let message = Self.message([Self.record(5, [0xC0, 12]), Self.srv, Self.naptr])
        let records = message.withUnsafeBytes { DNSRecord.answers(in: $0) }
        #expect(
            records == [
                DNSRecord(content: .srv(priority: 1, weight: 2, port: 5060, target: "a.example"), timeToLive: 300),
                DNSRecord(
                    content: .naptr(
                        order: 1, preference: 2, flags: "s", service: "SIP+D2U", replacement: "b.example"),
                    timeToLive: 300),
            ])
    }

    @Test func `every cut of a message, and pointers that lead nowhere, are found out`() {
        let message = Self.message([Self.srv, Self.naptr])
        for length in message.indices {
            #expect(message[..<length].withUnsafeBytes { DNSRecord.answers(in: $0) } == nil, "\(length)")
        }
        let loop = Self.message([[0xC0, 25, 0, 33, 0, 1, 0, 0, 0, 0, 0, 0]])
        #expect(loop.withUnsafeBytes { DNSRecord.answers(in: $0) } == nil)
    }
}
