import SIPSyntax
public import SIPTransactions
import SansIO

/// A registration to be kept, by which a trunk lets us in.
public struct RegistrationSettings: Hashable, Sendable {
    /// By which it answers challenges, and by which it is asked for.
    public var account: AccountID
    /// A URI without a user (RFC 3261 §10.2).
    public var registrar: String
    /// The address of record: a URI without angle brackets.
    public var address: String
    /// Where it is sent.
    public var flow: Flow
    /// The interval to ask for, in seconds.
    public var seconds: UInt32

    public init(account: AccountID, registrar: String, address: String, flow: Flow, seconds: UInt32 = 3_600) {
        self.account = account
        self.registrar = registrar
        self.address = address
        self.flow = flow
        self.seconds = seconds
    }
}

/// A registration as the user agent keeps it. Owned by the agent alone.
final class Registrant {
    let settings: RegistrationSettings
    /// Names it in our tag, and among the owners of transactions.
    let number: UInt64
    let tag: String
    let callID: String
    var machine: RegistrationMachine
    var sequence: UInt32 = 0
    /// The REGISTER that is under way.
    var branch: UInt64?
    var challenges = ChallengeHistory()
    /// The way that requests of this registration take, as `Route` values (RFC 3608 §6.1).
    var serviceRoutes: [String] = []

    init(_ settings: RegistrationSettings, tag: WireToken, callID: String) {
        self.settings = settings
        number = tag.number
        self.tag = tag.text
        self.callID = callID
        machine = RegistrationMachine(seconds: settings.seconds, at: Instant(nanoseconds: 0))
    }
}
