import SDP

/// A phone that may register, as configured.
struct ConfiguredExtension: Sendable, Equatable {
    var user: String
    var password: String
    /// Whether its media is encrypted, where it registers over TLS.
    var security = MediaSecurity.off
}

extension ConfiguredExtension {
    /// Extensions that one server takes.
    static let limit = 100_000

    static func readAll(_ root: Section) throws(ConfigurationError) -> [ConfiguredExtension] {
        let extensions = try root.sections("extensions", ConfiguredExtension.init)
        guard extensions.count <= limit else {
            throw root.error("expected at most \(limit) extensions", key: "extensions")
        }
        var seen: Set<String> = []
        for phone in extensions where !seen.insert(phone.user).inserted {
            throw root.error("two extensions are named \(phone.user)", key: "extensions")
        }
        return extensions
    }

    private init(_ section: Section) throws(ConfigurationError) {
        user = try section.required("user", expected: "1 to 64 letters, digits, - or _, as 1001", Scalars.name)
        guard let password = try section.secret("password") else {
            throw section.error("missing; expected the phone's password", key: "password")
        }
        self.password = password
        security = try section.security()
    }
}
