/// The carrier's digest challenges (RFC 7616): a nonce for each party of each call, which its INVITE must answer.
struct CarrierChallenge {
    static let user = "75589877675"
    static let password = "another secret for loopback only"
    private static let realm = "carrier.example"

    /// The hash of user, realm and password, in hexadecimal digits.
    private let account = Self.hash(Array("\(user):\(realm):\(password)".utf8))

    /// The lines of a 407.
    func lines(for leg: Leg) -> [UInt8] {
        var text: [UInt8] = []
        text.append("Proxy-Authenticate: Digest realm=\"\(Self.realm)\", qop=\"auth\", algorithm=SHA-256, nonce=\"")
        text += Self.nonce(for: leg)
        text.append("\"\r\n")
        return text
    }

    /// Whether a Proxy-Authorization answers the challenge of `leg`; `nil` where it answers another.
    func holds(_ proof: UnsafeRawBufferPointer, for leg: Leg) -> Bool? {
        func field(_ name: StaticString, to end: UInt8 = UInt8(ascii: "\"")) -> [UInt8] {
            proof.range(after: name, to: end).map { Array(proof[$0]) } ?? []
        }
        let nonce = Self.nonce(for: leg)
        guard field(" nonce=\"") == nonce else { return nil }
        let request = Self.hash(Array("INVITE:".utf8) + field(" uri=\""))
        let count = field(" nc=", to: UInt8(ascii: ","))
        let parts = [account, nonce, count, field(" cnonce=\""), Array("auth".utf8), request]
        return field(" response=\"") == Self.hash(Array(parts.joined(separator: [UInt8(ascii: ":")])))
    }

    private static func nonce(for leg: Leg) -> [UInt8] {
        var text: [UInt8] = []
        text.append(leg.isSecond ? "9b1de5c0a47f4c2e8d3f6a50" : "2f7c9e1430b84d6fa5e1c8d7")
        text.append(number: leg.call)
        return text
    }

    private static func hash(_ text: [UInt8]) -> [UInt8] {
        Digests.sha256(text).flatMap { byte in
            [byte >> 4, byte & 15].map { $0 < 10 ? 48 + $0 : 87 + $0 }
        }
    }
}
