public import SIPUserAgent

/// By what a trunk knows us, where it does not know us by our address.
public struct TrunkAccount: Hashable, Sendable {
    /// The user at the trunk's host whom we register, and who calls where no caller number is shown.
    public var user: String
    public var credentials: Credentials

    public init(user: String, credentials: Credentials) {
        self.user = user
        self.credentials = credentials
    }
}

/// In which header, besides From, a trunk wants the caller's number.
public enum CallerIdentity: String, Hashable, Sendable, CaseIterable {
    case none
    /// P-Asserted-Identity (RFC 3325 §9.1).
    case pai
    /// Remote-Party-ID.
    case rpid
}
