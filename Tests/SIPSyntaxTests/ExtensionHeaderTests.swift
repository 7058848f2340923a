import Testing

@testable import SIPSyntax

@Suite struct ExtensionHeaderTests {
    func message(_ headers: String..., type: String? = nil, body: String = "") throws -> SIPMessage {
        var lines = [
            "INFO sip:a@h SIP/2.0", "Via: SIP/2.0/UDP h;branch=z9hG4bKa", "From: <sip:a@h>;tag=1",
            "To: <sip:b@h>;tag=2",
            "Call-ID: c", "CSeq: 1 INFO",
        ]
        lines += headers
        if let type { lines.append("Content-Type: \(type)") }
        lines += ["Content-Length: \(body.utf8.count)", "", body]
        return try SIPMessage(parsing: Array(lines.joined(separator: "\r\n").utf8))
    }

    @Test(
        arguments: [
            ("1800", SessionExpires(seconds: 1800)), ("90;refresher=uas", SessionExpires(seconds: 90, refresher: .uas)),
            ("90 ; x=y ; Refresher=UAC", SessionExpires(seconds: 90, refresher: .uac)),
            ("90;refresher=me", SessionExpires(seconds: 90)), ("", nil), ("x", nil), ("4294967296", nil),
            ("90,80", nil),
        ] as [(String, SessionExpires?)])
    func `a session interval is read`(value: String, expected: SessionExpires?) throws {
        #expect(try message("Session-Expires: \(value)").sessionExpires == expected)
        #expect(try message("x: \(value)").sessionExpires == expected, "compact")
        #expect(try message("Min-SE: \(value)").minSE == expected?.seconds)
    }

    @Test func `a session interval is written as it is read`() {
        #expect(SessionExpires(seconds: 90, refresher: .uas).description == "90;refresher=uas")
        #expect(SessionExpires(seconds: 90).description == "90")
    }

    @Test(
        arguments: [
            ("RSeq: 1", "Require: 100rel", 1), ("RSeq: 2147483647", "Require: foo, 100REL", 2_147_483_647),
            ("RSeq: 4294967295", "Require: 100rel", 4_294_967_295), ("RSeq: 4294967296", "Require: 100rel", nil),
            ("RSeq: 0", "Require: 100rel", nil),
            ("RSeq: 1", "Require: foo", nil), ("RSeq: 1", "Supported: 100rel", nil), ("X: 1", "Require: 100rel", nil),
            ("RSeq: 1 2", "Require: 100rel", nil),
        ] as [(String, String, UInt32?)])
    func `a response is reliable that says so and has a number`(
        sequence: String, require: String, expected: UInt32?
    ) throws {
        #expect(try message(sequence, require).reliableSequence == expected)
    }

    @Test func `what the far end promises is read`() throws {
        let message = try message("Supported: timer, 100rel", "k: path", "Allow: INVITE, UPDATE")
        #expect(message.supports("timer") && message.supports("PATH") && !message.supports("replaces"))
        #expect(message.allows(.update) && !message.allows(.prack))
        #expect(!(try self.message("Supported: ;;", "Allow: ;;")).supports("timer"))
    }

    @Test func `a registrar's way is read in order`() throws {
        let message = try message("Service-Route: <sip:a;lr>, <sip:b;lr>", "Service-Route: <sip:c>")
        #expect(try message.serviceRoutes.map(\.uri.description) == ["sip:a;lr", "sip:b;lr", "sip:c"])
    }

    @Test(
        arguments: [
            ("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", 5), ("application/dtmf-relay", "signal= * ", 10),
            ("application/dtmf-relay", "Duration=100\nSignal=#", 11), ("application/DTMF-relay", "Signal=D", 15),
            ("application/dtmf-relay", "Signal=11", 11), ("application/dtmf", "7", 7),
            ("application/dtmf", " a\r\n", 12),
            ("application/dtmf-relay", "Signal=", nil), ("application/dtmf-relay", "5", nil),
            ("application/dtmf", "", nil),
            ("application/dtmf", "55", nil), ("application/dtmf", "x", nil), ("text/plain", "5", nil), (nil, "5", nil),
            ("multipart/mixed;boundary=b", "--b\r\nContent-Type: application/dtmf\r\n\r\n9\r\n--b--\r\n", 9),
            ("multipart/mixed", "5", nil),
        ] as [(String?, String, UInt8?)])
    func `a pressed key is read`(type: String?, body: String, key: UInt8?) throws {
        #expect(try message(type: type, body: body).telephoneKey == key)
    }
}
