import Crypto
import CryptoExtras

/// The hash functions of digest authentication, the weakest first (RFC 8760 §2.1, RFC 7616 §6.1).
public enum DigestAlgorithm: String, Sendable, CaseIterable {
    case md5 = "MD5"
    case sha256 = "SHA-256"
    case sha512t256 = "SHA-512-256"

    /// The algorithm that a challenge or credentials name, in any case.
    public init?(named name: String) {
        self.init(rawValue: name.uppercased())
    }

    /// The hash of `text` in lower-case hexadecimal digits (RFC 8760 §2.2).
    public func hash(_ text: String) -> String { hash(Array(text.utf8)) }

    /// The hash of `bytes` in lower-case hexadecimal digits.
    public func hash(_ bytes: [UInt8]) -> String {
        switch self {
        case .md5: hexadecimal(Insecure.MD5.hash(data: bytes))
        case .sha256: hexadecimal(SHA256.hash(data: bytes))
        case .sha512t256: hexadecimal(SHA512256.hash(data: bytes))
        }
    }
}

private func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
