import SansIO
import Testing

@testable import Webhooks

@Suite struct PrivateAddressesTests {
    @Test(
        "The first and the last address of each block are known for what they are",
        arguments: [
            ("0.0.0.0", .unspecified), ("0.255.255.255", .unspecified),
            ("10.0.0.0", .privateUse), ("10.255.255.255", .privateUse),
            ("100.64.0.0", .sharedSpace), ("100.127.255.255", .sharedSpace),
            ("127.0.0.1", .loopback), ("127.255.255.255", .loopback),
            ("169.254.0.0", .linkLocal), ("169.254.169.254", .linkLocal),
            ("172.16.0.0", .privateUse), ("172.31.255.255", .privateUse),
            ("192.0.0.170", .reserved), ("192.0.2.1", .documentation), ("192.88.99.1", .sixToFour),
            ("192.168.0.0", .privateUse), ("192.168.255.255", .privateUse),
            ("198.18.0.0", .benchmarking), ("198.19.255.255", .benchmarking),
            ("198.51.100.1", .documentation), ("203.0.113.255", .documentation),
            ("224.0.0.1", .multicast), ("239.255.255.255", .multicast),
            ("240.0.0.0", .reserved), ("255.255.255.254", .reserved), ("255.255.255.255", .broadcast),
            ("::", .unspecified), ("::1", .loopback), ("::2", .ipv4Compatible), ("::127.0.0.1", .ipv4Compatible),
            ("::ffff:8.8.8.8", .ipv4Mapped), ("::ffff:127.0.0.1", .ipv4Mapped),
            ("::ffff:0:127.0.0.1", .ipv4Mapped), ("0:0:0:1::1", .reserved),
            ("64:ff9b::127.0.0.1", .nat64), ("64:ff9b::8.8.8.8", .nat64),
            ("64:ff9b:1::1", .nat64), ("64:ff9b:1:ffff::a00:1", .nat64), ("100::1", .reserved),
            ("2001::1", .teredo), ("2001:0:ffff::", .teredo), ("2001:2::1", .benchmarking),
            ("2001:20::1", .reserved), ("2001:db8::1", .documentation), ("3fff:fff::1", .documentation),
            ("2002:7f00:1::", .sixToFour), ("2002:a00:1::1", .sixToFour), ("2002:c0a8:101::1", .sixToFour),
            ("fc00::1", .uniqueLocal), ("fdff:ffff::1", .uniqueLocal), ("fe80::1", .linkLocal),
            ("febf::1", .linkLocal), ("fec0::1", .siteLocal), ("ff02::1", .multicast), ("4000::1", .reserved),
        ] as [(String, AddressClass)])
    func refused(text: String, kind: AddressClass) throws {
        #expect(try #require(IPAddress(text)).nonPublicClass == kind)
    }

    @Test(
        "Their neighbours are public",
        arguments: [
            "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
            "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
            "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
            "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
            "2001:200::1", "2001:db7:ffff::1", "2001:db9::1", "2002:808:808::1", "2606:4700::1111", "2a00::1",
            "3ffe:ffff::1",
        ])
    func allowed(text: String) throws {
        #expect(try #require(IPAddress(text)).nonPublicClass == nil)
    }
}
