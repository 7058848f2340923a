/// A URI: its text and where the parts lie (RFC 3261 §19.1).
///
/// One read from a message is a view that keeps the message alive; one made of a string has its own
/// text.
public struct SIPURI: Sendable {
    /// What stands before the first colon.
    public enum Scheme: Sendable {
        case sip, sips
        /// Any other, `tel` among them; only `host`, which then is all after the colon, has a value.
        case other
    }

    let bytes: [UInt8]
    let parts: URIParts

    init(_ bytes: [UInt8], _ parts: URIParts) {
        self.bytes = bytes
        self.parts = parts
    }

    /// Reads a URI, all of `text`; `nil` if it is malformed or longer than `SIPLimits.uriBytes`.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(SIPLimits.uriBytes + 1))
        guard let parts = bytes.withUnsafeBytes({ URIParts($0, ByteRange(0, bytes.count)) }) else { return nil }
        self.init(bytes, parts)
    }

    public var scheme: Scheme { parts.scheme }
    /// The user part as written, escapes included.
    public var user: SIPText? { parts.user.map(text) }
    public var password: SIPText? { parts.password.map(text) }
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    public var host: SIPText { text(parts.host) }
    public var port: UInt16? { parts.port }
    /// The parameters, such as `transport`, `lr`, `maddr`.
    public var parameters: SIPParameters { SIPParameters(bytes, parts.parameters) }
    /// The headers as written, without the question mark.
    public var headers: SIPText? { parts.headers.map(text) }
    /// The whole URI.
    public var text: SIPText { text(parts.whole) }

    /// Whether this is the URI of a loose router (RFC 3261 §19.1.1).
    public var isLooseRouter: Bool { parameters.contains("lr") }
    /// The user part with its escapes resolved; invalid UTF-8 is replaced.
    public var unescapedUser: String? { user.map { $0.unescaped } }

    private func text(_ range: ByteRange) -> SIPText { SIPText(bytes, range) }
}

extension SIPURI.Scheme {
    @inline(__always)
    init(reading cursor: Cursor, _ range: ByteRange) {
        if cursor.reads("sip", range) {
            self = .sip
        } else {
            self = cursor.reads("sips", range) ? .sips : .other
        }
    }
}

extension SIPURI: CustomStringConvertible {
    public var description: String { text.description }
}

extension SIPText {
    /// The text with each `%XX` resolved; invalid UTF-8 is replaced.
    public var unescaped: String { String(decoding: unescapedBytes, as: UTF8.self) }

    var unescapedBytes: [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(count)
        var rest = slice
        while let byte = rest.popFirst() {
            if byte == ASCII.percent, let escaped = ASCII.hexadecimalPair(rest) {
                plain.append(escaped)
                rest.removeFirst(2)
            } else {
                plain.append(byte)
            }
        }
        return plain
    }
}

extension ASCII {
    /// The byte that the first two hexadecimal digits stand for.
    static func hexadecimalPair(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard let high = digits.first, let low = digits.dropFirst().first,
            let highBits = hexadecimal(high), let lowBits = hexadecimal(low)
        else { return nil }
        return highBits << 4 | lowBits
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
