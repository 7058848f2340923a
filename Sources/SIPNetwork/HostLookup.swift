internal import Glibc
internal import LinuxIO
public import SansIO

/// A name that has no address.
public struct HostLookupError: Error, Hashable, Sendable, CustomStringConvertible {
    public let host: String
    /// The resolver's words.
    public let reason: String

    public var description: String { "\(host): \(reason)" }
}

/// From names to addresses, by the system's resolver. Blocks; for the start only.
public enum HostLookup {
    /// The addresses of `host`, best first (RFC 6724), each once; an address as text, with or without brackets, is itself.
    public static func addresses(of host: String) throws(HostLookupError) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else { throw HostLookupError(host: host, reason: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        for entry in sequence(first: first, next: { $0?.pointee.ai_next }) {
            guard let address = entry.flatMap({ IPAddress($0.pointee) }), !addresses.contains(address) else { continue }
            addresses.append(address)
        }
        return addresses
    }
}

extension IPAddress {
    fileprivate init?(_ entry: addrinfo) {
        guard let address = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            let v4 = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self)
            self = .v4(UInt32(bigEndian: v4.sin_addr.s_addr))
        case AF_INET6:
            var v6 = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self)
            self = withUnsafeBytes(of: &v6.sin6_addr) { bytes in
                .v6(
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
            }
        default: return nil
        }
    }
}
