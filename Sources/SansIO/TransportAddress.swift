/// An IPv4 or IPv6 address as a value.
public enum IPAddress: Hashable, Sendable {
    /// The four bytes in network order, most significant first: 127.0.0.1 is `0x7F000001`.
    case v4(UInt32)
    /// The sixteen bytes in network order as two halves.
    case v6(UInt64, UInt64)
}

/// An IP address with a port.
public struct TransportAddress: Hashable, Sendable {
    public let ip: IPAddress
    public let port: UInt16

    public init(ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or RFC 5952 §4 text without brackets.
    public var description: String {
        switch self {
        case .v4(let bits):
            "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        case .v6(let high, let low): IPv6Text.write(high, low)
        }
    }
}

extension TransportAddress: CustomStringConvertible {
    public var description: String {
        switch ip {
        case .v4: "\(ip):\(port)"
        case .v6: "[\(ip)]:\(port)"
        }
    }
}

extension IPAddress {
    /// Reads dotted decimal or IPv6 text, the latter with or without brackets. `nil` for anything else, names included.
    public init?(_ text: some StringProtocol) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            let bare = text.first == "[" && text.last == "]" ? String(text.dropFirst().dropLast()) : String(text)
            guard let (high, low) = IPv6Text.read(bare) else { return nil }
            self = .v6(high, low)
        } else {
            guard let bits = IPAddress.readDotted(text) else { return nil }
            self = .v4(bits)
        }
    }

    static func readDotted(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                let byte = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(byte)
        }
        return bits
    }
}

extension TransportAddress {
    /// Reads `127.0.0.1:5060` or `[::1]:5060`; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        let host = text[..<colon]
        guard let ip = IPAddress(host), (host.first == "[") == host.contains(":") else { return nil }
        self.init(ip: ip, port: port)
    }
}
