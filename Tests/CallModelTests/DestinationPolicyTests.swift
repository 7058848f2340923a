import CallModel
import Testing

@Suite struct DestinationPolicyTests {
    private func allows(_ text: String, country: String = "86", besides prefixes: [String] = []) throws -> Bool {
        DestinationPolicy(country: country, besides: prefixes).allows(try #require(PhoneNumber(text)))
    }

    @Test(arguments: [
        "13912345678", "+8613912345678", "008613912345678", "0755-89877675", "010-89877675", "95588", "10086", "1001",
    ])
    func `numbers of the own country are allowed`(text: String) throws {
        #expect(try allows(text))
    }

    @Test(arguments: ["+14155550100", "0014155550100", "+85212345678", "+8512345678", "00110123456", "+0755"])
    func `other countries are refused`(text: String) throws {
        #expect(try !allows(text))
    }

    @Test(arguments: ["110", "112", "119", "120", "122"])
    func `emergency numbers are refused in every spelling`(number: String) throws {
        for before in ["", "+86", "0086", "0", "+860", "00860", "+", "00", "0755-", "010", "+86755", "008621", "0951"] {
            #expect(try !allows(before + number), "\(before)\(number)")
        }
    }

    @Test(arguments: [
        "1101", "110123", "11012345678", "12012", "1120", "95110", "955110", "0755-1101234", "13900000110",
    ])
    func `a number that only contains an emergency number's digits is allowed`(text: String) throws {
        #expect(try allows(text))
    }

    @Test func `a prefix allows what normalises to begin with it`() throws {
        #expect(try allows("+14155550100", besides: ["+44", "+1"]))
        #expect(try allows("001 415 555 0100", besides: ["+1415"]))
        #expect(try !allows("+14165550100", besides: ["+1415", "1"]))
        #expect(try allows("13912345678", besides: ["+1"]))
    }

    @Test func `an emergency number is allowed only where it is named`() throws {
        #expect(try allows("110", besides: ["110"]))
        #expect(try allows("0755110", besides: ["110"]))
        #expect(try allows("+86119", besides: ["11"]))
        #expect(try !allows("110", besides: ["+1", "+86", "12", "1100"]))
        #expect(try !allows("119", besides: ["110"]))
        #expect(try !allows("+112", besides: ["+1"]))
    }

    @Test(arguments: ["+860014155550100", "00860014155550100", "000", "0011", "+860", "+8600"])
    func `a second zero is no national number`(text: String) throws {
        #expect(try !allows(text))
    }

    @Test func `a country without a list of its own refuses what most of the world uses`() throws {
        for number in ["911", "112", "999", "+1911"] { #expect(try !allows(number, country: "1")) }
        #expect(try allows("4155550911", country: "1"))
        #expect(try allows("+14155550911", country: "1"))
        #expect(try !allows("+8613912345678", country: "1"))
    }
}
