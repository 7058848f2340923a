import Crypto
import Foundation

/// The headers that prove who sends a request, and that nobody changed it.
enum RequestSignature {
    static func headers(
        method: String, path: String, contentType: String, body: [UInt8], access: ServerAccess, now: Date
    ) -> [(name: String, value: String)] {
        let timestamp = timestamp(now, zone: access.timestampZone)
        let text = [method, digest(of: body), contentType, timestamp, access.app, path].joined(separator: "\n")
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(text.utf8), using: SymmetricKey(data: Array(access.secret.utf8)))
        return [
            ("AppID", access.app), ("CertID", access.certID), ("Timestamp", timestamp),
            ("Signature", Data(code).base64EncodedString()),
        ]
    }

    /// `yyyyMMddHHmmss` in `zone`.
    static func timestamp(_ date: Date, zone: String) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let rest = [parts.month, parts.day, parts.hour, parts.minute, parts.second].map { part in
            let digits = String(part ?? 0)
            return digits.count < 2 ? "0" + digits : digits
        }
        return String(parts.year ?? 0) + rest.joined()
    }

    /// The MD5 of `body` in lower-case hex.
    private static func digest(of body: [UInt8]) -> String {
        Insecure.MD5.hash(data: body).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
