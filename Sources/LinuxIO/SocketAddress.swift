internal import Glibc
internal import SansIO

/// A `TransportAddress` as the kernel wants it. `sockaddr_in6` has room for either family.
struct SocketAddress {
    private var storage: sockaddr_in6
    private var length: socklen_t

    /// Room for the kernel to write into.
    init() {
        storage = sockaddr_in6()
        length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    }

    init(_ storage: sockaddr_in6, length: socklen_t) {
        self.storage = storage
        self.length = length
    }

    /// - Parameter mapsIPv4: whether it is for an IPv6 socket that serves IPv4 too (RFC 4291 §2.5.5.2).
    init(_ address: TransportAddress, mapsIPv4: Bool = false) {
        self.init()
        switch mapsIPv4 ? address.ip.mapped : address.ip {
        case .v4(let bits):
            var v4 = sockaddr_in()
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = address.port.bigEndian
            v4.sin_addr.s_addr = bits.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4, as: sockaddr_in.self) }
        case .v6(let high, let low):
            storage.sin6_family = sa_family_t(AF_INET6)
            storage.sin6_port = address.port.bigEndian
            withUnsafeMutableBytes(of: &storage.sin6_addr) {
                $0.storeBytes(of: high.bigEndian, as: UInt64.self)
                $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
        }
    }

    /// `nil` when the kernel wrote no internet address.
    var transportAddress: TransportAddress? {
        switch Int32(storage.sin6_family) {
        case AF_INET where length >= socklen_t(MemoryLayout<sockaddr_in>.size):
            let v4 = withUnsafeBytes(of: storage) { $0.load(as: sockaddr_in.self) }
            return TransportAddress(
                ip: .v4(UInt32(bigEndian: v4.sin_addr.s_addr)), port: UInt16(bigEndian: v4.sin_port))
        case AF_INET6 where length >= socklen_t(MemoryLayout<sockaddr_in6>.size):
            let (high, low) = withUnsafeBytes(of: storage.sin6_addr) {
                ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            return TransportAddress(
                ip: IPAddress.v6(UInt64(bigEndian: high), UInt64(bigEndian: low)).unmapped,
                port: UInt16(bigEndian: storage.sin6_port))
        case _:
            return nil
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    mutating func fill<Result>(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result)
        -> Result
    {
        withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
    }
}

extension IPAddress {
    /// An IPv4 address as an IPv6 socket writes it (RFC 4291 §2.5.5.2).
    fileprivate var mapped: IPAddress {
        switch self {
        case .v4(let bits): .v6(0, 0xFFFF_0000_0000 | UInt64(bits))
        case .v6: self
        }
    }

    /// An IPv4 address that an IPv6 socket wrote as one of its own.
    fileprivate var unmapped: IPAddress {
        guard case .v6(0, let low) = self, low >> 32 == 0xFFFF else { return self }
        return .v4(UInt32(truncatingIfNeeded: low))
    }

    var family: Int32 {
        switch self {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }
}
