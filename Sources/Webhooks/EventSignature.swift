import Crypto
import Foundation

/// The signature of an event's delivery: HMAC-SHA256 over the lines that a request of the API is signed over, with
/// the word `EVENT` in the method's place.
enum EventSignature {
    static let contentType = "application/json;charset=utf-8"

    /// - Parameters:
    ///   - path: of the callback URL, as sent, without the query.
    ///   - timestamp: as in the `Timestamp` header.
    /// - Returns: the `Signature` header: Base64 of the HMAC.
    static func sign(body: [UInt8], path: String, timestamp: String, app: String, secretKey: String) -> String {
        let digest = Insecure.MD5.hash(data: body).map(\.hexDigits).joined()
        let lines = ["EVENT", digest, contentType, timestamp, app, path].joined(separator: "\n")
        let key = SymmetricKey(data: Data(secretKey.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data(lines.utf8), using: key)
        return Data(code).base64EncodedString()
    }
}

extension UInt8 {
    fileprivate var hexDigits: String {
        let digits = String(self, radix: 16)
        return self < 16 ? "0" + digits : digits
    }
}
