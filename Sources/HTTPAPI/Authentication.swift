import CallModel
import Foundation
import HTTPTypes

/// A request whose credentials are right.
struct AuthenticatedRequest: Sendable {
    var caller: Caller
    var app: AppGrant
    /// `nil` where the request was not signed.
    var replay: ReplayKey?
}

/// Checks credentials, app and address, in the contract's order.
struct Authenticator: Sendable {
    let tenants: CurrentTenants
    let zone: TimestampZone
    let trustedProxies: [AddressBlock]

    /// - Parameter account: the account in the path.
    func authenticate(
        _ request: APIRequest, account: some StringProtocol, now: WallTime
    ) throws(Refusal) -> AuthenticatedRequest {
        let from = ClientAddress(
            peer: request.peer, forwarded: request.headers.forwardedFor, trustedProxies: trustedProxies)
        let appID = try Self.given(request.headers.appID, .appID)
        let caller: Caller
        var replay: ReplayKey?
        if request.headers.signature == nil, let basic = BasicCredentials(request.headers.authorization) {
            caller = try check(basic, account: account, app: tenants.app(AppID(rawValue: appID)), from: from)
        } else {
            (caller, replay) = try checkSignature(of: request, app: appID, account: account, now: now)
        }
        let app = try grant(AppID(rawValue: appID), to: caller)
        if let whiteList = app.whiteList {
            guard let client = from.client, whiteList.contain(client) else { throw .code(.address) }
        }
        return AuthenticatedRequest(caller: caller, app: app, replay: replay)
    }

    /// What of the credentials can be checked before the body is read, so that not everybody can make the server hold a
    /// large one.
    func precheck(_ request: APIRequest, account: some StringProtocol, now: WallTime) throws(Refusal) {
        let headers = request.headers
        let app = AppID(rawValue: try Self.given(headers.appID, .appID))
        if headers.signature == nil, let basic = BasicCredentials(headers.authorization) {
            let from = ClientAddress(
                peer: request.peer, forwarded: headers.forwardedFor, trustedProxies: trustedProxies)
            _ = try check(basic, account: account, app: tenants.app(app), from: from)
        } else {
            _ = try caller(Self.given(headers.certID, .certID), account: account)
            guard zone.moment(try Self.given(headers.timestamp, .timestamp), around: now) != nil else {
                throw .credentials(.timestamp)
            }
            _ = try Self.given(headers.signature, .signature)
        }
    }

    private static func given(_ value: String?, _ name: HTTPField.Name) throws(Refusal) -> String {
        guard let value, !value.isEmpty else { throw .credentials(.missing(name.rawName)) }
        return value
    }

    private func checkSignature(
        of request: APIRequest, app: String, account: some StringProtocol, now: WallTime
    ) throws(Refusal) -> (Caller, ReplayKey) {
        let certID = try Self.given(request.headers.certID, .certID)
        let timestamp = try Self.given(request.headers.timestamp, .timestamp)
        let signature = try Self.given(request.headers.signature, .signature)
        guard let moment = zone.moment(timestamp, around: now) else { throw .credentials(.timestamp) }
        let caller = try caller(certID, account: account)
        let signed = SignedRequest(
            method: request.method.rawValue, body: request.body, contentType: request.headers.contentType ?? "",
            timestamp: timestamp, app: app, path: request.path)
        let codes = signed.codes(keyed: caller.hmac)
        let code = codes.first { equalInConstantTime(Data($0).base64EncodedString().utf8, signature.utf8) }
        guard let code else { throw .credentials(.signature) }
        let expires = WallTime(milliseconds: moment.milliseconds + TimestampZone.window * 1000)
        return (caller, ReplayKey(account: caller.account.id, hmac: code, expires: expires))
    }

    private func check(
        _ basic: BasicCredentials, account: some StringProtocol, app: AppGrant?, from: ClientAddress
    ) throws(Refusal) -> Caller {
        let caller = try caller(basic.certID, account: account)
        guard equalInConstantTime(basic.secret.utf8, caller.account.secretKey.utf8) else {
            throw .credentials(.signature)
        }
        guard app?.app.allowBasic == true, from.isLoopback else { throw .credentials(.basicNotAllowed) }
        return caller
    }

    private func caller(_ certID: String, account: some StringProtocol) throws(Refusal) -> Caller {
        guard let caller = tenants.caller(CertID(rawValue: certID)) else { throw .credentials(.account) }
        guard caller.mainAccount.rawValue == account else { throw .credentials(.path) }
        return caller
    }

    private func grant(_ id: AppID, to caller: Caller) throws(Refusal) -> AppGrant {
        guard let grant = tenants.app(id), grant.app.account == caller.mainAccount,
            caller.account.parent == nil || caller.account.app == id
        else { throw .code(.appUnknown) }
        guard grant.app.online else { throw .code(.appOffline) }
        return grant
    }
}

/// The user name and password of HTTP Basic (RFC 7617 §2).
private struct BasicCredentials {
    let certID: String
    let secret: String

    init?(_ authorization: String?) {
        guard let authorization else { return nil }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Self.decoded(parts[1]),
            let text = String(validating: bytes, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        certID = String(text[..<colon])
        secret = String(text[text.index(after: colon)...])
    }

    /// Base64 in whole groups of four (RFC 4648 §4). Foundation alone would pass over padding that is too much.
    private static func decoded(_ text: Substring) -> Data? {
        guard text.utf8.count.isMultiple(of: 4), !text.hasSuffix("===") else { return nil }
        return Data(base64Encoded: String(text))
    }
}
