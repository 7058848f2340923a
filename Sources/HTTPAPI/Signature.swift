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

/// Compares in a time that depends on the lengths alone.
func equalInConstantTime(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
