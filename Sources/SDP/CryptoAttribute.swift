import RTP

/// A `crypto` attribute with one key that we can use: a suite of ours, without parameters that change how packets are
/// protected (RFC 4568 §4, §6, §9.1).
struct CryptoAttribute: Hashable {
    /// Names the attribute among those of its stream: at most nine digits.
    let tag: UInt32
    let key: SRTPMasterKey

    private static let longestTag = 9
    /// Packets, as a power of two, that a master key may serve (RFC 3711 §9.2).
    private static let longestLifetime = 48

    init(tag: UInt32, key: SRTPMasterKey) {
        self.tag = tag
        self.key = key
    }

    /// Reads the attribute's value; `nil` for one that is broken or that we cannot honour.
    init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let tagField = rest.takeField(), tagField.count <= Self.longestTag,
            let tag = tagField.number(UInt32.self),
            let suiteField = rest.takeField(),
            let suite = SRTPSuite.allCases.first(where: { suiteField.reads($0.rawValue) }),
            let parameters = rest.takeField(), let key = Self.key(parameters, suite)
        else { return nil }
        while let parameter = rest.takeField() {
            guard Self.isHarmless(parameter) else { return nil }
        }
        self.init(tag: tag, key: key)
    }

    /// One key in line, perhaps with its lifetime and its identifier. Of several keys, which one holds when would have to
    /// be followed.
    private static func key(_ parameters: ArraySlice<UInt8>, _ suite: SRTPSuite) -> SRTPMasterKey? {
        let (method, value) = parameters.split(at: ":")
        guard method.reads("inline"), let value else { return nil }
        let (key, rest) = value.split(at: "|")
        guard let bytes = Base64.decode(key), let identifier = rest.map(Self.identifier(behind:)) ?? [] else {
            return nil
        }
        return SRTPMasterKey(suite: suite, bytes: bytes, identifier: identifier)
    }

    /// The identifier in `2^20|1:4`, `2^20` or `1:4`; `nil` where there is more, or something else.
    private static func identifier(behind text: ArraySlice<UInt8>) -> [UInt8]? {
        let (first, second) = text.split(at: "|")
        if let second { return isLifetime(first) ? identifier(second) : nil }
        return isLifetime(first) ? [] : identifier(first)
    }

    /// A number in so many bytes.
    private static func identifier(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let (number, length) = text.split(at: ":")
        guard let number = number.number(UInt64.self), let length = length?.number(Int.self),
            (1...SRTPMasterKey.longestIdentifier).contains(length), length >= 8 || number >> (8 * length) == 0
        else { return nil }
        let low = (0..<min(length, 8)).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        return (low + [UInt8](repeating: 0, count: length - low.count)).reversed()
    }

    /// `2^20`, or a plain number of packets. It is not counted: no call sends as many.
    private static func isLifetime(_ text: ArraySlice<UInt8>) -> Bool {
        let (base, exponent) = text.split(at: "^")
        guard let exponent else {
            return base.number(UInt64.self).map { (1...1 << UInt64(longestLifetime)).contains($0) } ?? false
        }
        return base.reads("2") && exponent.number(Int.self).map { (1...longestLifetime).contains($0) } ?? false
    }

    /// A hint about the replay window, or an extension that may be passed over (RFC 4568 §6.3.6, §6.3.7).
    private static func isHarmless(_ parameter: ArraySlice<UInt8>) -> Bool {
        let (name, value) = parameter.split(at: "=")
        return parameter.first == UInt8(ascii: "-") || name.reads("WSH") && value?.number(UInt32.self) != nil
    }

    /// The attribute's line, without its end.
    var line: String { "a=crypto:\(tag) \(key.suite.rawValue) inline:\(Base64.encode(key.bytes))" }
}
