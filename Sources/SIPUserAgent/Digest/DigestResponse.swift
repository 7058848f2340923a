/// The proof of a password that digest credentials bear (RFC 7616 §3.4.1).
public struct DigestResponse: Sendable {
    /// What is hashed besides the password.
    public var algorithm: DigestAlgorithm
    public var realm: String
    public var nonce: String
    public var method: String
    /// The `uri` of the credentials.
    public var uri: String
    /// `nil` where the server offered none: the response is then that of RFC 2069.
    public var protection: Protection?

    /// A quality of protection with what belongs to it.
    public struct Protection: Hashable, Sendable {
        public var quality: Quality
        /// The client's own nonce.
        public var clientNonce: String
        /// How often the client has used the server's nonce, this time included.
        public var count: UInt32

        public init(quality: Quality, clientNonce: String, count: UInt32) {
            self.quality = quality
            self.clientNonce = clientNonce
            self.count = count
        }

        /// The count as credentials bear it: eight hexadecimal digits.
        public var countText: String {
            let digits = String(count, radix: 16)
            return String(repeating: "0", count: 8 - digits.utf8.count) + digits
        }
    }

    /// What the response protects.
    public enum Quality: Hashable, Sendable {
        /// Method and URI.
        case auth
        /// The body as well.
        case authInt(body: [UInt8])

        var name: String {
            switch self {
            case .auth: "auth"
            case .authInt: "auth-int"
            }
        }
    }

    public init(
        algorithm: DigestAlgorithm, realm: String, nonce: String, method: String, uri: String,
        protection: Protection?
    ) {
        self.algorithm = algorithm
        self.realm = realm
        self.nonce = nonce
        self.method = method
        self.uri = uri
        self.protection = protection
    }

    /// The response in hexadecimal digits.
    public func text(user: String, password: String) -> String {
        let secret = algorithm.hash("\(user):\(realm):\(password)")
        guard let protection else { return algorithm.hash("\(secret):\(nonce):\(algorithm.hash("\(method):\(uri)"))") }
        let request =
            switch protection.quality {
            case .auth: "\(method):\(uri)"
            case .authInt(let body): "\(method):\(uri):\(algorithm.hash(body))"
            }
        let middle = "\(protection.countText):\(protection.clientNonce):\(protection.quality.name)"
        return algorithm.hash("\(secret):\(nonce):\(middle):\(algorithm.hash(request))")
    }
}
