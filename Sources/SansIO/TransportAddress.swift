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
        case .v4(let bits): IPAddress.writeDotted(bits)
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
        let text = String(text)
        if let bits = IPAddress.readDotted(text) {
            self = .v4(bits)
        } else {
            let bare = text.first == "[" && text.last == "]" ? String(text.dropFirst().dropLast()) : text
            guard text.utf8.contains(UInt8(ascii: ":")), let (high, low) = IPv6Text.read(bare) else { return nil }
            self = .v6(high, low)
        }
    }

    /// At most 15 characters, for which nothing is allocated.
    private static func writeDotted(_ bits: UInt32) -> String {
        String(unsafeUninitializedCapacity: 15) { buffer in
            var count = 0
            func add(_ byte: UInt8) {
                buffer[count] = byte
                count += 1
            }
            for place: UInt32 in 0..<4 {
                if place > 0 { add(UInt8(ascii: ".")) }
                let number = UInt8(truncatingIfNeeded: bits >> (24 - 8 * place))
                if number >= 100 { add(UInt8(ascii: "0") + number / 100) }
                if number >= 10 { add(UInt8(ascii: "0") + number / 10 % 10) }
                add(UInt8(ascii: "0") + number % 10)
            }
            return count
        }
    }

    static func readDotted(_ text: some StringProtocol) -> UInt32? {
        var text = String(text)
        return text.withUTF8(readDotted)
    }

    /// Four numbers up to 255 of one to three digits; nothing is allocated, as every dialog's next hop is read here.
    private static func readDotted(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        var bits: UInt32 = 0
        var number: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = 10 * number + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                guard digits <= 3, number <= 255 else { return nil }
            case UInt8(ascii: "."):
                guard digits > 0, dots < 3 else { return nil }
                bits = bits << 8 | number
                (number, digits, dots) = (0, 0, dots + 1)
            default: return nil
            }
        }
        return digits > 0 && dots == 3 ? bits << 8 | number : nil
    }
}

extension TransportAddress {
    /// Reads `127.0.0.1:5060` or `[::1]:5060`; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon]
        guard let ip = IPAddress(host), (host.first == "[") == host.contains(":") else { return nil }
        self.init(ip: ip, port: port)
    }
}

extension IPAddress {
    /// `0.0.0.0` or `::`: to a socket every address, and in a session description none (RFC 3264 §8.4).
    public var isUnspecified: Bool { self == .v4(0) || self == .v6(0, 0) }

    /// Whether both are IPv4, or both IPv6.
    public func isSameFamily(as other: IPAddress) -> Bool {
        switch (self, other) {
        case (.v4, .v4), (.v6, .v6): true
        case (.v4, .v6), (.v6, .v4): false
        }
    }
}
