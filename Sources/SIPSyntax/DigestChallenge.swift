/// What a server wants to see before it serves a request (RFC 3261 §20.44, RFC 7616 §3.3).
public struct DigestChallenge: Hashable, Sendable {
    /// Which accounts it asks for.
    public var realm: String
    public var nonce: String
    /// To be sent back as it is.
    public var opaque: String?
    /// As the challenge spells it; `MD5` where it names none.
    public var algorithm: String
    /// The qualities of protection offered, in lower case; empty where the server knows none.
    public var qualities: [String]
    /// Whether only the nonce of the last attempt was too old.
    public var isStale: Bool

    /// - Returns: `nil` for schemes other than Digest, and without a realm or nonce.
    public init?(_ value: SIPText) {
        guard let fields = DigestFields(value), let realm = fields["realm"], let nonce = fields["nonce"]
        else { return nil }
        self.realm = realm
        self.nonce = nonce
        opaque = fields["opaque"]
        algorithm = fields["algorithm"] ?? "MD5"
        qualities = (fields["qop"] ?? "").split { $0 == "," || $0 == " " }.map { $0.lowercased() }
        isStale = fields["stale"]?.lowercased() == "true"
    }
}

extension SIPMessage {
    /// The digest challenges of a 401 (`.wwwAuthenticate`) or 407 (`.proxyAuthenticate`) that can be read, in their
    /// order. Each stands on a line of its own (RFC 3261 §7.3.1).
    public func challenges(_ name: HeaderName) -> [DigestChallenge] {
        headers.values(name).compactMap { DigestChallenge($0) }
    }

    /// The nonce that the server wants to see next (RFC 7616 §3.5).
    public var nextNonce: String? {
        headers[.authenticationInformation].flatMap { DigestFields(withoutScheme: $0) }?["nextnonce"]
    }
}
