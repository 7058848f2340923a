import CallModel

extension Destination {
    /// The longest user and host of a `sip:` URI.
    static let maxSIPPart = 64

    /// Reads `sip:user@host`. A user part without letters must be a phone number, so that no spelling of a number
    /// escapes the rules for numbers.
    init?(sipURI text: String) {
        let parts = text.dropFirst(4).split(separator: "@", omittingEmptySubsequences: false)
        guard text.prefix(4).lowercased() == "sip:", parts.count == 2,
            parts.allSatisfy({ (1...Self.maxSIPPart).contains($0.utf8.count) }),
            parts[1].utf8.allSatisfy(\.isHostByte)
        else { return nil }
        let host = String(parts[1])
        if let number = PhoneNumber(parts[0]) {
            self = .sip(user: number.dialled, host: host)
        } else {
            guard parts[0].utf8.allSatisfy(\.isUserByte), parts[0].utf8.contains(where: \.isLetter) else { return nil }
            self = .sip(user: String(parts[0]), host: host)
        }
    }

    /// The number that is dialled; `nil` for a user's name.
    var number: PhoneNumber? {
        switch self {
        case .number(let number): number
        case .sip(let user, _): PhoneNumber(user)
        }
    }

    /// What makes two destinations one: the normalised number, or the user's name.
    func comparable(country: String) -> String {
        number?.normalised(country: country).text ?? dialled.lowercased()
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
    fileprivate var isDigit: Bool { (48...57).contains(self) }
    fileprivate var isUserByte: Bool { isLetter || isDigit || "-_.+".utf8.contains(self) }
    fileprivate var isHostByte: Bool { isLetter || isDigit || "-.:[]".utf8.contains(self) }
}
