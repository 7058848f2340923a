import Foundation
import TestMaterials
import Testing

extension SignallingInterop {
    /// The connection to the trunk breaks under a call: Kamailio behind a wire that can be cut.
    @Suite(.serialized) struct BrokenConnectionTests {
        struct Break: CustomTestStringConvertible {
            let transport: String
            /// The state in which the wire is cut: 1 while party 1 rings, 3 while party 2 does, 4 while both talk.
            let state: Int
            /// Whether the far end can connect to us, as it can to any TCP trunk of ours; over TLS that takes a certificate.
            var hasCertificate = true
            var testDescription: String {
                "\(transport), state \(state)\(hasCertificate ? "" : ", no certificate of ours")"
            }
        }

        @Test(arguments: [
            Break(transport: "tls", state: 1, hasCertificate: false), Break(transport: "tcp", state: 3),
            Break(transport: "tls", state: 4),
        ])
        func `a call outlives its connection`(moment: Break) async throws {
            let first = try await SIPpCarrier(
                PhoneScript(.own, .ring, .pause(milliseconds: moment.state == 1 ? 1_000 : 100), .answer, .awaitHangUp),
                calls: 1)
            let second = try await SIPpCarrier(
                PhoneScript(
                    .own, .ring, .pause(milliseconds: moment.state == 3 ? 1_000 : 100), .answer,
                    .pause(milliseconds: moment.state == 4 ? 1_000 : 300), .hangUp), calls: 1)
            let wire = try BreakableWire()
            let proxy = try await KamailioProxy(
                phones: ["139": first.port, "138": second.port], advertised: (moment.transport, wire.port))
            wire.lead(to: moment.transport == "tls" ? proxy.tlsPort : proxy.port)
            let server = try await server(moment, over: wire)
            let id = try await server.place(["max_call_duration": 20])
            _ = try await server.reached(moment.state, id)
            #expect(wire.accepted == 1)
            wire.cut()
            let record = try await server.ended(id, .seconds(15))
            #expect(record["end_reason"] as? String == "hangup2", "\(proxy.report)\n\(server.program.text)")
            #expect(try await first.succeeded(), "\(first.report)\n\(proxy.report)")
            #expect(try await second.succeeded(), "\(second.report)\n\(proxy.report)")
            #expect(proxy.astray == [])
            #expect(wire.accepted == 2)
            for left in ["duocall_calls", "duocall_sip_sessions", "duocall_media_ports_used"] {
                #expect(try await eventually(.seconds(12)) { try await server.metric(left) == 0 }, "\(left)")
            }
        }

        private func server(_ moment: Break, over wire: BreakableWire) async throws -> ServerUnderTest {
            let identity = try ScratchFolder()
            let file = identity.file("identity.pem")
            try TestIdentity.write(to: file)
            let ours = moment.hasCertificate ? "certificate: \(file.path), key: \(file.path), " : ""
            return try await ServerUnderTest(
                trunks: [
                    .init(
                        name: "proxy", port: wire.port, parameters: ";transport=\(moment.transport)",
                        extra: "    username: \(KamailioProxy.user)\n    password: \(KamailioProxy.password)")
                ], sip: "  tls: {\(ours)ca: \(file.path)}")
        }
    }
}
