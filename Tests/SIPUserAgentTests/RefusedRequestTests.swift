import SIPSyntax
import SansIO
import Testing

@testable import SIPUserAgent

/// Requests within a call that we do not serve, and those that only tell something.
@Suite struct RefusedRequestTests {
    @Test func `REFER is refused cleanly and the call goes on`() throws {
        var party = Party()
        let (id, invite) = try party.answeredCall()
        let actions = party.receive(
            Party.request("REFER", in: invite, sequence: 1, headers: ["Refer-To: <sip:c@h>", Party.contact]))
        let answer = try sent(actions).message
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.allows(.invite) && !answer.allows(.refer))
        #expect(events(actions) == [])
        #expect(try sent(party.agent.hangUp(id, reason: nil, at: party.now)).message.method == .bye)
    }

    @Test(arguments: ["Replaces: a;to-tag=b;from-tag=c", "Require: replaces"])
    func `Replaces takes over no call`(header: String) throws {
        var party = Party()
        _ = try party.answeredCall()
        let invite = """
            INVITE sip:bob@127.0.0.1 SIP/2.0\r
            Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKreplaces\r
            From: <sip:a@h>;tag=1\r
            To: <sip:bob@h>\r
            Call-ID: replacing\r
            CSeq: 1 INVITE\r
            Contact: <sip:a@127.0.0.1:5070>\r
            \(header)\r
            Content-Length: 0\r
            \r

            """
        let answer = try sent(party.receive(invite)).message
        #expect(answer.status == (header.hasPrefix("Require") ? .badExtension : .forbidden))
        #expect(answer.headers[.unsupported]?.description == (header.hasPrefix("Require") ? "replaces" : nil))
    }

    @Test func `a digit in INFO is told`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let body = "Signal=7\r\nDuration=160\r\n"
        let info = Party.request("INFO", in: invite, sequence: 1).replacing(
            "Content-Length: 0\r\n\r\n",
            with: "Content-Type: application/dtmf-relay\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let actions = party.receive(info)
        #expect(try sent(actions).message.status == .ok)
        #expect(events(actions) == [.digit(event: 7)])
        #expect(events(party.receive(info)) == [], "a repetition is no second key")
        let plain = party.receive(Party.request("INFO", in: invite, sequence: 2))
        #expect(try sent(plain).message.status == .ok)
        #expect(events(plain) == [])
    }
}
