/// Why a far end's session description leads to no session.
public enum SDPRefusal: Error, Hashable, Sendable {
    /// Not a session description, or one beyond `SDPLimits`.
    case malformed
    /// No audio stream, or one with port 0.
    case noAudio
    /// Audio by another transport than `RTP/AVP` or, where it may or must be encrypted, `RTP/SAVP`.
    case otherTransport
    /// Audio that is to be encrypted, without exactly one key that fits our offer, or without any that we can use.
    case unusableKeys
    /// A connection address that cannot be sent to: none, a name, a multicast group, another address family than ours.
    case unusableAddress
    /// Audio without a codec of ours.
    case noCommonCodec

    /// The status that an offer refused for this deserves (RFC 3261 §21.4.1, §21.4.26).
    public var status: Int {
        switch self {
        case .malformed: 400
        case .noAudio, .otherTransport, .unusableKeys, .unusableAddress, .noCommonCodec: 488
        }
    }

    /// The code and text of a Warning header that tells why (RFC 3261 §20.43).
    public var warning: (code: Int, text: String) {
        switch self {
        case .malformed: (399, "Malformed session description")
        case .noAudio: (304, "Media type not available")
        case .otherTransport: (302, "Incompatible transport protocol")
        case .unusableKeys: (399, "No usable crypto attribute")
        case .unusableAddress: (301, "Incompatible network address formats")
        case .noCommonCodec: (305, "Incompatible media format")
        }
    }
}

/// The largest session description that is read.
public enum SDPLimits {
    /// Bytes in all.
    public static let bytes = 16_384
    /// Media streams.
    public static let streams = 16
    /// Formats of a stream.
    public static let formats = 64
    /// Times of the session; more are passed over.
    public static let times = 4
    /// `crypto` attributes of a stream.
    public static let cryptos = 32
    /// `rtpmap` attributes of a stream.
    public static let mappings = 128
}
