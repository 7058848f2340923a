/// What we prove ourselves with to one peer.
public struct Credentials: Hashable, Sendable {
    public var user: String
    public var password: String
    /// The one realm whose challenges are answered; `nil`: any.
    public var realm: String?

    public init(user: String, password: String, realm: String? = nil) {
        self.user = user
        self.password = password
        self.realm = realm
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the password.
    public var description: String { "\(user) in \(realm ?? "any realm")" }
    public var debugDescription: String { description }
}

/// One set of credentials, by its place among those that the user agent was given.
public struct AccountID: Hashable, Sendable {
    let index: Int

    public init(index: Int) {
        self.index = index
    }
}
