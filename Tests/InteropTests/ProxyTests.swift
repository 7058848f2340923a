import Foundation
import TestMaterials
import Testing

extension SoundInterop {
    /// Kamailio between Duocall and SIPp's phones: proofs, routes and transports as carriers have them.
    @Suite(.serialized) struct ProxyTests {
        struct Path: CustomTestStringConvertible {
            var transport: String
            /// What party 1 does; party 2 answers and waits for our BYE.
            var first: String
            var endReason: String
            /// Requests of phones within the dialog, besides ours.
            var ofPhones: [String] = []
            var registers = false
            var showsCertificate = false
            /// Whether tshark judges every packet; over TLS it sees none.
            var isJudged = false
            var testDescription: String {
                transport + (showsCertificate ? " with certificates" : "") + (registers ? ", registered" : "") + ": "
                    + first
            }
        }

        static let paths = [
            Path(
                transport: "udp", first: "hang-up", endReason: "hangup1", ofPhones: ["BYE"], registers: true,
                isJudged: true),
            Path(transport: "udp", first: "hold", endReason: "max_call_duration", ofPhones: ["INVITE", "ACK"]),
            Path(transport: "tcp", first: "hang-up", endReason: "hangup1", ofPhones: ["BYE"]),
            Path(
                transport: "tcp", first: "hold", endReason: "max_call_duration", ofPhones: ["INVITE", "ACK"],
                isJudged: true),
            Path(transport: "tls", first: "hang-up", endReason: "hangup1", ofPhones: ["BYE"], registers: true),
            Path(
                transport: "tls", first: "hold", endReason: "max_call_duration", ofPhones: ["INVITE", "ACK"],
                showsCertificate: true),
        ]

        @Test(arguments: paths)
        func `a callback passes a proxy that wants proofs and stays on the path`(path: Path) async throws {
            let first = try await SIPpCarrier(path.first)
            let second = try await SIPpCarrier("answer")
            let proxy = try await KamailioProxy(
                phones: ["139": first.port, "138": second.port], wantsCertificates: path.showsCertificate)
            let server = try await server(path, at: proxy)
            if path.registers {
                let isRegistered = try await eventually(.seconds(10)) {
                    try await server.metric("duocall_trunk_registered{trunk=\"proxy\"}") == 1
                }
                #expect(isRegistered, "\(server.program.text)\n\(proxy.report)")
            }
            let capture =
                path.isJudged
                ? try await Capture(sip: [proxy.port, first.port, second.port], rtp: server.mediaPorts) : nil
            let id = try await server.place(["max_call_duration": 2])
            #expect(try await server.ended(id)["end_reason"] as? String == path.endReason, "\(proxy.report)")
            #expect(try await first.succeeded(), "\(first.report)\n\(proxy.report)")
            #expect(try await second.succeeded(), "\(second.report)\n\(proxy.report)")
            let byes = path.endReason == "max_call_duration" ? 2 : 1
            #expect(proxy.astray == [])
            let ended = Array(repeating: "BYE", count: byes)
            #expect(proxy.proven.filter { $0 != "REGISTER" } == ["INVITE", "INVITE"] + ended)
            #expect(proxy.proven.contains("REGISTER") == path.registers)
            #expect(Set(proxy.routed) == Set(["ACK", "BYE"] + path.ofPhones))
            #expect(proxy.routed.count { $0 == "ACK" } == (path.ofPhones.contains("ACK") ? 3 : 2))
            guard let judgement = try await capture?.judge() else { return }
            #expect(judgement.complaints == [])
            #expect(judgement.sip >= 20)
        }

        @Test func `phones behind a proxy hear each other`() async throws {
            let first = try await BaresipPhone(name: "13900000001", frequency: 500)
            let second = try await BaresipPhone(name: "13800000002", frequency: 900)
            let proxy = try await KamailioProxy(phones: ["139": first.port, "138": second.port])
            let server = try await server(Path(transport: "tls", first: "", endReason: "", registers: true), at: proxy)
            let isRegistered = try await eventually(.seconds(10)) {
                try await server.metric("duocall_trunk_registered{trunk=\"proxy\"}") == 1
            }
            #expect(isRegistered, "\(proxy.report)")
            let id = try await server.place(["max_call_duration": 2])
            #expect(try await server.ended(id)["end_reason"] as? String == "max_call_duration", "\(proxy.report)")
            try await Tone.judge(first.heard(), hears: 900, not: 500, seconds: 1.5)
            try await Tone.judge(second.heard(), hears: 500, not: 900, seconds: 1.5)
            #expect(proxy.astray == [])
        }

        private func server(_ path: Path, at proxy: KamailioProxy) async throws -> ServerUnderTest {
            let identity = try ScratchFolder()
            let file = identity.file("identity.pem")
            try TestIdentity.write(to: file)
            let shown = path.showsCertificate ? "certificate: \(file.path), key: \(file.path), " : ""
            let account = "    username: \(KamailioProxy.user)\n    password: \(KamailioProxy.password)"
            return try await ServerUnderTest(
                trunks: [
                    .init(
                        name: "proxy", port: path.transport == "tls" ? proxy.tlsPort : proxy.port,
                        parameters: path.transport == "udp" ? "" : ";transport=\(path.transport)",
                        extra: account + (path.registers ? "\n    register: true" : ""))
                ], sip: "  tls: {\(shown)ca: \(file.path)}")
        }
    }
}
