/// A telephone number as given, without its spaces, hyphens and parentheses: an optional `+` and 3 to 20 digits.
public struct PhoneNumber: Hashable, Sendable, Codable {
    /// What is dialled, before a trunk rewrites it.
    public let dialled: String

    /// `nil` unless `text` is a phone number.
    public init?(_ text: some StringProtocol) {
        let dialled = String(text.unicodeScalars.filter { !" -()".unicodeScalars.contains($0) }.map(Character.init))
        let digits = dialled.utf8.first == UInt8(ascii: "+") ? dialled.utf8.dropFirst() : dialled.utf8[...]
        guard (3...20).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        self.dialled = dialled
    }
}

/// A number reduced to what makes it one line of the telephone network, for comparing only.
public struct NormalisedNumber: Hashable, Sendable, Codable {
    /// `+`, the country and the national number without its trunk 0; or, for a short code, the digits alone.
    public let text: String

    /// Whether the number lies in `country` (E.164 digits without `+`).
    public func isIn(country: String) -> Bool { !text.hasPrefix("+") || text.hasPrefix("+" + country) }
}

extension PhoneNumber {
    /// - Parameter country: the country (E.164 digits without `+`) that numbers without one belong to.
    public func normalised(country: String) -> NormalisedNumber {
        if dialled.hasPrefix("+") { return .international(dialled.dropFirst(), country: country) }
        if dialled.hasPrefix("00"), dialled.utf8.count >= 5 {
            return .international(dialled.dropFirst(2), country: country)
        }
        return .national(dialled[...], country: country)
    }
}

extension NormalisedNumber {
    fileprivate static func international(_ digits: Substring, country: String) -> NormalisedNumber {
        guard digits.hasPrefix(country) else { return NormalisedNumber(text: "+" + digits) }
        return national(digits.dropFirst(country.utf8.count), country: country)
    }

    /// Short codes (3 to 6 digits: 110, 95588, extensions) stay as they are, with or without a country before them.
    fileprivate static func national(_ digits: Substring, country: String) -> NormalisedNumber {
        let significant = digits.first == "0" ? digits.dropFirst() : digits
        if significant.utf8.count <= 6 { return NormalisedNumber(text: String(digits)) }
        return NormalisedNumber(text: "+" + country + significant)
    }
}

/// Where a leg goes, as the client wrote it.
public enum Destination: Hashable, Sendable, Codable {
    case number(PhoneNumber)
    /// A `sip:` URI: only its user part is dialled, through a configured trunk.
    case sip(user: String, host: String)

    /// What is put into the request's user part, before a trunk rewrites it.
    public var dialled: String {
        switch self {
        case .number(let number): number.dialled
        case .sip(let user, _): user
        }
    }

    /// The destination as the client wrote it, separators dropped.
    public var text: String {
        switch self {
        case .number(let number): number.dialled
        case .sip(let user, let host): "sip:\(user)@\(host)"
        }
    }
}
