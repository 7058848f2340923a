import Crypto

/// What a signature covers, and how it is computed.
struct SignedRequest {
    var method: String
    var body: [UInt8]
    /// As sent; empty when there is none.
    var contentType: String
    var timestamp: String
    var app: String
    /// As sent, without the query.
    var path: String

    /// The HMACs a client may have computed; the body's own first.
    ///
    /// For GET and DELETE published clients differ in whether they sign the body's digest, an empty body's or none,
    /// and the content type or none.
    ///
    /// - Parameter hmac: the HMAC, keyed and with nothing in it yet.
    func codes(keyed hmac: HMAC<SHA256>) -> [[UInt8]] {
        let digest = Self.digest(of: body)
        guard method == "GET" || method == "DELETE" else { return [code(digest, contentType, hmac)] }
        let digests = body.isEmpty ? [digest, []] : [digest, [], Self.digest(of: [])]
        let contentTypes = contentType.isEmpty ? [""] : [contentType, ""]
        return digests.flatMap { digest in contentTypes.map { code(digest, $0, hmac) } }
    }

    private func code(_ digest: [UInt8], _ contentType: String, _ keyed: HMAC<SHA256>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(256)
        text.append(contentsOf: method.utf8)
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: digest)
        for part in [contentType, timestamp, app, path] {
            text.append(UInt8(ascii: "\n"))
            text.append(contentsOf: part.utf8)
        }
        var hmac = keyed
        hmac.update(data: text)
        return Array(hmac.finalize())
    }

    /// The MD5 of `body` in lower-case hex.
    private static func digest(of body: [UInt8]) -> [UInt8] {
        var digest: [UInt8] = []
        digest.reserveCapacity(32)
        for byte in Insecure.MD5.hash(data: body) {
            digest.append((byte >> 4).lowerHexDigit)
            digest.append((byte & 15).lowerHexDigit)
        }
        return digest
    }
}

extension UInt8 {
    /// The ASCII digit of a value up to 15.
    var lowerHexDigit: UInt8 { self < 10 ? 48 + self : 87 + self }
}

/// Base64 with padding (RFC 4648 §4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let symbol = alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)]
                text.append(position <= group.count ? symbol : UInt8(ascii: "="))
            }
        }
        return text
    }

    /// `nil` for anything but whole groups of four.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let symbols = Array(text.utf8)
        let padding = symbols.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard symbols.count.isMultiple(of: 4), padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        for (position, symbol) in symbols.dropLast(padding).enumerated() {
            guard let value = alphabet.firstIndex(of: symbol) else { return nil }
            bits = bits << 6 | UInt32(value)
            if !position.isMultiple(of: 4) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(6 - position % 4 * 2)))
            }
        }
        return bytes
    }
}

/// Compares in a time that depends on the lengths alone.
func equalInConstantTime(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
