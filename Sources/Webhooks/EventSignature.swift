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
        let digest = hexDigits(of: Insecure.MD5.hash(data: body))
        let lines = ["EVENT", digest, contentType, timestamp, app, path].joined(separator: "\n")
        let key = SymmetricKey(data: Data(secretKey.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data(lines.utf8), using: key)
        return Data(code).base64EncodedString()
    }

    private static func hexDigits(of digest: Insecure.MD5Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
