import CallModel
import Testing

@Suite struct PhoneNumberTests {
    @Test(arguments: [
        ("13912345678", "13912345678"), ("+86 139 1234 5678", "+8613912345678"), ("0755-89877675", "075589877675"),
        ("(0755) 8987-7675", "075589877675"), ("(+86)13912345678", "+8613912345678"), ("110", "110"),
        ("12345678901234567890", "12345678901234567890"), ("+12345678901234567890", "+12345678901234567890"),
    ])
    func `separators are dropped and the rest is dialled as given`(text: String, dialled: String) {
        #expect(PhoneNumber(text)?.dialled == dialled)
    }

    @Test(arguments: [
        "", "+", "12", "+12", "1 2", "123456789012345678901", "+123456789012345678901", "139x1234567", "1+39",
        "++86139",
        "139+", "１３９１２３４５６７８", "139.1234.5678", "139\t1234", "139\u{A0}1234", "sip:139", "*100", "110#", "1\u{301}10",
    ])
    func `anything else is no phone number`(text: String) {
        #expect(PhoneNumber(text) == nil)
    }

    @Test(arguments: [
        ["13912345678", "+8613912345678", "008613912345678", "+86 139-1234-5678", "013912345678"],
        ["+8675589877675", "008675589877675", "0755-89877675", "+86075589877675", "75589877675"],
        ["95588", "+8695588", "008695588", "095588"],
        ["110", "+86110", "0086110", "0110"],
        ["0755110", "+86755110"],
        ["+14155550100", "0014155550100", "001 (415) 555-0100"],
    ])
    func `the spellings of one number normalise to one`(spellings: [String]) throws {
        let normalised = try Set(spellings.map { try #require(PhoneNumber($0)).normalised(country: "86") })
        #expect(normalised.count == 1)
    }

    @Test(arguments: [
        ("13912345678", "+8613912345678"), ("0755-89877675", "+8675589877675"), ("+14155550100", "+14155550100"),
        ("0014155550100", "+14155550100"), ("95588", "95588"), ("999999", "999999"), ("1000000", "+861000000"),
        ("0000", "000"), ("+8600", "0"), ("+860", "0"), ("+864", "4"), ("00110", "+110"), ("0011", "011"),
    ])
    func `a number normalises to its E164 form, a short code to its digits`(text: String, normalised: String) throws {
        #expect(try #require(PhoneNumber(text)).normalised(country: "86").text == normalised)
    }

    @Test func `numbers of different subscribers stay different`() throws {
        let texts = [
            "13912345678", "13912345679", "+8513912345678", "+13912345678", "0755-89877675", "010-89877675", "110",
        ]
        let normalised = try Set(texts.map { try #require(PhoneNumber($0)).normalised(country: "86") })
        #expect(normalised.count == texts.count)
    }

    @Test func `the configured country decides which numbers are one`() throws {
        let short = try #require(PhoneNumber("4155550100"))
        let long = try #require(PhoneNumber("+14155550100"))
        #expect(short.normalised(country: "1") == long.normalised(country: "1"))
        #expect(short.normalised(country: "86") != long.normalised(country: "86"))
    }

    @Test func `a destination is dialled as a number or as the URI's user`() throws {
        let number = Destination.number(try #require(PhoneNumber("0755-89877675")))
        #expect(number.dialled == "075589877675")
        #expect(number.text == "075589877675")
        let uri = Destination.sip(user: "alice", host: "example.com")
        #expect(uri.dialled == "alice")
        #expect(uri.text == "sip:alice@example.com")
    }
}
