import Testing

@testable import SIPSyntax

/// Text with its line ends as SIP wants them.
func wire(_ text: String) -> [UInt8] {
    Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8)
}

let invitation = """
    INVITE sip:+8613800138000@trunk.example.com;user=phone SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKnashds8;rport
    Via: SIP/2.0/TCP [2001:db8::9]:5070;branch=z9hG4bK776asdhds, SIP/2.0/UDP first.example.com
    Max-Forwards: 70
    From: "Duo \\"Call\\"" <sip:+861080001000@192.0.2.10>;tag=a73kszlfl
    To: Bob <sip:+8613800138000@trunk.example.com>
    Call-ID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6@192.0.2.10
    CSeq: 314159 INVITE
    Contact: <sip:duocall@192.0.2.10:5060;transport=udp>;+sip.instance="<urn:uuid:1>"
    Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com>
    Record-Route: <sip:p3.example.com;lr>
    X-Carrier: one
    Subject: lunch,
      with folds
    Content-Type: application/sdp
    Content-Length: 5

    v=0

    """

@Suite struct MessageTests {
    @Test func anInvitationShowsItsEssentials() throws {
        let message = try SIPMessage(parsing: wire(invitation))
        #expect(message.isRequest)
        #expect(message.method == .invite)
        #expect(message.requestURI?.user == "+8613800138000")
        #expect(message.requestURI?.host == "trunk.example.com")
        #expect(message.requestURI?.parameters["user"] == "phone")
        #expect(message.topVia.host == "192.0.2.10")
        #expect(message.topVia.port == 5060)
        #expect(message.topVia.branch == "z9hG4bKnashds8")
        #expect(message.topVia.rport == .requested)
        #expect(message.from.displayName == "Duo \"Call\"")
        #expect(message.from.tag == "a73kszlfl")
        #expect(message.to.displayName == "Bob")
        #expect(message.to.tag == nil)
        #expect(message.callID == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6@192.0.2.10")
        #expect(message.cseq == CSeq(number: 314_159, method: .invite))
        #expect(message.contact?.uri.description == "sip:duocall@192.0.2.10:5060;transport=udp")
        #expect(message.contact?.parameters["+sip.instance"] == "<urn:uuid:1>")
        #expect(message.maxForwards == 70)
        #expect(message.body.elementsEqual("v=0\r\n".utf8))
    }

    @Test func listsRunOverLinesAndCommas() throws {
        let message = try SIPMessage(parsing: wire(invitation))
        #expect(try message.vias.map(\.host) == ["192.0.2.10", "[2001:db8::9]", "first.example.com"])
        let hosts = try message.recordRoutes.map(\.uri.host)
        #expect(hosts == ["p1.example.com", "p2.example.com", "p3.example.com"])
        #expect(try message.recordRoutes.map(\.uri.isLooseRouter) == [true, false, true])
    }

    @Test func unknownHeadersAndFoldsAreKept() throws {
        let message = try SIPMessage(parsing: wire(invitation))
        #expect(message.headers.values(named: "x-carrier") == ["one"])
        #expect(message.headers[.subject]?.unfolded == "lunch, with folds")
        #expect(message.headers.count == 14)
    }

    @Test func anAnswerRepeatsWhatItMust() throws {
        let request = try SIPMessage(parsing: wire(invitation))
        var writer = SIPWriter()
        writer.begin(answering: request, .ok, tag: "mine", from: ViaSource(address: "203.0.113.7", port: 40_000))
        writer.copy(.recordRoute, of: request)
        let answer = try SIPMessage(parsing: writer.finish())
        #expect(answer.status == .ok)
        #expect(answer.phrase == "OK")
        #expect(answer.method == .invite)
        #expect(answer.topVia.rport == .seen(40_000))
        #expect(answer.topVia.received == "203.0.113.7")
        #expect(try answer.vias.count == 3)
        #expect(answer.from.text == request.from.text)
        #expect(answer.to.tag == "mine")
        #expect(answer.callID == request.callID)
        #expect(try answer.recordRoutes.count == 3)
    }
}
