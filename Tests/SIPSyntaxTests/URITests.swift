import Testing

@testable import SIPSyntax

@Suite struct URITests {
    @Test func aURIShowsItsParts() throws {
        let uri = try #require(
            SIPURI("sips:alice:secret@[2001:db8::1]:5061;transport=tcp;lr?subject=project%20x&priority=urgent"))
        #expect(uri.scheme == .sips)
        #expect(uri.user == "alice")
        #expect(uri.password == "secret")
        #expect(uri.host == "[2001:db8::1]")
        #expect(uri.port == 5061)
        #expect(uri.parameters["transport"] == "tcp")
        #expect(uri.parameters["TRANSPORT"] == "tcp")
        #expect(uri.parameters["lr"] == nil)
        #expect(uri.isLooseRouter)
        #expect(uri.headers == "subject=project%20x&priority=urgent")
    }

    @Test(arguments: [
        "sip:example.com", "sip:user@example.com", "sip:user:@example.com", "SIP:1.2.3.4:5060",
        "sip:a;b=c@example.com;d=e",
        "sip:example.com;maddr=239.255.255.1;ttl=15", "sip:%61@example.com", "sip:[::1]", "sip:host_name",
        "tel:+358-555-1234567",
        "sip:alice@atlanta.com?subject=a", "urn:service:sos", "sip:+1-212-555-1212:1234@gateway.com;user=phone",
    ])
    func aGoodURIKeepsItsText(_ text: String) {
        #expect(SIPURI(text)?.description == text)
    }

    @Test(arguments: [
        "", "sip", "sip:", ":user@example.com", "sip:@example.com", "sip:user@", "sip:user@example.com:", "sip:a:65536",
        "sip:a b@example.com", "sip:user@exa mple.com", "sip:user@example.com;", "sip:user@example.com;a=",
        "sip:user@example.com?",
        "sip:%6@example.com", "sip:%zz@example.com", "sip:user@example.com;a=%", "sip:a@b@c", "sip:[::1", "sip:[]",
        "<sip:a@b>",
        "sip:user@example.com\r\n", "1sip:a", "sip:us\"er@example.com", "sip:\u{E9}@example.com", "tel:", "tel:a b",
    ])
    func aBadURIIsNone(_ text: String) {
        #expect(SIPURI(text) == nil)
    }

    @Test func aURIMayHaveJustSoManyBytes() {
        let longest = "sip:" + String(repeating: "a", count: SIPLimits.uriBytes - 4)
        #expect(SIPURI(longest)?.text.count == SIPLimits.uriBytes)
        #expect(SIPURI(longest + "a") == nil)
    }

    /// The pairs that RFC 3261 §19.1.4 lists.
    @Test(arguments: [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
        ),
    ])
    func equivalentURIsAreRecognised(_ one: String, _ other: String) throws {
        let (one, other) = (try #require(SIPURI(one)), try #require(SIPURI(other)))
        #expect(one.isEquivalent(to: other))
        #expect(other.isEquivalent(to: one))
    }

    /// The pairs that RFC 3261 §19.1.4 lists, and one that tells reserved characters from their escapes.
    @Test(arguments: [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
        ("sip:a%3Bb@example.com", "sip:a;b@example.com"), ("sip:a@example.com", "sips:a@example.com"),
        ("sip:a:x@example.com", "sip:a:X@example.com"), ("tel:1", "tel:2"),
    ])
    func differentURIsAreToldApart(_ one: String, _ other: String) throws {
        let (one, other) = (try #require(SIPURI(one)), try #require(SIPURI(other)))
        #expect(!one.isEquivalent(to: other))
        #expect(!other.isEquivalent(to: one))
    }

    @Test func aMadeURIEscapesItsUser() {
        #expect(SIPURI(user: "a b%@\u{E9}", host: "example.com")?.description == "sip:a%20b%25%40%C3%A9@example.com")
        #expect(SIPURI(user: "a b%@\u{E9}", host: "example.com")?.unescapedUser == "a b%@\u{E9}")
        #expect(SIPURI(user: nil, host: "2001:db8::1", port: 5080)?.description == "sip:[2001:db8::1]:5080")
        #expect(SIPURI(user: nil, host: "[::1]", parameters: ["lr", "a=b"])?.description == "sip:[::1];lr;a=b")
        #expect(SIPURI(user: nil, host: "bad host") == nil)
        #expect(SIPURI(user: nil, host: "host", parameters: ["a b"]) == nil)
    }
}
