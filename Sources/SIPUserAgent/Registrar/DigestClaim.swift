import SIPSyntax

/// Digest credentials as a request bears them (RFC 7616 §3.4), not believed yet.
struct DigestClaim {
    let user: String
    let realm: String
    let nonce: String
    private let uri: String
    private let response: String
    private let algorithm: DigestAlgorithm
    private let protection: DigestResponse.Protection?

    /// `nil` for another scheme, algorithm or protection than we ask for, and for malformed credentials.
    init?(_ header: SIPText) {
        guard let fields = DigestFields(header), let user = fields["username"], let realm = fields["realm"],
            let nonce = fields["nonce"], let uri = fields["uri"], let response = fields["response"],
            let algorithm = DigestAlgorithm(named: fields["algorithm"] ?? "MD5")
        else { return nil }
        self.user = user
        self.realm = realm
        self.nonce = nonce
        self.uri = uri
        self.response = response.lowercased()
        self.algorithm = algorithm
        guard let qop = fields["qop"] else {
            protection = nil
            return
        }
        guard qop.lowercased() == "auth", let clientNonce = fields["cnonce"], let count = fields["nc"],
            count.utf8.count == 8, let number = UInt32(count, radix: 16)
        else { return nil }
        protection = DigestResponse.Protection(quality: .auth, clientNonce: clientNonce, count: number)
    }

    /// Whether whoever made it knew this password. The `uri` is taken as it is: proxies on the way rewrite the other.
    func isProved(by password: String, for method: SIPMethod) -> Bool {
        let expected = DigestResponse(
            algorithm: algorithm, realm: realm, nonce: nonce, method: method.description, uri: uri,
            protection: protection)
        return expected.text(user: user, password: password).isSame(as: response)
    }
}
