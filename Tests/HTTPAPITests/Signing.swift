import Crypto
import Foundation
import HTTPTypes

@testable import HTTPAPI

/// A request as a client would sign it, written from the contract's words and apart from the server's code.
struct ClientRequest {
    var method = HTTPRequest.Method.post
    var path = "/v1/account/main/call/duo_callback"
    var query = ""
    var body = #"{"to1":"13967446745","to2":"13009347583","max_call_duration":3600}"#
    var contentType: String? = "application/json"
    var certID: String? = "main"
    var secret = "main secret"
    var appID: String? = "app"
    var timestamp: String? = "20261123120000"
    /// Replaces the computed signature.
    var signature: String?
    var isSigned = true
    var headers: HTTPFields = [:]
    var peer: String? = "127.0.0.1"

    var computedSignature: String {
        let digest = Insecure.MD5.hash(data: Data(body.utf8)).map { String(format: "%02x", $0) }.joined()
        let text = [method.rawValue, digest, contentType ?? "", timestamp ?? "", appID ?? "", path]
            .joined(separator: "\n")
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return Data(code).base64EncodedString()
    }

    var fields: HTTPFields {
        var fields = headers
        fields[.contentType] = contentType
        fields[HTTPField.Name("CertID")!] = certID
        fields[HTTPField.Name("AppID")!] = appID
        fields[HTTPField.Name("Timestamp")!] = timestamp
        if isSigned { fields[HTTPField.Name("Signature")!] = signature ?? computedSignature }
        return fields
    }

    var sent: APIRequest {
        APIRequest(
            method: method, path: path, query: query, headers: RequestHeaders(fields), body: Array(body.utf8),
            peer: peer.flatMap { NetworkAddress($0) })
    }
}
