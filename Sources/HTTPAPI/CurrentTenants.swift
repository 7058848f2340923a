public import CallModel
import Crypto
import Synchronization

/// The accounts and apps that requests are checked against, replaced as a whole when they change.
public final class CurrentTenants: Sendable {
    private let index: Mutex<TenantIndex>

    public init(_ directory: TenantDirectory) { index = Mutex(TenantIndex(directory)) }

    /// Requests that arrive from now on see `directory`.
    public func replace(with directory: TenantDirectory) {
        let fresh = TenantIndex(directory)
        index.withLock { $0 = fresh }
    }

    func caller(_ id: CertID) -> Caller? { index.withLock { $0.callers[id] } }

    func app(_ id: AppID) -> AppGrant? { index.withLock { $0.apps[id] } }
}

/// An account that may send requests.
struct Caller: Sendable {
    let account: Account
    let mainAccount: CertID
    /// Keyed once: that takes a third of the time of a signature.
    let hmac: HMAC<SHA256>
}

/// An app with its lists parsed.
struct AppGrant: Sendable {
    let app: App
    /// `nil` when everybody may call; an entry that cannot be read lets nobody in.
    let whiteList: [AddressBlock]?
}

private struct TenantIndex: Sendable {
    /// Enabled accounts, and of the sub-accounts those whose main account is enabled too.
    let callers: [CertID: Caller]
    let apps: [AppID: AppGrant]

    init(_ directory: TenantDirectory) {
        callers = directory.accounts.compactMapValues { account in
            let main = account.parent ?? account.id
            guard account.enabled, directory.accounts[main]?.enabled == true else { return nil }
            return Caller(
                account: account, mainAccount: main,
                hmac: HMAC(key: SymmetricKey(data: Array(account.secretKey.utf8))))
        }
        apps = directory.apps.mapValues { app in
            AppGrant(
                app: app, whiteList: app.ipWhiteList.isEmpty ? nil : app.ipWhiteList.compactMap { AddressBlock($0) })
        }
    }
}
