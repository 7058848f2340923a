import NIOCore

/// An IP address as 128 bits; IPv4 in its IPv4-mapped form (RFC 4291 §2.5.5.2), so that both spellings are one address.
struct NetworkAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(v4 bits: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(bits)) }

    init?(_ address: SocketAddress) {
        switch address {
        case .v4:
            // Linux lays `sockaddr_in` out as family, port, address: 2, 2 and 4 bytes.
            let bits = address.withSockAddr { start, _ in
                UnsafeRawPointer(start).loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            }
            self.init(v4: UInt32(bigEndian: bits))
        case .v6:
            // `sockaddr_in6`: family, port, flow and address: 2, 2, 4 and 16 bytes.
            let halves = address.withSockAddr { start, _ in
                let bytes = UnsafeRawPointer(start)
                return (
                    bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                )
            }
            self.init(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
        case .unixDomainSocket: return nil
        }
    }

    /// Reads an address without a port.
    init?(_ text: some StringProtocol) {
        do { self.init(try SocketAddress(ipAddress: String(text), port: 0)) } catch { return nil }
    }

    /// 127.0.0.0/8 or ::1.
    var isLoopback: Bool {
        high == 0 && (low == 1 || (low >> 32 == 0xFFFF && (low >> 24) & 0xFF == 127))
    }
}

/// A block of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct AddressBlock: Hashable, Sendable {
    private let address: NetworkAddress
    private let prefix: Int

    /// `nil` unless `text` is an IPv4 or IPv6 address, with or without a prefix length.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = NetworkAddress(parts[0]) else { return nil }
        let bits = parts[0].utf8.contains(UInt8(ascii: ":")) ? 128 : 32
        var length = bits
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
                let given = Int(parts[1]), given <= bits
            else { return nil }
            length = given
        }
        self.address = address
        self.prefix = 128 - bits + length
    }

    func contains(_ other: NetworkAddress) -> Bool {
        let highMask = prefix >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(prefix))
        let lowMask = prefix <= 64 ? 0 : prefix == 128 ? UInt64.max : ~(UInt64.max >> UInt64(prefix - 64))
        return (address.high ^ other.high) & highMask == 0 && (address.low ^ other.low) & lowMask == 0
    }
}

extension [AddressBlock] {
    func contain(_ address: NetworkAddress) -> Bool { contains { $0.contains(address) } }
}
