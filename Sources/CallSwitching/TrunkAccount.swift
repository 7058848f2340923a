import SIPSyntax
import SIPUserAgent

/// By what a trunk knows us, where it does not know us by our address.
public struct TrunkAccount: Hashable, Sendable {
    /// The user at the trunk's host whom we register, and who calls where no caller number is shown.
    public var user: String
    let credentials: Credentials
    /// Whether the trunk wants us to register, and takes calls only then.
    public var registers: Bool

    /// - Parameters:
    ///   - login: the name to prove with, if not `user`.
    ///   - realm: the one realm whose challenges are answered; `nil`: any.
    public init(user: String, password: String, login: String? = nil, realm: String? = nil, registers: Bool = false) {
        self.user = user
        self.registers = registers
        credentials = Credentials(user: login ?? user, password: password, realm: realm)
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

extension TrunkSettings {
    /// What is to be registered at this trunk, the one at `index`; `nil`: nothing.
    func registration(_ index: Int) -> RegistrationSettings? {
        guard let account, account.registers else { return nil }
        return RegistrationSettings(
            account: AccountID(index: index), registrar: "sip:\(host)",
            address: "sip:\(SIPURI.escaped(account.user))@\(domain)", flow: flow)
    }
}
