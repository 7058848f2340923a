import SIPTransactions
import SansIO

/// Nonces that need not be remembered: each bears its time and a proof that we made it for this source.
struct Nonces {
    enum Verdict: Hashable {
        case fresh
        /// Ours, but too old.
        case stale
        /// Never ours, or given to another source.
        case foreign
    }

    private let secret: [UInt8]
    private let age: Duration

    init(using entropy: inout Entropy, age: Duration) {
        secret = (0..<4).flatMap { _ in Nonces.bytes(of: entropy.next()) }
        self.age = age
    }

    /// 80 hexadecimal digits.
    func nonce(for source: IPAddress, at now: Instant) -> String {
        let time = String(UInt64(bitPattern: now.nanoseconds), radix: 16)
        return String(repeating: "0", count: 16 - time.utf8.count) + time + proof(now, source)
    }

    func judge(_ nonce: String, from source: IPAddress, at now: Instant) -> Verdict {
        guard nonce.utf8.count == 80, let time = UInt64(nonce.prefix(16), radix: 16) else { return .foreign }
        let made = Instant(nanoseconds: Int64(bitPattern: time))
        guard proof(made, source).isSame(as: String(nonce.dropFirst(16))) else { return .foreign }
        return now - made <= age ? .fresh : .stale
    }

    /// What is hashed has one length, so that nobody can append to it.
    private func proof(_ time: Instant, _ source: IPAddress) -> String {
        let address: [UInt8] =
            switch source {
            case .v4(let bits): Nonces.bytes(of: 0) + Nonces.bytes(of: UInt64(bits)) + [4]
            case .v6(let high, let low): Nonces.bytes(of: high) + Nonces.bytes(of: low) + [6]
            }
        return DigestAlgorithm.sha256.hash(secret + Nonces.bytes(of: UInt64(bitPattern: time.nanoseconds)) + address)
    }

    private static func bytes(of word: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }
}

extension String {
    /// Compares in a time that does not tell where two texts of a length differ.
    func isSame(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
