import Testing

@testable import SIPSyntax

@Suite struct JudgementTests {
    private let capabilities = SIPCapabilities(
        methods: [.invite, .bye, .options, .update], extensions: ["100rel"], contentTypes: ["application/sdp"])

    /// `nil` for accepted, 0 for dropped, otherwise the status.
    private func judge(_ fixture: MessageFixture) throws -> UInt16? {
        switch try fixture.parsed().judgement(by: capabilities) {
        case .accept: nil
        case .drop: 0
        case .refuse(let refusal): refusal.status.code
        }
    }

    @Test func ordinaryRequestsAreAccepted() throws {
        #expect(try judge(MessageFixture()) == nil)
        #expect(try judge(.invite("Content-Type: application/sdp", "Require: 100REL", body: "v=0")) == nil)
        #expect(try judge(.invite("Accept: application/sdp, text/plain")) == nil)
        #expect(try judge(.invite("Accept: application/*")) == nil)
    }

    @Test func `who accepts no description is told so in a warning`() throws {
        guard
            case .refuse(let refusal) = try MessageFixture.invite("Accept: text/plain").parsed()
                .judgement(by: capabilities)
        else { return #expect(Bool(false), "not refused") }
        #expect(refusal.headers.map(\.name) == [.warning])
        #expect(refusal.headers.map(\.value) == ["399 duocall \"No answer in the formats of Accept\""])
    }

    @Test func unknownMethodsAreToldFromThoseWeDoNotServe() throws {
        let info = MessageFixture().starting("INFO sip:b SIP/2.0").with("CSeq: 1 INFO")
        #expect(try judge(info) == 405)
        #expect(try judge(MessageFixture().starting("FOO sip:b SIP/2.0").with("CSeq: 1 FOO")) == 501)
        guard case .refuse(let refusal) = try info.parsed().judgement(by: capabilities) else {
            Issue.record("INFO was not refused")
            return
        }
        #expect(refusal.headers.map(\.name) == [.allow])
        #expect(refusal.headers.map(\.value) == ["INVITE, BYE, OPTIONS, UPDATE"])
    }

    @Test func urisAndExtensionsAreJudged() throws {
        #expect(try judge(MessageFixture().starting("OPTIONS tel:+1 SIP/2.0")) == 416)
        #expect(try judge(MessageFixture().starting("OPTIONS sip:b?a=b SIP/2.0")) == 400)
        #expect(try judge(MessageFixture().with("Require: 100rel, foo")) == 420)
        #expect(try judge(MessageFixture().with("Require: a b")) == 400)
    }

    @Test func bodiesAreJudgedWhereTheyMatter() throws {
        #expect(try judge(.invite("Content-Type: text/plain", body: "x")) == 415)
        #expect(try judge(.invite("Content-Type: text/plain")) == nil)
        #expect(try judge(.invite("Content-Type: text", body: "x")) == 400)
        #expect(try judge(.invite("Content-Type: application/sdp", "Content-Encoding: gzip", body: "x")) == 415)
        #expect(try judge(.invite("Accept: text/plain")) == 406)
        #expect(try judge(.invite("Accept:")) == 406)
        let parts =
            "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--"
        #expect(try judge(.invite("Content-Type: multipart/mixed;boundary=b", body: parts)) == nil)
        #expect(try judge(.invite("Content-Type: multipart/mixed;boundary=c", body: parts)) == 415)
        let bye = MessageFixture(body: "x").starting("BYE sip:b SIP/2.0").with("CSeq: 1 BYE").with(
            "Content-Type: text/plain")
        #expect(try judge(bye) == nil)
    }

    @Test(arguments: [
        "Contact: <sip:a", "Route: sip:a b", "Record-Route: <sip:p?a=b>", "Max-Forwards: 256", "Max-Forwards: x",
    ])
    func whatDecidesWhereLaterRequestsGoMustBeWellFormed(_ line: String) throws {
        #expect(try judge(MessageFixture.invite().with(line)) == 400)
    }

    @Test func aByeIsNotRefusedForAContactItDoesNotNeed() throws {
        #expect(
            try judge(MessageFixture().starting("BYE sip:b SIP/2.0").with("CSeq: 1 BYE").with("Contact: <sip:a")) == nil
        )
    }

    @Test func acknowledgementsAndCancelsAreDroppedInsteadOfRefused() throws {
        for method in ["ACK", "CANCEL"] {
            let request = MessageFixture().starting("\(method) sip:b SIP/2.0").with("CSeq: 1 \(method)")
            #expect(try judge(request) == nil)
            #expect(try judge(request.with("Require: foo")) == 0)
        }
    }

    @Test func aResponseHasOneViaOurs() throws {
        let response = MessageFixture().starting("SIP/2.0 200 OK")
        #expect(try judge(response) == nil)
        #expect(try judge(response.with("Via: SIP/2.0/UDP a, SIP/2.0/UDP b")) == 0)
        #expect(try judge(response.with("Via: SIP/2.0/UDP a, b")) == 0)
        #expect(try judge(response.with("v: SIP/2.0/UDP b")) == 0)
    }
}
