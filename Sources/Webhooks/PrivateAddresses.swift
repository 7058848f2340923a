import SansIO

/// Why an address must not receive events.
enum AddressClass: String, Hashable, Sendable, CaseIterable {
    case unspecified, loopback, privateUse = "private", sharedSpace = "carrier-grade NAT", linkLocal = "link-local"
    case uniqueLocal = "unique local", siteLocal = "site-local", multicast, broadcast, documentation, benchmarking
    case reserved, ipv4Mapped = "IPv4-mapped", ipv4Compatible = "IPv4-compatible", nat64 = "NAT64", teredo = "Teredo"
    case sixToFour = "6to4"
}

extension IPAddress {
    /// What the address is when it is not one of the public internet's; the IANA special-purpose registries
    /// (RFC 6890) name the blocks.
    var nonPublicClass: AddressClass? {
        switch self {
        case .v4(let bits): Self.classOf(bits)
        case .v6(let high, let low): Self.classOf(high, low)
        }
    }

    private static func classOf(_ bits: UInt32) -> AddressClass? {
        if bits == 0xFFFF_FFFF { return .broadcast }
        return ipv4Blocks.first { bits >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }?.kind
    }

    private static let ipv4Blocks: [(prefix: UInt32, length: UInt32, kind: AddressClass)] = [
        (0x0000_0000, 8, .unspecified),
        (0x0A00_0000, 8, .privateUse),
        (0x6440_0000, 10, .sharedSpace),
        (0x7F00_0000, 8, .loopback),
        (0xA9FE_0000, 16, .linkLocal),
        (0xAC10_0000, 12, .privateUse),
        (0xC000_0000, 24, .reserved),
        (0xC000_0200, 24, .documentation),
        (0xC058_6300, 24, .sixToFour),
        (0xC0A8_0000, 16, .privateUse),
        (0xC612_0000, 15, .benchmarking),
        (0xC633_6400, 24, .documentation),
        (0xCB00_7100, 24, .documentation),
        (0xE000_0000, 4, .multicast),
        (0xF000_0000, 4, .reserved),
    ]

    private static func classOf(_ high: UInt64, _ low: UInt64) -> AddressClass? {
        if high == 0 { return classOfLowest(low) }
        if let block = ipv6Blocks.first(where: { high >> (64 - $0.length) == $0.prefix >> (64 - $0.length) }) {
            return block.kind
        }
        if high >> 48 == 0x2002 { return classOf(UInt32(truncatingIfNeeded: high >> 16)).map { _ in .sixToFour } }
        return high >> 61 == 1 ? nil : .reserved
    }

    /// Within `::/64`.
    private static func classOfLowest(_ low: UInt64) -> AddressClass {
        switch (low, low >> 32) {
        case (0, _): .unspecified
        case (1, _): .loopback
        case (_, 0xFFFF), (_, 0xFFFF_0000): .ipv4Mapped
        case (_, 0): .ipv4Compatible
        default: .reserved
        }
    }

    /// What lies outside `2000::/3` and is not named here is not assigned to the internet.
    private static let ipv6Blocks: [(prefix: UInt64, length: UInt64, kind: AddressClass)] = [
        (0x0064_FF9B_0000_0000, 64, .nat64),
        (0x0064_FF9B_0001_0000, 48, .nat64),
        (0x2001_0000_0000_0000, 32, .teredo),
        (0x2001_0002_0000_0000, 48, .benchmarking),
        (0x2001_0000_0000_0000, 23, .reserved),
        (0x2001_0DB8_0000_0000, 32, .documentation),
        (0x3FFF_0000_0000_0000, 20, .documentation),
        (0xFC00_0000_0000_0000, 7, .uniqueLocal),
        (0xFE80_0000_0000_0000, 10, .linkLocal),
        (0xFEC0_0000_0000_0000, 10, .siteLocal),
        (0xFF00_0000_0000_0000, 8, .multicast),
    ]
}
