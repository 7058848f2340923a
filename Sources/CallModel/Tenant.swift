/// An account with its key and its apps.
public struct Account: Hashable, Sendable, Codable {
    public var id: CertID
    public var secretKey: String
    public var enabled: Bool
    /// The main account above a sub-account; `nil` for a main account.
    public var parent: CertID?
    /// A sub-account's app; a main account owns several (`App.account`).
    public var app: AppID?
    /// A sub-account's own receiver of events.
    public var callbackURL: String?

    public init(
        id: CertID, secretKey: String, enabled: Bool = true, parent: CertID? = nil, app: AppID? = nil,
        callbackURL: String? = nil
    ) {
        self.id = id
        self.secretKey = secretKey
        self.enabled = enabled
        self.parent = parent
        self.app = app
        self.callbackURL = callbackURL
    }
}

/// An application of a main account.
public struct App: Hashable, Sendable, Codable {
    public var id: AppID
    /// The main account that owns it.
    public var account: CertID
    public var online: Bool
    public var callbackURL: String?
    public var allowBasic: Bool
    public var allowSIP: Bool
    /// Whether registered phones may be called by their extension.
    public var allowExtensions: Bool
    /// Normalised prefixes that may be called besides the own country; `+` and digits, or a short code.
    public var destinations: [String]
    /// Addresses or CIDR blocks that may call the API; empty allows all.
    public var ipWhiteList: [String]
    /// Caller numbers, in order of preference.
    public var numbers: [PhoneNumber]

    public init(
        id: AppID, account: CertID, online: Bool = true, callbackURL: String? = nil, allowBasic: Bool = false,
        allowSIP: Bool = false, allowExtensions: Bool = false, destinations: [String] = [],
        ipWhiteList: [String] = [], numbers: [PhoneNumber] = []
    ) {
        self.id = id
        self.account = account
        self.online = online
        self.callbackURL = callbackURL
        self.allowBasic = allowBasic
        self.allowSIP = allowSIP
        self.allowExtensions = allowExtensions
        self.destinations = destinations
        self.ipWhiteList = ipWhiteList
        self.numbers = numbers
    }
}

/// All accounts and apps, as one value.
public struct TenantDirectory: Hashable, Sendable {
    public var accounts: [CertID: Account]
    public var apps: [AppID: App]

    public init(accounts: [Account] = [], apps: [App] = []) {
        self.accounts = Dictionary(accounts.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        self.apps = Dictionary(apps.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }
}
