import SIPSyntax
import SIPUserAgent

/// Reads a challenge or credentials.
enum DigestProbe {
    private static let names: [StaticString] = ["realm", "nonce", "qop", "username", "response", "nc", "stale"]

    static func run(_ bytes: [UInt8]) {
        let text = SIPText(String(decoding: bytes, as: UTF8.self))
        guard let fields = DigestFields(text) else { return }
        for name in names { _ = fields[name] }
        _ = fields["algorithm"].flatMap { DigestAlgorithm(named: $0) }
    }
}
