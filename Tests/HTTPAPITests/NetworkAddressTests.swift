import NIOCore
import Testing

@testable import HTTPAPI

@Suite struct NetworkAddressTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("192.168.1.1", "192.168.1.1", true), ("192.168.1.1", "192.168.1.2", false),
        ("192.168.1.1/32", "192.168.1.0", false),
        ("192.168.1.128/25", "192.168.1.129", true), ("192.168.1.128/25", "192.168.1.127", false),
        ("10.1.2.3/8", "10.9.9.9", true), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::", false),
        ("2001:db8::/65", "2001:db8:0:0:7fff::", true), ("2001:db8::/65", "2001:db8:0:0:8000::", false),
        ("2001:db8::/64", "2001:db8::ffff:0:0:1", true), ("::1", "::1", true), ("::1", "127.0.0.1", false),
        ("::/0", "2001:db8::1", true), ("::ffff:10.0.0.0/104", "10.1.1.1", true),
    ])
    func aBlockContainsItsAddresses(block: String, address: String, contained: Bool) throws {
        let block = try #require(AddressBlock(block))
        #expect(block.contains(try #require(NetworkAddress(address))) == contained)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0", "10.0.0.256",
        "localhost",
        "::1/129", "10.0.0.0/0008", " 10.0.0.1", "1",
    ])
    func whatIsNoBlockIsRefused(text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("128.0.0.1", false),
        ("::2", false), ("2001:db8::1", false), ("0.0.0.0", false),
    ])
    func loopbackIsKnown(text: String, loopback: Bool) {
        #expect(NetworkAddress(text)?.isLoopback == loopback)
    }

    @Test func aSocketsAddressIsRead() throws {
        let mapped = try SocketAddress(ipAddress: "::ffff:192.0.2.1", port: 9)
        #expect(NetworkAddress(mapped) == NetworkAddress("192.0.2.1"))
        #expect(NetworkAddress("192.0.2.1") == NetworkAddress(v4: 0xC000_0201))
        #expect(NetworkAddress("2001:db8::5") == NetworkAddress(high: 0x2001_0DB8_0000_0000, low: 5))
        #expect(NetworkAddress(try SocketAddress(unixDomainSocketPath: "/tmp/x")) == nil)
    }

    private static let proxies = ["10.0.0.0/8", "127.0.0.1"].compactMap { AddressBlock($0) }

    @Test(
        arguments: [
            // The peer is no proxy: what it forwards is hearsay.
            ("203.0.113.5", "1.1.1.1", "203.0.113.5"),
            ("203.0.113.5", nil, "203.0.113.5"),
            ("10.0.0.1", nil, "10.0.0.1"),
            ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
            // From the right, only as far as proxies vouch.
            ("10.0.0.1", "1.1.1.1, 203.0.113.5", "203.0.113.5"),
            ("10.0.0.1", "1.1.1.1,203.0.113.5 , 10.0.0.2", "203.0.113.5"),
            ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("10.0.0.1", "203.0.113.5:4711", "203.0.113.5"),
            ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
            ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
            ("10.0.0.1", "unknown", nil),
            ("10.0.0.1", "203.0.113.5, unknown", nil),
            ("10.0.0.1", "203.0.113.5,", nil),
            ("10.0.0.1", "unknown, 203.0.113.5", "203.0.113.5"),
        ] as [(String, String?, String?)])
    func theClientIsTakenFromTheRight(peer: String, forwarded: String?, client: String?) {
        let from = ClientAddress(peer: NetworkAddress(peer), forwarded: forwarded, trustedProxies: Self.proxies)
        #expect(from.client == client.flatMap { NetworkAddress($0) })
    }

    @Test func onlyAWholeChainOfLoopbackIsLoopback() {
        func isLoopback(_ peer: String?, _ forwarded: String?) -> Bool {
            ClientAddress(
                peer: peer.flatMap { NetworkAddress($0) }, forwarded: forwarded, trustedProxies: Self.proxies
            ).isLoopback
        }
        #expect(isLoopback("127.0.0.1", nil))
        #expect(isLoopback("::1", "203.0.113.5"))
        #expect(isLoopback("127.0.0.1", "127.0.0.1"))
        #expect(!isLoopback("127.0.0.1", "203.0.113.5"))
        #expect(!isLoopback("127.0.0.1", "unknown"))
        #expect(!isLoopback("10.0.0.1", "127.0.0.1"))
        #expect(!isLoopback("203.0.113.5", "127.0.0.1"))
        #expect(!isLoopback(nil, nil))
    }

    @Test func noMoreThanSoManyForwardsAreLookedAt() {
        let hops = Array(repeating: "10.0.0.2", count: ClientAddress.maxForwards - 1)
        func client(_ hops: [String]) -> NetworkAddress? {
            ClientAddress(
                peer: NetworkAddress("10.0.0.1"), forwarded: (["203.0.113.5"] + hops).joined(separator: ","),
                trustedProxies: Self.proxies
            ).client
        }
        #expect(client(hops) == NetworkAddress("203.0.113.5"))
        #expect(client(hops + ["10.0.0.2"]) == nil)
    }
}
