import Foundation
import FoundationNetworking
import Testing

extension SignallingInterop {
    /// A call's trace as the API and the shell give it, and tshark's judgement of the capture.
    @Suite(.serialized) struct TraceTests {
        @Test func `a call's trace is read by tshark without complaint`() async throws {
            let first = try await SIPpCarrier("hang-up")
            let second = try await SIPpCarrier("answer")
            let server = try await ServerUnderTest(trunks: [
                .init(name: "first", port: first.port, prefixes: ["139"]),
                .init(name: "second", port: second.port, prefixes: ["138"]),
            ])
            let id = try await server.place()
            _ = try await server.ended(id)
            let text = String(decoding: try await server.trace(id, format: "text"), as: UTF8.self)
            #expect(text.contains("INVITE +body"))
            #expect(text.contains("200 BYE"))
            let folder = try ScratchFolder()
            let file = folder.file("call.pcap")
            try await server.trace(id, format: "pcap").write(to: file)
            let methods = try await tshark(file, ["-Y", "sip", "-T", "fields", "-e", "sip.CSeq.method"], in: folder)
            #expect(methods.count >= 13, "\(text)")
            #expect(Set(methods) == ["INVITE", "ACK", "BYE"])
            let complaints = try await tshark(
                file, ["-Y", "_ws.expert.severity >= 0x00600000", "-T", "fields", "-e", "_ws.expert.message"],
                in: folder)
            #expect(complaints == [])
        }

        /// The lines that tshark prints of a capture.
        private func tshark(_ file: URL, _ arguments: [String], in folder: ScratchFolder) async throws -> [String] {
            let output = folder.file("tshark-\(UUID().uuidString).log")
            let program = try Program(
                "/usr/bin/tshark",
                ["-r", file.path, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"] + arguments,
                output: output)
            guard try await program.wait(.seconds(60)) == 0 else {
                throw InteropFailure("tshark cannot read:\n\(program.text)")
            }
            return program.text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("Running as user") }
        }
    }
}

extension ServerUnderTest {
    /// A call's trace as the API gives it.
    func trace(_ id: String, format: String) async throws -> Data {
        let path = "/v1/account/\(Self.certID)/call/\(id)/trace?format=\(format)"
        var request = URLRequest(url: URL(string: path, relativeTo: url)!)
        request.setValue(Self.appID, forHTTPHeaderField: "AppID")
        let token = Data("\(Self.certID):\(Self.secret)".utf8).base64EncodedString()
        request.setValue("Basic \(token)", forHTTPHeaderField: "Authorization")
        return try await URLSession.shared.data(for: request).0
    }
}
