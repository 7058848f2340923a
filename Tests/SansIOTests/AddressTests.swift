import SansIO
import Testing

@Suite struct AddressTests {
    @Test(
        arguments: [
            ("0.0.0.0", 0), ("127.0.0.1", 0x7F00_0001), ("255.255.255.255", 0xFFFF_FFFF), ("192.168.1.20", 0xC0A8_0114),
        ] as [(String, UInt32)])
    func `dotted decimal is read and written`(text: String, bits: UInt32) {
        #expect(IPAddress(text) == .v4(bits))
        #expect(IPAddress.v4(bits).description == text)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.-4", "1.2.3.+4", "1.2.3.4 ",
        " 1.2.3.4", "0x1.2.3.4", "1.2.3.0004", "localhost", "example.com", "1.2.3.４", "[1.2.3.4]",
    ])
    func `what is no dotted decimal is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    /// RFC 5952 §1 to §4: what is read, and the one way in which it is written.
    @Test(arguments: [
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8::1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"),
        ("2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"),
        ("2001:db8:aaaa:bbbb:cccc:dddd::1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("0:0:0:0:0:0:0:0", "::"), ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:1", "::1"),
        ("1:0:0:0:0:0:0:0", "1::"), ("fe80::1", "fe80::1"), ("::FFFF:192.0.2.1", "::ffff:c000:201"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("0:1::", "0:1::"), ("::1:0", "::1:0"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("0:0:1:0:0:0:0:1", "0:0:1::1"), ("[::1]", "::1"),
        ("::ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ])
    func `IPv6 text is read in any form and written in the recommended one`(text: String, written: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == written)
        #expect(IPAddress(written) == address)
    }

    @Test func `the halves of an IPv6 address are in network order`() {
        #expect(IPAddress("2001:db8::a:1") == .v6(0x2001_0db8_0000_0000, 0x0000_0000_000a_0001))
    }

    @Test(arguments: [
        ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7::8", "12345::", "g::",
        "1:2:3:4:5:6:7:",
        ":1:2:3:4:5:6:7", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "::+1", "::-1", "::-0", ":: 1", "fe80::1%eth0", "[::1",
        "::1]",
        "[]", "1:2:3:4:5:6:7:1.2.3.4", "::1:", "::0x1", "::１", "1:::2", "[[::1]]",
    ])
    func `what is no IPv6 address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `every address reads back as it was written`(seed: UInt64) {
        var entropy = Entropy(seed: seed)
        for _ in 0..<500 {
            // Zeros in random places, where the shortening happens.
            let mask = { (entropy: inout Entropy) in entropy.next() & (entropy.next() & 0x1111_1111_1111_1111) &* 0xF }
            let address = IPAddress.v6(mask(&entropy), mask(&entropy))
            #expect(IPAddress(address.description) == address)
            let old = IPAddress.v4(UInt32(truncatingIfNeeded: entropy.next()))
            #expect(IPAddress(old.description) == old)
        }
    }

    @Test func `a transport address writes its port, behind brackets for IPv6`() {
        #expect(TransportAddress(ip: .v4(0x7F00_0001), port: 5060).description == "127.0.0.1:5060")
        #expect(TransportAddress(ip: .v6(0, 1), port: 65535).description == "[::1]:65535")
    }
}
