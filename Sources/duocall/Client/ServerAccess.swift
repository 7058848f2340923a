import CallModel
import Foundation

/// A server to speak to, and as whom.
struct ServerAccess: Sendable, Equatable {
    /// Without a slash at the end.
    var url: String
    /// The main account in the path.
    var account: String
    var certID: String
    var secret: String
    var app: String
    /// The zone of the `Timestamp` header.
    var timestampZone: String = "Asia/Shanghai"

    /// `path` below the account's base.
    func path(_ path: String) -> String { "/v1/account/\(account)/\(path)" }
}

/// Something the command line could not do, in words for its user.
struct CommandFailure: Error, CustomStringConvertible, Equatable {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The parts of a server access as they were given, by option, by variable or by configuration.
struct AccessParts: Equatable {
    var url: String?
    var account: String?
    var certID: String?
    var secret: String?
    var app: String?

    /// What the environment says.
    init(environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        url = value("DUOCALL_URL")
        account = value("DUOCALL_ACCOUNT")
        certID = value("DUOCALL_CERT_ID")
        secret = value("DUOCALL_SECRET")
        app = value("DUOCALL_APP")
    }

    init(url: String?, account: String?, certID: String?, secret: String?, app: String?) {
        self.url = url
        self.account = account
        self.certID = certID
        self.secret = secret
        self.app = app
    }

    /// These parts, and where one is missing that of `others`.
    func orElse(_ others: AccessParts) -> AccessParts {
        AccessParts(
            url: url ?? others.url, account: account ?? others.account, certID: certID ?? others.certID,
            secret: secret ?? others.secret, app: app ?? others.app)
    }

    /// The missing parts from a server's configuration: its first account and app, unless they are named.
    func completed(from configuration: Configuration) throws(CommandFailure) -> ServerAccess {
        let tenants = configuration.tenants
        let apps = tenants.apps.values.sorted { $0.id.rawValue < $1.id.rawValue }
        let matching = apps.first { candidate in
            (app == nil || candidate.id.rawValue == app) && (certID == nil || candidate.account.rawValue == certID)
        }
        var parts = self
        parts.url = url ?? "http://\(configuration.http.listen)"
        parts.certID = certID ?? matching?.account.rawValue
        parts.app = app ?? matching?.id.rawValue
        parts.secret = secret ?? parts.certID.flatMap { tenants.accounts[CertID(rawValue: $0)]?.secretKey }
        var access = try parts.complete()
        access.timestampZone = configuration.timestampZone
        return access
    }

    func complete() throws(CommandFailure) -> ServerAccess {
        var url = try required(url, "--url", "DUOCALL_URL")
        while url.hasSuffix("/") { url.removeLast() }
        let certID = try required(certID, "--cert-id", "DUOCALL_CERT_ID")
        return ServerAccess(
            url: url, account: account ?? certID, certID: certID,
            secret: try required(secret, "--secret", "DUOCALL_SECRET"),
            app: try required(app, "--app", "DUOCALL_APP"))
    }

    private func required(_ part: String?, _ option: String, _ variable: String) throws(CommandFailure) -> String {
        guard let part else {
            throw CommandFailure("give \(option), set \(variable), or name the server's file with --config")
        }
        return part
    }
}
