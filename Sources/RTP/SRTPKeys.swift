/// A crypto suite of SRTP (RFC 4568 §6.2), in our order of preference.
public enum SRTPSuite: String, Hashable, Sendable, CaseIterable {
    /// AES in counter mode with tags of 80 bits (RFC 4568 §6.2.1).
    case aesCM128Tag80 = "AES_CM_128_HMAC_SHA1_80"
    /// The same with tags of 32 bits, but for RTCP, whose tags have 80 (RFC 4568 §6.2.2).
    case aesCM128Tag32 = "AES_CM_128_HMAC_SHA1_32"

    /// Bytes of a master key and its salt.
    public var keyLength: Int { 30 }
}

/// A master key with its salt, for one direction of a stream (RFC 3711 §3.2.1). Printed, it does not tell itself.
public struct SRTPMasterKey: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    public let suite: SRTPSuite
    /// The key, then the salt.
    public let bytes: [UInt8]
    /// What each packet under the key has in front of its tag, the master key identifier: up to 128 bytes, or none.
    public let identifier: [UInt8]

    /// The longest identifier (RFC 4568 §6.1).
    public static let longestIdentifier = 128

    /// `nil` unless there are as many bytes as the suite wants, and the identifier is not too long.
    public init?(suite: SRTPSuite, bytes: [UInt8], identifier: [UInt8] = []) {
        guard bytes.count == suite.keyLength, identifier.count <= Self.longestIdentifier else { return nil }
        self.suite = suite
        self.bytes = bytes
        self.identifier = identifier
    }

    /// A new key without an identifier.
    public init(suite: SRTPSuite, using random: inout some RandomNumberGenerator) {
        self.suite = suite
        bytes = (0..<suite.keyLength).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        identifier = []
    }

    public var description: String { "SRTPMasterKey(\(suite.rawValue))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["suite": suite]) }
}

/// The keys of both directions of a stream, as two ends have told each other.
public struct SRTPKeys: Hashable, Sendable {
    /// Ours.
    public var sends: SRTPMasterKey
    /// The far end's.
    public var receives: SRTPMasterKey

    public init(sends: SRTPMasterKey, receives: SRTPMasterKey) {
        self.sends = sends
        self.receives = receives
    }
}
