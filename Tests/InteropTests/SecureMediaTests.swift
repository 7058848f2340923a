import Foundation
import TestMaterials
import Testing

extension SoundInterop {
    /// SRTP with baresip, whose SRTP is not libsrtp2's, over TLS.
    @Suite(.serialized) struct SecureMediaTests {
        /// How a phone's media is encrypted, and what its trunk says of it.
        struct End: Sendable {
            /// `nil`: never.
            let phone: String?
            let trunk: String
        }

        /// Phones as trunks of their own.
        private func call(
            _ first: End, _ second: End
        ) async throws -> (server: ServerUnderTest, phones: [BaresipPhone], record: [String: Any]) {
            let phones = [
                try await BaresipPhone(name: "13900000001", frequency: 500, transport: "tls", encryption: first.phone),
                try await BaresipPhone(name: "13800000002", frequency: 900, transport: "tls", encryption: second.phone),
            ]
            let authorities = try ScratchFolder()
            try TestIdentity.write(to: authorities.file("ca.pem"))
            let server = try await ServerUnderTest(
                trunks: [
                    .init(
                        name: "first", port: phones[0].port, prefixes: ["139"], parameters: ";transport=tls",
                        extra: "    srtp: \(first.trunk)"),
                    .init(
                        name: "second", port: phones[1].port, prefixes: ["138"], parameters: ";transport=tls",
                        extra: "    srtp: \(second.trunk)"),
                ], sip: "  tls: {ca: \(authorities.file("ca.pem").path)}")
            let id = try await server.place(["max_call_duration": 3])
            return (server, phones, try await server.ended(id))
        }

        @Test(arguments: [
            [End(phone: "srtp-mand", trunk: "required"), End(phone: "srtp-mand", trunk: "required")],
            [End(phone: "srtp", trunk: "required"), End(phone: "srtp", trunk: "optional")],
            // One end is secure, the other plain.
            [End(phone: "srtp-mand", trunk: "required"), End(phone: nil, trunk: "off")],
            [End(phone: nil, trunk: "optional"), End(phone: "srtp", trunk: "optional")],
        ])
        func `each phone hears only the other`(ends: [End]) async throws {
            let (server, phones, record) = try await call(ends[0], ends[1])
            #expect(record["end_reason"] as? String == "max_call_duration")
            try await Tone.judge(phones[0].heard(), hears: 900, not: 500, seconds: 2.5)
            try await Tone.judge(phones[1].heard(), hears: 500, not: 900, seconds: 2.5)
            #expect(!server.program.text.contains("inline:"))
            let forged = try await server.metric(#"duocall_srtp_dropped_total{trunk="first",reason="forged"}"#)
            let replayed = try await server.metric(#"duocall_srtp_dropped_total{trunk="first",reason="replayed"}"#)
            // baresip's first and last RTCP packet are plain. They are refused where they come while there is a key.
            #expect(forged <= 2)
            #expect(replayed == 0)
        }

        @Test func `a phone without SRTP is not called where it is required`() async throws {
            let (_, phones, record) = try await call(
                End(phone: nil, trunk: "required"), End(phone: nil, trunk: "off"))
            #expect(record["end_reason"] as? String == "incompatible1")
            withExtendedLifetime(phones) {}
        }

        @Test func `registered phones speak SRTP, and their trace has no key`() async throws {
            let identity = try ScratchFolder()
            try TestIdentity.write(to: identity.file("identity.pem"))
            let file = identity.file("identity.pem").path
            let server = try await ServerUnderTest(
                trunks: [], extensions: ["1001": "first-secret", "1002": "second"], phone: ", srtp: required",
                transports: ["udp", "tls"], sip: "  tls: {certificate: \(file), key: \(file), ca: \(file)}")
            let first = try await BaresipPhone(
                name: "1001", frequency: 500, transport: "tls",
                registrar: .init(port: server.sipPort, password: "first-secret"), encryption: "srtp-mand")
            let second = try await BaresipPhone(
                name: "1002", frequency: 900, transport: "tls",
                registrar: .init(port: server.sipPort, password: "second"),
                encryption: "srtp-mand")
            try await server.hasRegistered(2)
            let id = try await server.place(["to1": "1001", "to2": "1002", "max_call_duration": 3])
            #expect(try await server.ended(id)["end_reason"] as? String == "max_call_duration")
            try await Tone.judge(first.heard(), hears: 900, not: 500, seconds: 2.5)
            try await Tone.judge(second.heard(), hears: 500, not: 900, seconds: 2.5)
            let trace = String(decoding: try await server.trace(id, format: "text"), as: UTF8.self)
            #expect(trace.contains("RTP/SAVP") && trace.contains("inline:xxxxxxxxxx"))
            #expect(!trace.contains(#/inline:(?!x{40}\b)/#))
        }
    }
}
