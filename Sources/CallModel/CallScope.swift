/// The calls of one app that a client may see and end: all of them, or only those that its sub-account placed.
public struct CallScope: Hashable, Sendable {
    public var mainAccount: CertID
    public var app: AppID
    /// Only this sub-account's calls; `nil` for the main account, which sees all of the app.
    public var subaccount: CertID?

    public init(mainAccount: CertID, app: AppID, subaccount: CertID?) {
        self.mainAccount = mainAccount
        self.app = app
        self.subaccount = subaccount
    }

    /// Whether a call placed by `request` is in the scope.
    public func covers(_ request: CallbackRequest) -> Bool {
        request.mainAccount == mainAccount && request.app == app
            && (subaccount == nil || subaccount == request.account)
    }
}
