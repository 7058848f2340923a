import Testing

@testable import SIPSyntax

@Suite struct WriterTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    private let source = ViaSource(address: "203.0.113.7", port: 40_000)

    @Test func aRequestIsWrittenLineByLine() throws {
        var writer = SIPWriter()
        writer.begin(.other("FOO"), try #require(SIPURI("sip:b@example.com;lr")))
        writer.header(.via, "SIP/2.0/UDP h;branch=z9hG4bK1")
        writer.header(.maxForwards, 70)
        writer.header(named: "X-Odd", "value")
        writer.header(.subject, SIPText("folded\r\n text"))
        let bytes = writer.finish("text/plain", body: Array("body".utf8))
        #expect(
            text(bytes)
                == [
                    "FOO sip:b@example.com;lr SIP/2.0", "Via: SIP/2.0/UDP h;branch=z9hG4bK1", "Max-Forwards: 70",
                    "X-Odd: value", "Subject: folded\r\n text", "Content-Type: text/plain", "Content-Length: 4", "",
                    "body",
                ].joined(separator: "\r\n"))
    }

    @Test func theBufferIsUsedAgain() throws {
        var writer = SIPWriter(reserving: 0)
        writer.begin(.trying)
        _ = writer.finish(body: Array("long body that must not come back".utf8))
        writer.begin(.ringing, phrase: "Ring Ring")
        writer.header(.rseq, 0)
        writer.begin(.busyHere)
        writer.header(.expires, 4_294_967_295)
        #expect(text(writer.finish()) == "SIP/2.0 486 Busy Here\r\nExpires: 4294967295\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func noValueCanBeginALineOfItsOwn() {
        var writer = SIPWriter()
        writer.begin(.ok, phrase: "OK\r\nX: 1")
        writer.header(.subject, "a\r\nContact: <sip:evil>\u{0}\u{7F}")
        writer.header(named: "X-Odd", "a\nb")
        #expect(
            text(writer.finish()).split(separator: "\r\n") == [
                "SIP/2.0 200 OK  X: 1", "Subject: a  Contact: <sip:evil>  ", "X-Odd: a b", "Content-Length: 0",
            ])
    }

    @Test func aValueMayBeWrittenInPieces() {
        var writer = SIPWriter()
        writer.begin(.ok)
        writer.header(.subject) {
            $0.add("a\r\nb")
            $0.add(70)
            $0.add(0xABCDE, digits: 4)
        }
        #expect(text(writer.finish()) == "SIP/2.0 200 OK\r\nSubject: a  b70bcde\r\nContent-Length: 0\r\n\r\n")
    }

    private func topVia(answering via: String, from source: ViaSource) throws -> String? {
        var writer = SIPWriter()
        let request = try MessageFixture().with("Via: " + via).parsed()
        writer.begin(answering: request, .ok, tag: "t", from: source)
        return try SIPMessage(parsing: writer.finish()).headers[.via]?.description
    }

    /// RFC 3261 §18.2.1 and RFC 3581 §4.
    @Test func theTopViaTellsWhereTheRequestCameFrom() throws {
        #expect(
            try topVia(answering: "SIP/2.0/UDP h:5080;rport;branch=z9hG4bK1;x=\"y\"", from: source)
                == "SIP/2.0/UDP h:5080;branch=z9hG4bK1;x=\"y\";received=203.0.113.7;rport=40000")
        #expect(
            try topVia(answering: "SIP/2.0/UDP h;branch=z9hG4bK1", from: source)
                == "SIP/2.0/UDP h;branch=z9hG4bK1;received=203.0.113.7")
        #expect(
            try topVia(answering: "SIP/2.0/UDP 203.0.113.7;rport;branch=1, SIP/2.0/UDP g", from: source)
                == "SIP/2.0/UDP 203.0.113.7;branch=1;received=203.0.113.7;rport=40000, SIP/2.0/UDP g")
        #expect(
            try topVia(answering: "SIP/2.0/UDP 203.0.113.7;branch=1", from: source)
                == "SIP/2.0/UDP 203.0.113.7;branch=1")
        let six = ViaSource(address: "2001:db8::1", port: 5060)
        #expect(
            try topVia(answering: "SIP/2.0/UDP [2001:db8::1];branch=1", from: six)
                == "SIP/2.0/UDP [2001:db8::1];branch=1")
        #expect(
            try topVia(answering: "SIP/2.0/UDP h;received=9.9.9.9;branch=1", from: six)
                == "SIP/2.0/UDP h;branch=1;received=2001:db8::1")
    }

    @Test func ourTagIsAddedOnlyWhereThereIsNone() throws {
        var writer = SIPWriter()
        let tagged = try MessageFixture().with("To: <sip:b>;tag=theirs").parsed()
        writer.begin(answering: tagged, .ok, tag: "ours", from: source)
        #expect(try SIPMessage(parsing: writer.finish()).to.tag == "theirs")
        writer.begin(answering: try MessageFixture().parsed(), .ok, tag: "ours", from: source)
        #expect(try SIPMessage(parsing: writer.finish()).to.tag == "ours")
        writer.begin(answering: try MessageFixture().parsed(), .trying, tag: nil, from: source)
        #expect(try SIPMessage(parsing: writer.finish()).to.tag == nil)
    }

    @Test func aBrokenRequestIsRefusedWithWhatItHas() throws {
        let bytes = MessageFixture().with("CSeq: x OPTIONS").with("Via: SIP/2.0/UDP h;branch=z9hG4bK1;rport").bytes
        do throws(SIPParseError) {
            _ = try SIPMessage(parsing: bytes)
            Issue.record("a broken CSeq was accepted")
        } catch {
            guard case .refused(let request) = error else {
                Issue.record("\(error)")
                return
            }
            var writer = SIPWriter()
            writer.begin(refusing: request, tag: "ours", from: source)
            #expect(
                text(writer.finish())
                    == [
                        "SIP/2.0 400 Malformed CSeq",
                        "Via: SIP/2.0/UDP h;branch=z9hG4bK1;received=203.0.113.7;rport=40000",
                        "From: <sip:a@example.com>;tag=1", "To: <sip:b@example.com>;tag=ours", "Call-ID: c@192.0.2.1",
                        "CSeq: x OPTIONS", "Content-Length: 0", "", "",
                    ].joined(separator: "\r\n"))
        }
    }

    @Test func foldedHeadersAreCopiedWithTheirFolds() throws {
        let request = try MessageFixture().with("From: Long\r\n Name <sip:a>\r\n\t;tag=1").parsed()
        var writer = SIPWriter()
        writer.begin(answering: request, .ok, tag: "t", from: source)
        let answer = try SIPMessage(parsing: writer.finish())
        #expect(answer.from.text == request.from.text)
        #expect(answer.from.displayName == "Long Name")
    }
}
