import Testing

@testable import SIPSyntax

@Suite struct NameAddressTests {
    @Test(arguments: [
        ("<sip:a@b>", nil, "sip:a@b", nil),
        ("sip:a@b;tag=1", nil, "sip:a@b", "1"),
        ("<sip:a@b;tag=2>;tag=1", nil, "sip:a@b;tag=2", "1"),
        ("Bob <sip:a@b> ; x=\"y;tag=3\" ; TAG = 1", "Bob", "sip:a@b", "1"),
        ("\"A \\\"B\\\\\"<sip:a@b>", "A \"B\\", "sip:a@b", nil),
        ("\"\" <sip:a@b>", "", "sip:a@b", nil),
        ("A.  B\r\n C<tel:+1>;tag=a=b/c", "A.  B C", "tel:+1", "a=b/c"),
    ])
    func aGoodAddressShowsItsParts(_ text: String, _ name: String?, _ uri: String, _ tag: String?) throws {
        let address = try #require(NameAddress(text))
        #expect(address.displayName == name)
        #expect(address.uri.description == uri)
        #expect(address.tag?.description == tag)
        #expect(address.text.description == text)
    }

    @Test(arguments: [
        "", "Bob", "<>", "<sip:a@b", "sip:a@b>", "\"Bob <sip:a@b>", "\"Bob\" sip:a@b", "Bob, B <sip:a@b>",
        "< sip:a@b >",
        "<sip:a@b>;", "<sip:a@b>;;tag=1", "<sip:a@b>;tag=", "<sip:a@b>;=1", "<sip:a@b> tag=1", "<sip:a@b>, <sip:c@d>",
        "sip:a@b?c=d", "<sip:a@b>;x=\"y", "\"a\\", "<sip:a@b>;x=\"y\"z", "\"a\u{1}\" <sip:a@b>",
    ])
    func aBadAddressIsNone(_ text: String) {
        #expect(NameAddress(text) == nil)
    }

    @Test func aMadeAddressQuotesItsName() throws {
        let uri = try #require(SIPURI("sip:a@b;lr"))
        #expect(NameAddress(uri: uri)?.description == "<sip:a@b;lr>")
        let address = try #require(NameAddress(displayName: "A \"\\\r\nB\u{E9}", uri: uri, tag: "t.1"))
        #expect(address.description == "\"A \\\"\\\\  B\u{E9}\" <sip:a@b;lr>;tag=t.1")
        #expect(address.displayName == "A \"\\  B\u{E9}")
        #expect(address.tag == "t.1")
        #expect(NameAddress(uri: uri, tag: "a b") == nil)
    }

    @Test func anAddressMayHaveJustSoManyBytes() {
        let head = "<sip:a@b>;x="
        let longest = head + String(repeating: "y", count: SIPLimits.headerValueBytes - head.utf8.count)
        #expect(NameAddress(longest) != nil)
        #expect(NameAddress(longest + "y") == nil)
    }
}
