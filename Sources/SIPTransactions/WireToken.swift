public import SIPSyntax

/// A number of ours with the shard it belongs to, as 18 hexadecimal digits in tags, branches and Call-IDs.
///
/// What comes back on the wire is found by the number, without keeping its text.
public struct WireToken: Hashable, Sendable {
    public let shard: UInt8
    public let number: UInt64

    public init(shard: UInt8, number: UInt64) {
        self.shard = shard
        self.number = number
    }

    /// `nil` unless the text is exactly what `text` writes, in either case of letters.
    public init?(_ text: SIPText) { self.init(digits: text.slice) }

    /// The one that a Call-ID of ours begins with; `nil` if it is not ours.
    public init?(beginning text: String) { self.init(digits: text.utf8.prefix(WireToken.length)) }

    /// `nil` unless the text is exactly what `text` writes, in either case of letters.
    public init?(_ text: String) { self.init(digits: text.utf8) }

    init?(digits: some Collection<UInt8>) {
        guard digits.count == WireToken.length else { return nil }
        var shard: UInt64 = 0
        var number: UInt64 = 0
        for (index, digit) in digits.enumerated() {
            guard let value = WireToken.value(of: digit) else { return nil }
            if index < 2 { shard = shard << 4 | value } else { number = number << 4 | value }
        }
        self.init(shard: UInt8(shard), number: number)
    }

    static let length = 18

    /// Lower-case digits.
    public var text: String { text(behind: "") }

    private func text(behind beginning: String) -> String {
        let start = beginning.utf8.count
        return String(unsafeUninitializedCapacity: start + WireToken.length) { buffer in
            for (index, byte) in beginning.utf8.enumerated() { buffer[index] = byte }
            buffer[start] = WireToken.digit(UInt64(shard) >> 4)
            buffer[start + 1] = WireToken.digit(UInt64(shard))
            for index in 0..<16 { buffer[start + 2 + index] = WireToken.digit(number >> UInt64(60 - 4 * index)) }
            return start + WireToken.length
        }
    }

    private static func digit(_ bits: UInt64) -> UInt8 {
        let value = UInt8(bits & 15)
        return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func value(of digit: UInt8) -> UInt64? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension WireToken {
    /// The magic cookie of RFC 3261 §8.1.1.7.
    static let cookie = "z9hG4bK"

    /// Reads the branch of a request of ours.
    public init?(branch: SIPText) {
        let slice = branch.slice
        guard slice.count == WireToken.cookie.utf8.count + WireToken.length else { return nil }
        self.init(digits: slice.suffix(WireToken.length))
    }

    /// The branch that names a client transaction.
    public var branch: String { text(behind: WireToken.cookie) }
}

extension SIPWriter {
    /// Adds what `text` writes to a header's value.
    public mutating func add(_ token: WireToken) {
        add(UInt64(token.shard), digits: 2)
        add(token.number, digits: 16)
    }

    /// Adds what `branch` writes to a header's value.
    public mutating func add(branch token: WireToken) {
        add(WireToken.cookie)
        add(token)
    }
}
