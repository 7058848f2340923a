/// A telephone number as given, without its spaces, hyphens and parentheses: an optional `+` and 3 to 20 digits.
public struct PhoneNumber: Hashable, Sendable, Codable {
    /// What is dialled, before a trunk rewrites it.
    public let dialled: String

    /// `nil` unless `text` is a phone number.
    public init?(_ text: some StringProtocol) {
        var dialled = ""
        var digits = 0
        // Byte by byte, for this is done several times per call that is placed.
        for byte in String(text).utf8 {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"): continue
            case UInt8(ascii: "+") where dialled.isEmpty: break
            case 48...57 where digits < 20: digits += 1
            default: return nil
            }
            dialled.unicodeScalars.append(Unicode.Scalar(byte))
        }
        guard digits >= 3 else { return nil }
        self.dialled = dialled
    }
}

/// A number reduced to what makes it one line of the telephone network, for comparing only.
public struct NormalisedNumber: Hashable, Sendable, Codable {
    /// `+`, the country and the national number without its trunk 0; or, for a short code (up to 6 digits: 110, 95588,
    /// extensions), those digits alone, whether or not a country or a trunk 0 preceded them.
    public let text: String
}

extension PhoneNumber {
    /// - Parameter country: the country (E.164 digits without `+`) that numbers without one belong to.
    public func normalised(country: String) -> NormalisedNumber {
        switch home(country: country) {
        case .abroad(let digits): NormalisedNumber(text: "+" + digits)
        case .national(let number) where number.significant.utf8.count <= 6:
            NormalisedNumber(text: String(number.significant))
        case .national(let number): NormalisedNumber(text: "+" + country + number.significant)
        }
    }

    func home(country: String) -> NumberHome {
        let digits: Substring
        if dialled.hasPrefix("+") {
            digits = dialled.dropFirst()
        } else if dialled.hasPrefix("00"), dialled.utf8.count >= 5 {
            digits = dialled.dropFirst(2)
        } else {
            return .national(NationalNumber(dialled[...], hasCountry: false))
        }
        guard digits.hasPrefix(country) else { return .abroad(digits) }
        return .national(NationalNumber(digits.dropFirst(country.utf8.count), hasCountry: true))
    }
}

/// Where a number lies, seen from the configured country.
enum NumberHome {
    /// The digits after `+` or `00`.
    case abroad(Substring)
    case national(NationalNumber)
}

/// A number within its country.
struct NationalNumber {
    /// Without the trunk 0.
    let significant: Substring
    /// Whether its country or a trunk 0 preceded it, so that it cannot be a local number.
    let isLongDistance: Bool

    init(_ digits: Substring, hasCountry: Bool) {
        let hasTrunkZero = digits.first == "0" && digits.utf8.count > 1
        significant = hasTrunkZero ? digits.dropFirst() : digits
        isLongDistance = hasCountry || hasTrunkZero
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
