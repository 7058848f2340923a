import LinuxIO
import SIPTransactions
import SansIO
import Synchronization
import Testing

@testable import SIPNetwork

/// A name server on loopback that knows one zone.
final class TestNameServer: Sendable {
    private let socket: UDPSocket
    private let stop: WakeUp
    let address: TransportAddress
    /// Records by type and name, as their content on the wire.
    private let zone: [String: [[UInt8]]]
    private let asked = Mutex<[String]>([])

    init(_ zone: [String: [[UInt8]]]) throws {
        let bound = try UDPSocket(boundTo: TransportAddress(ip: .v4(0x7F00_0001), port: 0))
        address = try bound.localAddress()
        socket = bound
        stop = try WakeUp()
        self.zone = zone
    }

    /// Answers on a thread of its own while the body runs.
    func serving<Result>(_ body: () throws -> Result) throws -> Result {
        let thread = try DedicatedThread(name: "dns") { [self] in
            do { try serve() } catch { Issue.record(error) }
        }
        defer {
            stop.signal()
            thread.join()
        }
        return try body()
    }

    var questions: [String] { asked.withLock(\.self) }

    private func serve() throws {
        let poller = try Poller()
        try poller.add(socket.descriptor, token: 0)
        try poller.add(stop.descriptor, token: 1)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_500, alignment: 8)
        defer { buffer.deallocate() }
        var source = address
        while true {
            for index in 0..<poller.wait(.seconds(30)) where poller.event(at: index).token == 1 { return }
            while case .datagram(let length) = socket.receive(into: buffer, source: &source) {
                let answer = answer(to: Array(buffer[..<length]))
                _ = answer.withUnsafeBytes { socket.send($0, to: source) }
            }
        }
    }

    private func answer(to query: [UInt8]) -> [UInt8] {
        var index = 12
        var labels: [String] = []
        while query[index] > 0 {
            labels.append(String(decoding: query[index + 1...index + Int(query[index])], as: UTF8.self))
            index += 1 + Int(query[index])
        }
        let type = query[index + 2]
        let key = "\(type) \(labels.joined(separator: ".").lowercased())"
        asked.withLock { $0.append(key) }
        let records = zone[key] ?? []
        let isKnown = zone.keys.contains { $0.hasSuffix(key.drop { $0 != " " }) }
        let header: [UInt8] =
            Array(query[..<2]) + [0x81, isKnown ? 0x80 : 0x83, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        return header + Array(query[12...index + 4]) + records.flatMap { DNSRecordTests.record(type, $0) }
    }
}

@Suite("Asking name servers")
struct NameServerTests {
    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static let zone: [String: [[UInt8]]] = [
        "35 carrier.test": [[0, 1, 0, 1, 1, 0x73, 7] + Array("SIP+D2T".utf8) + [0] + name("_sip._tcp.carrier.test")],
        "33 _sip._tcp.carrier.test": [
            [0, 1, 0, 5, 0x13, 0xC4] + name("a.carrier.test"), [0, 2, 0, 5, 0x13, 0xC5] + name("b.carrier.test"),
        ],
        "1 a.carrier.test": [[10, 0, 0, 1], [10, 0, 0, 2]],
        "28 b.carrier.test": [[0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ]

    @Test func `a domain's servers are found by NAPTR, SRV and addresses of both families`() throws {
        let server = try TestNameServer(Self.zone)
        let location = try server.serving {
            try ServerLocator(nameServers: [server.address]).locate(
                ServerName(host: "carrier.test"), supported: [.udp, .tcp])
        }
        #expect(location.servers.map(\.transport) == [.tcp, .tcp])
        #expect(location.servers.map(\.port) == [5060, 5061])
        #expect(location.servers.map(\.priority) == [1, 2])
        #expect(Set(location.servers[0].addresses) == [.v4(0x0A00_0001), .v4(0x0A00_0002)])
        #expect(location.servers[1].addresses == [.v6(0x2001_0DB8_0000_0000, 1)])
        #expect(location.validity == .seconds(300))
        #expect(server.questions.prefix(2) == ["35 carrier.test", "33 _sip._tcp.carrier.test"])
    }

    @Test func `a name that does not exist is an error that tells so`() throws {
        let server = try TestNameServer(Self.zone)
        let error = #expect(throws: LocationError.self) {
            try server.serving {
                try ServerLocator(nameServers: [server.address]).locate(
                    ServerName(host: "gone.test"), supported: [.udp])
            }
        }
        #expect(error?.host == "gone.test")
        #expect(error?.reason.isEmpty == false)
    }

    @Test(arguments: ["127.0.0.1", "::1", "[::1]"])
    func `an address is itself, for as long as anything holds`(text: String) throws {
        let location = try ServerLocator().locate(ServerName(host: text), supported: [.udp])
        #expect(location.servers.map(\.addresses) == [[try #require(IPAddress(text))]])
        #expect(location.validity == .seconds(3_600))
    }

    @Test func `localhost is known without name servers`() throws {
        let location = try ServerLocator(nameServers: [TransportAddress(ip: .v4(0x7F00_0001), port: 9)]).locate(
            ServerName(host: "localhost"), supported: [.udp])
        let loopbacks: Set<IPAddress> = [.v4(0x7F00_0001), .v6(0, 1)]
        #expect(!loopbacks.isDisjoint(with: location.servers[0].addresses))
    }
}
