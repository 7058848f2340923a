/// Which numbers an app may call: its own country's without the emergency numbers, and what else is named.
public struct DestinationPolicy: Hashable, Sendable {
    private let country: String
    private let prefixes: [String]

    /// - Parameters:
    ///   - country: the configured country, E.164 digits without `+`.
    ///   - prefixes: the app's `destinations`: beginnings of normalised numbers (`+44`). What begins without `+` can only
    ///     mean emergency numbers (`110`, `11`), as other short codes are allowed anyway.
    public init(country: String, besides prefixes: [String]) {
        self.country = country
        self.prefixes = prefixes
    }

    public func allows(_ number: PhoneNumber) -> Bool {
        let home = number.home(country: country)
        if let emergency = emergencyNumber(reachedBy: home) { return prefixes.contains(where: emergency.hasPrefix) }
        let normalised = number.normalised(country: country).text
        if prefixes.contains(where: normalised.hasPrefix) { return true }
        return switch home {
        case .abroad: false
        // A second 0 is no national number; behind a trunk's rewriting it could become an international one.
        case .national(let national): national.significant.first != "0" && !national.significant.isEmpty
        }
    }

    /// The emergency number that answers: dialled as such, behind `+`, the country or a trunk 0 (+112, 0110), or behind
    /// an area code (0755110 is Shenzhen's police). A longer number that only begins with its digits is another number.
    private func emergencyNumber(reachedBy home: NumberHome) -> String? {
        switch home {
        case .abroad(let digits): emergencyNumbers.first { $0 == digits }
        case .national(let number):
            emergencyNumbers.first { emergency in
                let digits = number.significant.drop { $0 == "0" }
                if digits == emergency { return true }
                return number.isLongDistance && country == EmergencyNumbers.china && digits.hasSuffix(emergency)
                    && Self.isChineseAreaCode(digits.dropLast(emergency.utf8.count))
            }
        }
    }

    private var emergencyNumbers: [String] { EmergencyNumbers.of(country: country) }

    /// 10, 20 to 29, and three digits from 300 on.
    private static func isChineseAreaCode(_ digits: Substring) -> Bool {
        switch digits.utf8.count {
        case 2: digits == "10" || digits.first == "2"
        case 3: digits.first.map { $0 >= "3" } ?? false
        default: false
        }
    }
}

enum EmergencyNumbers {
    static let china = "86"

    /// Emergency and police numbers. For countries without a list of their own: those that most of the world uses.
    static func of(country: String) -> [String] {
        country == china ? ["110", "112", "119", "120", "122"] : ["110", "112", "119", "911", "999"]
    }
}
