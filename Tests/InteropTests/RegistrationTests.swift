import Foundation
import FoundationNetworking
import Testing

extension SignallingInterop {
    /// Phones of other makers that register, and are called without any trunk.
    @Suite(.serialized) struct RegistrationTests {
        @Test func `two baresip phones register and are called back`() async throws {
            let server = try await ServerUnderTest(trunks: [], extensions: ["1001": "first-secret", "1002": "second"])
            let first = try await BaresipPhone(
                name: "1001", frequency: 500,
                registrar: .init(port: server.sipPort, password: "first-secret"))
            let second = try await BaresipPhone(
                name: "1002", frequency: 900, registrar: .init(port: server.sipPort, password: "second"))
            try await server.hasRegistered(2)
            let capture = try await Capture(sip: [server.sipPort, first.port, second.port], rtp: server.mediaPorts)
            let id = try await server.place(["to1": "1001", "to2": "1002", "max_call_duration": 3])
            let record = try await server.ended(id)
            #expect(record["end_reason"] as? String == "max_call_duration")
            try await Tone.judge(first.heard(), hears: 900, not: 500, seconds: 2.5)
            try await Tone.judge(second.heard(), hears: 500, not: 900, seconds: 2.5)
            let judgement = try await capture.judge()
            #expect(judgement.complaints == [])
        }

        @Test func `linphone registers, answers and hangs up with its extension`() async throws {
            let server = try await ServerUnderTest(trunks: [], extensions: ["1001": "one", "1002": "two"])
            let first = try await LinphonePhone(name: "1001", password: "one", registrar: server.sipPort)
            let second = try await BaresipPhone(
                name: "1002", frequency: 900, registrar: .init(port: server.sipPort, password: "two"))
            try await server.hasRegistered(2)
            let id = try await server.place(["to1": "1001", "to2": "1002", "max_call_duration": 30])
            _ = try await server.reached(4, id)
            first.hangUp()
            #expect(try await server.ended(id)["end_reason"] as? String == "hangup1")
            _ = try await second.heard()
            first.quit()
        }

        @Test func `all phones of an extension ring, and the one that answers has the call`() async throws {
            let server = try await ServerUnderTest(trunks: [], extensions: ["1001": "one", "1002": "two"])
            let registrar = BaresipPhone.Registrar(port: server.sipPort, password: "one")
            let answering = try await BaresipPhone(name: "1001", frequency: 500, registrar: registrar)
            try await server.hasRegistered(1)
            let ringing = try await BaresipPhone(
                name: "1001", frequency: 700, registrar: registrar, answers: false)
            let other = try await BaresipPhone(
                name: "1002", frequency: 900, registrar: .init(port: server.sipPort, password: "two"))
            try await server.hasRegistered(3)
            let id = try await server.place(["to1": "1001", "to2": "1002", "max_call_duration": 2])
            let record = try await server.ended(id)
            #expect(record["end_reason"] as? String == "max_call_duration")
            try await Tone.judge(answering.heard(), hears: 900, not: 500, seconds: 1.5)
            let trace = String(decoding: try await server.trace(id, format: "text"), as: UTF8.self)
            #expect(trace.contains("CANCEL") && trace.contains("487"), "\(trace)")
            withExtendedLifetime((ringing, other)) {}
        }

        @Test func `registered phones are called at once after a crash`() async throws {
            let extensions = ["1001": "one", "1002": "two"]
            let server = try await ServerUnderTest(trunks: [], extensions: extensions)
            let first = try await BaresipPhone(
                name: "1001", frequency: 500, registrar: .init(port: server.sipPort, password: "one"))
            let second = try await BaresipPhone(
                name: "1002", frequency: 900, registrar: .init(port: server.sipPort, password: "two"))
            try await server.hasRegistered(2)
            server.program.signal(SIGKILL)
            _ = try await server.program.wait()
            let next = try await ServerUnderTest(trunks: [], extensions: extensions, keeping: server)
            #expect(try await next.metric("duocall_registrations_total{outcome=\"accepted\"}") == 0)
            let id = try await next.place(["to1": "1001", "to2": "1002", "max_call_duration": 1])
            #expect(try await next.ended(id)["end_reason"] as? String == "max_call_duration")
            withExtendedLifetime((first, second)) {}
        }

        @Test func `a wrong password registers nothing`() async throws {
            let server = try await ServerUnderTest(trunks: [], extensions: ["1001": "right"])
            let phone = try await BaresipPhone(
                name: "1001", frequency: 500, registrar: .init(port: server.sipPort, password: "wrong"))
            #expect(
                try await eventually(.seconds(10)) {
                    try await server.metric("duocall_registrations_total{outcome=\"wrong password\"}") >= 1
                })
            #expect(try await server.metric("duocall_registered_contacts") == 0)
            withExtendedLifetime(phone) {}
        }
    }
}

extension ServerUnderTest {
    /// One sample of `/metrics`, by its name and labels as they stand there.
    func metric(_ name: String) async throws -> Double {
        let (bytes, _) = try await URLSession.shared.data(from: url.appendingPathComponent("metrics"))
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) } ?? .nan
    }

    func hasRegistered(_ count: Double) async throws {
        let isReached = try await eventually(.seconds(15)) {
            try await self.metric("duocall_registered_contacts") == count
        }
        guard isReached else { throw InteropFailure("the phones did not register:\n\(program.text)") }
    }
}
