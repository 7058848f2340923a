import Audio
import CallModel
import CallSwitching
import SDP
import SIPTransactions
import SIPUserAgent
import SansIO
import Testing

@testable import SIPNetwork
@testable import duocall

@Suite("The trunks at the start")
struct TrunkResolutionTests {
    private func settings(_ yaml: String, listeners: [String] = ["127.0.0.1:5060"]) throws -> SwitchboardSettings {
        let addresses = listeners.compactMap { Scalars.listener($0.contains("://") ? $0 : "udp://" + $0) }
        return try TrunkResolution(configuration: read(yaml), listeners: addresses).switchboardSettings()
    }

    @Test func `a trunk gets its address, its listener and our own address`() throws {
        let settings = try settings(
            """
            trunks:
            - {name: a, uri: "sip:127.0.0.1:5070", prefixes: ["1"], codecs: [PCMU], max_calls: 3, max_cps: 4, nat: true}
            - {name: b, uri: "sip:localhost"}
            """, listeners: ["192.0.2.1:5060", "0.0.0.0:5062"])
        let trunk = settings.trunks[0]
        #expect(trunk.name.rawValue == "a")
        #expect(trunk.host == "127.0.0.1:5070")
        #expect(trunk.flow.listener == 1)
        #expect(trunk.flow.remote.description == "127.0.0.1:5070")
        #expect(trunk.mediaAddress == .v4(0x7F00_0001))
        #expect(trunk.codecs == [.pcmu])
        #expect(trunk.maxCalls == 3 && trunk.maxCallsPerSecond == 4 && trunk.nat)
        #expect(settings.trunks[1].host == "localhost")
        #expect(settings.trunks[1].flow.remote.port == 5060)
        #expect(settings.listeners.map(\.host) == ["192.0.2.1:5060", "127.0.0.1:5062"])
        #expect(settings.mediaBindAddress == .v4(0x7F00_0001))
        #expect(settings.trunkAddresses.contains(.v4(0x7F00_0001)))
    }

    @Test func `a public address is shown everywhere, a media address in descriptions`() throws {
        let trunks = "trunks: [{name: a, uri: 'sip:127.0.0.1'}]"
        let behind = try settings("sip: {public_address: 203.0.113.9}\n" + trunks)
        #expect(behind.listeners.map(\.host) == ["203.0.113.9:5060"])
        #expect(behind.trunks[0].mediaAddress == IPAddress("203.0.113.9"))
        let own = try settings("media: {address: 127.0.0.2}\n" + trunks)
        #expect(own.trunks[0].mediaAddress == IPAddress("127.0.0.2"))
        #expect(own.mediaBindAddress == IPAddress("127.0.0.2"))
        #expect(own.listeners.map(\.host) == ["127.0.0.1:5060"])
    }

    @Test func `a trunk over TCP or TLS gets the listener of its transport and that one's port`() throws {
        let settings = try settings(
            """
            trunks:
            - {name: a, uri: "sip:127.0.0.1;transport=tcp"}
            - {name: b, uri: "sips:127.0.0.1", tls_verify: false}
            """, listeners: ["udp://127.0.0.1:5060", "tcp://127.0.0.1:5062", "tls://127.0.0.1:5063"])
        #expect(settings.trunks.map(\.flow.transport) == [.tcp, .tls])
        #expect(settings.trunks.map(\.flow.listener) == [1, 2])
        #expect(settings.trunks.map(\.flow.remote.port) == [5060, 5061])
        #expect(
            settings.listeners == [
                ListeningPoint("127.0.0.1:5060"), ListeningPoint("127.0.0.1:5062", over: .tcp),
                ListeningPoint("127.0.0.1:5063", over: .tls),
            ])
    }

    @Test func `what a trunk speaks is listened at, whether configured or not`() throws {
        let configuration = try read(
            """
            sip: {listen: ["udp://127.0.0.1", "udp://[::1]", "tls://127.0.0.1"], tls: {certificate: c, key: k}}
            trunks: [{name: a, uri: "sip:h;transport=tcp"}, {name: b, uri: "sips:h"}]
            """)
        #expect(
            configuration.listeners.map(\.description) == [
                "udp://127.0.0.1:5060", "udp://[::1]:5060", "tls://127.0.0.1:5061", "tcp://127.0.0.1:0",
                "tcp://[::1]:0",
            ])
    }

    @Test func `a certificate must bear the trunk's name, or its address where it has none`() throws {
        let trunks = try read(
            """
            trunks:
            - {name: a, uri: "sips:carrier.example"}
            - {name: b, uri: "sips:[::1]"}
            - {name: c, uri: "sips:carrier.example", tls_verify: false}
            """
        ).trunks
        #expect(
            trunks.map(\.tlsPeer) == [
                TLSPeer(name: "carrier.example"), TLSPeer(name: nil),
                TLSPeer(name: "carrier.example", isVerified: false),
            ])
    }

    @Test func `a trunk that no listener reaches stops the start`() {
        #expect(throws: CommandFailure("trunk a: no listener in sip.listen reaches 127.0.0.1")) {
            try settings("trunks: [{name: a, uri: 'sip:127.0.0.1'}]", listeners: ["[::1]:5060"])
        }
    }

    @Test func `a server without trunks can start`() throws {
        let settings = try settings("")
        #expect(settings.trunks.isEmpty)
        #expect(settings.mediaBindAddress == .v4(0))
        #expect(settings.listeners.map(\.host) == ["127.0.0.1:5060"])
    }

    @Test func `a server for phones shows each listener's own address`() throws {
        let settings = try settings(
            "extensions: [{user: '1001', password: x}, {user: b, password: x, srtp: optional}]\n"
                + "sip: {public_address: 203.0.113.9}")
        #expect(settings.phones.extensions.map(\.user) == ["1001", "b"])
        #expect(settings.phones.security == ["b": .optional])
        #expect(settings.phones.mediaAddresses == [.v4(0xCB00_7109)])
        #expect(settings.mediaBindAddress == .v4(0x7F00_0001))
    }

    /// Containers often have IPv4 only.
    private static var hasIPv6: Bool { (try? Route.localAddress(towards: .v6(0, 1))) != nil }

    @Test(.enabled(if: hasIPv6))
    func `trunks of both families have media at every address, each with one of its own family`() throws {
        let trunks = "trunks: [{name: a, uri: 'sip:127.0.0.1'}, {name: b, uri: 'sip:[::1]'}]\n"
        let listeners = ["127.0.0.1:5060", "[::1]:5060"]
        let both = try settings(trunks, listeners: listeners)
        #expect(both.mediaBindAddress == .v6(0, 0))
        #expect(both.trunks.map(\.mediaAddress) == [.v4(0x7F00_0001), .v6(0, 1)])
        let hidden = try settings(trunks + "sip: {public_address: 203.0.113.9}", listeners: listeners)
        #expect(hidden.trunks.map(\.mediaAddress) == [.v4(0xCB00_7109), .v6(0, 1)])
        #expect(hidden.listeners.map(\.host) == ["203.0.113.9:5060", "[::1]:5060"])
        #expect(try settings(trunks + "media: {address: '::'}", listeners: listeners).mediaBindAddress == .v6(0, 0))
        #expect(throws: CommandFailure.self) {
            try settings(trunks + "media: {address: 127.0.0.1}", listeners: listeners)
        }
    }

    private static let bothFamilies = LocatedServer(
        transport: .udp, port: 5060, addresses: [.v4(0x7F00_0001), .v6(0, 1)])

    private func resolution(_ yaml: String = "", media: IPAddress? = nil) throws -> TrunkResolution {
        let listeners = ["127.0.0.1:5060", "[::1]:5060"].compactMap { Scalars.listener("udp://" + $0) }
        return TrunkResolution(configuration: try read(yaml), listeners: listeners, media: media)
    }

    @Test(.enabled(if: hasIPv6)) func `a server is called by both families, as far as media can follow`() throws {
        func families(_ resolution: TrunkResolution) -> [[IPAddress]] {
            resolution.targets(of: [Self.bothFamilies]).map { $0.flows.map(\.remote.ip) }
        }
        #expect(families(try resolution()) == [[.v4(0x7F00_0001), .v6(0, 1)]])
        #expect(families(try resolution(media: .v6(0, 0))) == [[.v4(0x7F00_0001), .v6(0, 1)]])
        #expect(families(try resolution(media: .v6(0, 1))) == [[.v6(0, 1)]])
        #expect(families(try resolution("media: {address: 127.0.0.1}")) == [[.v4(0x7F00_0001)]])
        let listeners = try #require(resolution().targets(of: [Self.bothFamilies]).first).flows.map(\.listener)
        #expect(listeners == [0, 1])
    }

    @Test(.enabled(if: hasIPv6)) func `where media is bound to one family, servers of the other are as good as none`()
        throws
    {
        let six = LocatedServer(transport: .udp, port: 5060, addresses: [.v6(0, 1)])
        #expect(try resolution(media: .v4(0)).targets(of: [six]).isEmpty)
        #expect(try resolution("media: {address: 127.0.0.1}").targets(of: [six]).count == 1)
    }

    @Test func `a trunk without an address stops the start by name`() {
        #expect {
            try settings("trunks: [{name: a, uri: 'sip:no-such-host.invalid'}]")
        } throws: { error in
            "\(error)".hasPrefix("trunk a: no-such-host.invalid: ")
        }
    }
}
