import Testing

@testable import SIPSyntax

@Suite struct HeaderViewTests {
    private func message(_ line: String) throws -> SIPMessage { try MessageFixture().with(line).parsed() }

    @Test func tokenListsMayBeEmptyAndRunOverLines() throws {
        var fixture = MessageFixture()
        fixture.lines += ["Supported: 100rel, timer", "k:", "Require: 100rel"]
        let message = try fixture.parsed()
        #expect(try message.supported == ["100rel", "timer"])
        #expect(try message.require == ["100rel"])
        #expect(try message.unsupported.isEmpty)
        #expect(throws: MalformedHeader(name: .require)) { try self.message("Require: 100rel,").require }
        #expect(throws: MalformedHeader(name: .supported)) { try self.message("Supported: a b").supported }
    }

    @Test func allowTellsMethods() throws {
        #expect(try message("Allow: INVITE, ACK,FOO").allow == [.invite, .ack, .other("FOO")])
        #expect(try message("Allow:").allow == [])
        #expect(try message("X: 1").allow == nil)
    }

    @Test func mediaTypesHaveParametersAndRanges() throws {
        let type = try #require(try message("c: Application / SDP ; charset=utf-8").contentType)
        #expect(type.includes("application", "sdp"))
        #expect(!type.includes("application", "sdpx"))
        #expect(type.parameters["charset"] == "utf-8")
        let accept = try #require(try message("Accept: text/*;q=0.3, */*").accept)
        #expect(accept[0].includes("text", "plain"))
        #expect(!accept[0].includes("application", "sdp"))
        #expect(accept[1].includes("application", "sdp"))
        #expect(try message("Accept:").accept?.isEmpty == true)
        #expect(try message("X: 1").accept == nil)
        for bad in ["Content-Type: application", "Content-Type: a/b c", "Content-Type: a/b;", "Content-Type:"] {
            #expect(throws: MalformedHeader(name: .contentType)) { try self.message(bad).contentType }
        }
    }

    @Test func expiresReachesTo32Bits() throws {
        #expect(try message("Expires: 4294967295").expires == .max)
        #expect(throws: MalformedHeader(name: .expires)) { try self.message("Expires: 4294967296").expires }
        #expect(throws: MalformedHeader(name: .expires)) { try self.message("Expires: soon").expires }
        #expect(try message("Min-Expires: 60").minExpires == 60)
        #expect(try message("X: 1").expires == nil)
    }

    @Test func retryAfterMayHaveACommentAndADuration() throws {
        #expect(try message("Retry-After: 120").retryAfter == RetryAfter(seconds: 120, duration: nil))
        let full = "Retry-After: 18000 (in a (long) meet\\)ing) ;duration=3600"
        #expect(try message(full).retryAfter == RetryAfter(seconds: 18_000, duration: 3600))
        #expect(try message("X: 1").retryAfter == nil)
        for bad in [
            "Retry-After:", "Retry-After: 1 (open", "Retry-After: 4294967296", "Retry-After: 1;", "Retry-After: 1 x",
        ] {
            #expect(throws: MalformedHeader(name: .retryAfter)) { try self.message(bad).retryAfter }
        }
    }

    @Test func reasonsNameTheirProtocol() throws {
        let message = try message("Reason: SIP;cause=200;text=\"Call \\\"done\\\"\", q.850 ; cause=16")
        #expect(
            try message.reasons == [
                ReasonHeader(protocolName: "SIP", cause: 200, text: "Call \"done\""),
                ReasonHeader(protocolName: "q.850", cause: 16),
            ])
        #expect(message.q850Cause == 16)
        #expect(try self.message("Reason: Q.850;cause=x").reasons.map(\.cause) == [nil])
        #expect(try self.message("Reason: Q.850;cause=300").q850Cause == nil)
        #expect(try self.message("Reason: ;cause=16").q850Cause == nil)
        #expect(throws: MalformedHeader(name: .reason)) { try self.message("Reason: ;cause=16").reasons }
    }

    @Test func aWrittenReasonIsReadAgain() throws {
        let reason = ReasonHeader.q850(31, text: "a \"b\" \\")
        #expect(reason.description == "Q.850;cause=31;text=\"a \\\"b\\\" \\\\\"")
        #expect(try message("Reason: \(reason)").reasons == [reason])
        #expect(ReasonHeader(protocolName: "SIP", cause: nil).description == "SIP")
    }

    @Test func parametersAreFoundWithoutCaseAndInOrder() throws {
        let contact = try #require(try message("Contact: <sip:a@b>;Q=0.5;flag;x=\"a;b\";q=0.1;expires=60").contact)
        #expect(contact.parameters["q"] == "0.5")
        #expect(contact.parameters.contains("FLAG"))
        #expect(contact.parameters["flag"] == nil)
        #expect(contact.parameters["x"] == "a;b")
        #expect(contact.parameters["expires"]?.number == 60)
        #expect(!contact.parameters.contains("flags"))
        #expect(contact.parameters.map(\.name) == ["Q", "flag", "x", "q", "expires"])
    }

    @Test func numbersAreReadWhole() {
        #expect(SIPText("0").number == 0)
        #expect(SIPText("0000000000000000000000007").number == 7)
        #expect(SIPText("9999999999999999999").number == 9_999_999_999_999_999_999)
        #expect(SIPText("10000000000000000000").number == nil)
        for bad in ["", "-1", "1 ", "1x", "+1"] { #expect(SIPText(bad).number == nil) }
    }

    @Test func statusesHaveTheirPhrasesAndClasses() throws {
        #expect(SIPStatus(99) == nil)
        #expect(SIPStatus(700) == nil)
        #expect(SIPStatus.busyHere.phrase == "Busy Here")
        #expect(SIPStatus(699)?.phrase == "Busy Everywhere")
        #expect(SIPStatus(599)?.phrase == "Server Internal Error")
        let kinds = [100, 199, 200, 299, 300, 699].compactMap(SIPStatus.init)
        #expect(kinds.map(\.isProvisional) == [true, true, false, false, false, false])
        #expect(kinds.map(\.isFinal) == [false, false, true, true, true, true])
        #expect(kinds.map(\.isSuccess) == [false, false, true, true, false, false])
        #expect(kinds.map(\.isFailure) == [false, false, false, false, true, true])
        #expect(kinds.map(\.isRedirection) == [false, false, false, false, true, false])
    }
}
