import Foundation
import Testing

extension SignallingInterop {
    /// A trunk that is only a domain: its servers as a real name server tells of them.
    @Suite(.serialized) struct ServerLocationTests {
        /// Over TLS, which we do not listen for, better than over TCP, better than over UDP. Of each the best server is
        /// dead, the next two share the calls, and a last one has nothing to do.
        private static func records(dead: UInt16, alive: UInt16, spare: UInt16) -> [String] {
            let services = [
                ("10,50", "SIPS+D2T", "_sips._tcp"), ("20,50", "SIP+D2T", "_sip._tcp"),
                ("20,60", "SIP+D2U", "_sip._udp"),
            ]
            let naptr = services.map { "naptr-record=carrier.test,\($0.0),s,\($0.1),,\($0.2).carrier.test" }
            let targets = [
                "dead.carrier.test,\(dead),10,0", "one.carrier.test,\(alive),20,70",
                "two.carrier.test,\(alive),20,30", "spare.carrier.test,\(spare),30,0",
            ]
            let srv = ["_sip._tcp", "_sip._udp"].flatMap { service in
                targets.map { "srv-host=\(service).carrier.test,\($0)" }
            }
            return naptr + srv + names.map { "host-record=\($0).carrier.test,127.0.0.1" }
        }

        private static let names = ["dead", "one", "two", "spare"]

        private static var hasIPv6: Bool { FileManager.default.fileExists(atPath: "/proc/net/if_inet6") }

        @Test(.enabled(if: hasIPv6)) func `a call goes over from a server's IPv6 address to its IPv4 one`() async throws
        {
            let alive = try await SIPpCarrier("answer", calls: 2)
            let failing = try await SIPpCarrier("refuse-503", calls: 2, address: "[::1]", port: alive.port)
            let names = try await NameServer(["host-record=both.carrier.test,127.0.0.1,::1"])
            let server = try await ServerUnderTest(
                trunks: [.init(name: "both", port: alive.port, host: "both.carrier.test")],
                addresses: ["127.0.0.1", "[::1]"], sip: "  name_servers: [\"127.0.0.1:\(names.port)\"]")
            let id = try await server.place(["max_call_duration": 1])
            #expect(
                try await server.ended(id)["end_reason"] as? String == "max_call_duration", "\(server.program.text)")
            #expect(try await failing.succeeded(), "\(failing.report)")
            #expect(try await alive.succeeded(), "\(alive.report)")
        }

        @Test(arguments: [("udp", "u1"), ("tcp", "t1")])
        func `a domain's servers are found, and the dead one costs nothing`(
            transport: String, mode: String
        ) async throws {
            let alive = try await SIPpCarrier("answer", calls: 2, mode: mode)
            if transport == "tcp" { #expect(try await eventually(.seconds(10)) { try isListening(alive.port) }) }
            let names = try await NameServer(
                Self.records(dead: try freePort(), alive: alive.port, spare: try freePort()))
            let server = try await ServerUnderTest(
                trunks: [.init(name: "domain", port: nil, host: "carrier.test")],
                transports: transport == "tcp" ? ["udp", "tcp"] : ["udp"],
                sip: "  name_servers: [\"127.0.0.1:\(names.port)\"]")
            let id = try await server.place(["max_call_duration": 1])
            let record = try await server.ended(id, .seconds(15))
            #expect(
                record["end_reason"] as? String == "max_call_duration", "\(server.program.text)\n\(names.report)")
            #expect(try await alive.succeeded(), "\(alive.report)")
            let questions = names.questions
            #expect(questions.prefix(2) == ["NAPTR carrier.test", "SRV _sip._\(transport).carrier.test"])
            for host in Self.names { #expect(questions.contains("A \(host).carrier.test")) }
        }
    }
}
