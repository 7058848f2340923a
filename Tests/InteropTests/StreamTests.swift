import Foundation
import TestMaterials
import Testing

extension SignallingInterop {
    /// SIPp and baresip over TCP and TLS.
    @Suite(.serialized) struct StreamTests {
        /// Containers often have IPv4 only.
        private static var addresses: [String] {
            let hasIPv6 = FileManager.default.fileExists(atPath: "/proc/net/if_inet6")
            return ["127.0.0.1"] + (hasIPv6 ? ["[::1]"] : [])
        }

        @Test(arguments: addresses)
        func `both parties are called over one TCP trunk`(address: String) async throws {
            let carrier = try await SIPpCarrier("answer", calls: 2, mode: "t1", address: address)
            let server = try await ServerUnderTest(
                trunks: [.init(name: "tcp", port: carrier.port, host: address, parameters: ";transport=tcp")],
                addresses: [address])
            let id = try await server.place(["max_call_duration": 1])
            #expect(try await server.ended(id)["end_reason"] as? String == "max_call_duration")
            #expect(try await carrier.succeeded(), "\(carrier.report)")
        }

        @Test(.enabled(if: addresses.count == 2))
        func `a callback joins a party at an IPv4 trunk and one at an IPv6 trunk`() async throws {
            let first = try await SIPpCarrier("answer")
            let second = try await SIPpCarrier("answer", address: "[::1]")
            let server = try await ServerUnderTest(
                trunks: [
                    .init(name: "four", port: first.port, prefixes: ["139"]),
                    .init(name: "six", port: second.port, prefixes: ["138"], host: "[::1]"),
                ], addresses: Self.addresses)
            let id = try await server.place(["max_call_duration": 1])
            #expect(try await server.ended(id)["end_reason"] as? String == "max_call_duration")
            #expect(try await first.succeeded(), "\(first.report)")
            #expect(try await second.succeeded(), "\(second.report)")
        }

        @Test func `a TCP trunk where nobody listens gives way at once`() async throws {
            let sound = try await SIPpCarrier("answer", calls: 2)
            let server = try await ServerUnderTest(trunks: [
                .init(name: "nobody", port: try freePort(), parameters: ";transport=tcp"),
                .init(name: "sound", port: sound.port),
            ])
            let id = try await server.place(["max_call_duration": 1])
            #expect(try await server.ended(id, .seconds(10))["end_reason"] as? String == "max_call_duration")
            #expect(server.program.text.contains("not connected"))
        }

        @Test(arguments: ["tcp", "tls"])
        func `phones over streams hear each other`(transport: String) async throws {
            let first = try await BaresipPhone(name: "13900000001", frequency: 500, transport: transport)
            let second = try await BaresipPhone(name: "13800000002", frequency: 900, transport: transport)
            let authorities = try ScratchFolder()
            try TestIdentity.write(to: authorities.file("ca.pem"))
            let server = try await ServerUnderTest(
                trunks: [
                    .init(
                        name: "first", port: first.port, prefixes: ["139"], parameters: ";transport=\(transport)"),
                    .init(
                        name: "second", port: second.port, prefixes: ["138"], parameters: ";transport=\(transport)"),
                ], sip: "  tls: {ca: \(authorities.file("ca.pem").path)}")
            let id = try await server.place(["max_call_duration": 3])
            #expect(try await server.ended(id)["end_reason"] as? String == "max_call_duration")
            #expect(Tone.amplitude(of: 900, in: try await first.heard()[...]) > 0.1)
            #expect(Tone.amplitude(of: 500, in: try await second.heard()[...]) > 0.1)
        }
    }
}
