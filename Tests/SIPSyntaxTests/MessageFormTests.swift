import Testing

@testable import SIPSyntax

/// Start lines, header lines and the rules for datagrams.
@Suite struct MessageFormTests {
    @Test(arguments: [
        "OPTIONS sip:b@example.com SIP/3.0", "OPTIONS sip:b@example.com SIP/2.1", "OPTIONS sip:b@example.com sip/10.0",
    ])
    func anotherVersionIsRefusedAsSuch(_ line: String) {
        #expect(MessageFixture().starting(line).failure == .refused(.unknownVersion))
        #expect(MessageFixture().starting(line).refusal?.code == 505)
    }

    @Test(arguments: [
        "OPTIONS  sip:b@example.com SIP/2.0", "OPTIONS sip:b@example.com  SIP/2.0",
        "OPTIONS sip:b@example.com SIP/2.0 ",
        "OPTIONS sip:b@example.com SIP/2", "OPTIONS sip:b@example.com SIP/2.0x", "OPTIONS sip:b @example.com SIP/2.0",
    ])
    func aMalformedRequestLineIsRefused(_ line: String) {
        #expect(MessageFixture().starting(line).failure == .refused(.malformedStartLine))
    }

    @Test func aMalformedOrOverlongRequestURIIsRefused() {
        #expect(MessageFixture().starting("OPTIONS sip:b@ SIP/2.0").failure == .refused(.malformedRequestURI))
        let uri = "sip:" + String(repeating: "a", count: SIPLimits.uriBytes - 4)
        #expect(MessageFixture().starting("OPTIONS \(uri) SIP/2.0").failure == nil)
        #expect(MessageFixture().starting("OPTIONS \(uri)a SIP/2.0").failure == .refused(.requestURITooLong))
        #expect(MessageFixture().starting("OPTIONS \(uri)a SIP/2.0").refusal?.code == 414)
    }

    @Test(arguments: [
        "", "hello", "OPTIONS sip:b@example.com", "OPTIONS sip:b@example.com HTTP/1.1",
        "OPT/IONS sip:b@example.com SIP/2.0",
        "SIP/2.0 200OK", "SIP/2.0 20 OK", "SIP/2.0 2000 OK", "SIP/2.0 700 No", "SIP/2.0 099 No", "SIP/3.0 200 OK",
        "SIP/2.0",
        " SIP/2.0", "OPTIONS SIP/2.0",
    ])
    func whatDoesNotBeginLikeSIPIsDropped(_ line: String) {
        #expect(MessageFixture().starting(line).failure == .unreadable(.notSIP))
    }

    @Test func keepAlivesAndEmptyLinesBeforeAMessage() throws {
        #expect(MessageFixture.failure(of: []) == .unreadable(.notSIP))
        #expect(MessageFixture.failure(of: Array("\r\n\r\n".utf8)) == .unreadable(.notSIP))
        let message = try SIPMessage(parsing: Array("\r\n\r\n".utf8) + MessageFixture().bytes)
        #expect(message.method == .options)
    }

    @Test func aStatusLineMayLackItsPhrase() throws {
        #expect(try MessageFixture().starting("SIP/2.0 486").parsed().status == .busyHere)
        #expect(try MessageFixture().starting("sip/2.0 486 ").parsed().phrase?.isEmpty == true)
        #expect(try MessageFixture().starting("SIP/2.0 699 Some  Thing").parsed().phrase == "Some  Thing")
    }

    @Test func aMethodMayHaveJustSoManyBytes() throws {
        let name = String(repeating: "M", count: SIPLimits.methodBytes)
        let request = MessageFixture().starting("\(name) sip:b SIP/2.0").with("CSeq: 1 \(name)")
        #expect(try request.parsed().method == .other(name))
        let longer = MessageFixture().starting("\(name)M sip:b SIP/2.0").with("CSeq: 1 \(name)M")
        #expect(longer.failure == .unreadable(.notSIP))
    }

    @Test(arguments: [
        SIPMethod.invite, .ack, .bye, .cancel, .options, .register, .prack, .update, .info, .refer, .subscribe, .notify,
        .message, .publish, .other("invite"),
    ])
    func methodsAreReadWithTheirCase(_ method: SIPMethod) throws {
        #expect(SIPMethod(method.description) == method)
        let request = MessageFixture().starting("\(method) sip:b SIP/2.0").with("CSeq: 1 \(method)")
        #expect(try request.parsed().method == method)
    }

    @Test(arguments: [
        "X-Odd", "X-Odd value", ": value", "X Odd: value", "X-Odd: a\u{1}b", "X-Odd: a\nb", "X-Odd: a\rb",
        "X-\u{E9}: a",
    ])
    func aMalformedHeaderLineIsRefused(_ line: String) {
        #expect(MessageFixture().with(line).failure == .refused(.malformedHeaderLine))
    }

    @Test func theFirstHeaderLineCannotBeAFold() {
        var fixture = MessageFixture()
        fixture.lines.insert(" X-Odd: a", at: 0)
        #expect(fixture.failure == .refused(.malformedHeaderLine))
    }

    @Test func namesAreReadInAnyCaseAndForm() throws {
        for name in HeaderName.allCases where name != .other {
            let text = "\(name)"
            for spelling in [text, text.lowercased(), text.uppercased()] {
                #expect(Array(spelling.utf8).withUnsafeBytes(HeaderName.reading) == name)
            }
            #expect(Array((text + "x").utf8).withUnsafeBytes(HeaderName.reading) == .other)
        }
    }

    /// The compact forms of RFC 3261 §7.3.3 and of the RFCs that added some.
    @Test(arguments: [
        ("i", HeaderName.callID), ("m", .contact), ("e", .contentEncoding), ("l", .contentLength), ("c", .contentType),
        ("f", .from), ("s", .subject), ("k", .supported), ("t", .to), ("v", .via), ("o", .event), ("u", .allowEvents),
        ("r", .referTo), ("b", .referredBy), ("x", .sessionExpires), ("z", .other),
    ])
    func compactFormsAreKnown(_ letter: String, _ name: HeaderName) {
        #expect(Array(letter.utf8).withUnsafeBytes(HeaderName.reading) == name)
        #expect(Array(letter.uppercased().utf8).withUnsafeBytes(HeaderName.reading) == name)
    }

    @Test func foldsAndSpaceAroundTheColonAreNoPartOfAValue() throws {
        let message = try MessageFixture().with("X-Odd \t:\r\n\t one\r\n  two \t").parsed()
        let value = try #require(message.headers.values(named: "X-ODD").first)
        #expect(value.description == "one\r\n  two")
        #expect(value.unfolded == "one two")
    }

    @Test(arguments: ["Via", "From", "To", "Call-ID", "CSeq"])
    func whatEachMessageNeedsMustBeThere(_ name: String) throws {
        let flaw = SIPFlaw.missing(Array(name.utf8).withUnsafeBytes(HeaderName.reading))
        #expect(MessageFixture().without(name).failure == (name == "Via" ? .unreadable(flaw) : .refused(flaw)))
        #expect(MessageFixture().starting("SIP/2.0 200 OK").without(name).failure == .unreadable(flaw))
    }

    @Test(arguments: ["From", "To", "Call-ID", "CSeq", "Max-Forwards"])
    func whatStandsOnceMustNotStandTwice(_ name: String) throws {
        var fixture = MessageFixture()
        fixture.lines += fixture.lines.filter { $0.hasPrefix(name + ":") }
        #expect(fixture.failure == .refused(.repeated(Array(name.utf8).withUnsafeBytes(HeaderName.reading))))
    }

    @Test(arguments: ["Call-ID:", "Call-ID: a b", "CSeq: 1", "CSeq: OPTIONS", "CSeq: -1 OPTIONS", "CSeq: 1OPTIONS"])
    func malformedEssentialsAreRefused(_ line: String) {
        #expect(MessageFixture().with(line).failure == .refused(.malformed(line.hasPrefix("CSeq") ? .cseq : .callID)))
    }

    @Test func aSequenceNumberIsBelowTwoToThe31() throws {
        #expect(try MessageFixture().with("CSeq: 02147483647 OPTIONS").parsed().cseq.number == CSeq.greatestNumber)
        #expect(MessageFixture().with("CSeq: 2147483648 OPTIONS").failure == .refused(.malformed(.cseq)))
        #expect(MessageFixture().with("CSeq: 1 INVITE").failure == .refused(.methodMismatch))
        #expect(MessageFixture().with("CSeq: 1 INVITE").refusal?.code == 400)
    }

    @Test func brokenAcknowledgementsAndResponsesAreDropped() {
        let ack = MessageFixture().starting("ACK sip:b SIP/2.0").with("CSeq: 1 ACK").with("To: bad address")
        #expect(ack.failure == .unreadable(.malformed(.to)))
        let response = MessageFixture().starting("SIP/2.0 200 OK").with("From: bad address")
        #expect(response.failure == .unreadable(.malformed(.from)))
    }

    @Test func whatOneHeaderAsksCanBeMissing() throws {
        let message = try MessageFixture().without("Max-Forwards").parsed()
        #expect(message.maxForwards == nil)
        #expect(message.contact == nil)
        #expect(try message.contacts.isEmpty)
        #expect(try MessageFixture().with("Contact: *").parsed().contacts.isEmpty)
        #expect(try MessageFixture().with("Contact: *").parsed().contact == nil)
        #expect(try MessageFixture().with("Max-Forwards: 256").parsed().maxForwards == nil)
        #expect(try MessageFixture().with("Max-Forwards: 255").parsed().maxForwards == 255)
    }
}
