/// The two codecs of ITU-T G.711, by their RTP names.
public enum G711: String, Sendable, Codable, CaseIterable {
    /// A-law, static payload type 8 (RFC 3551 §6).
    case pcma = "PCMA"
    /// µ-law, static payload type 0 (RFC 3551 §6).
    case pcmu = "PCMU"

    /// Samples per second, and RTP clock rate, of both.
    public static let sampleRate = 8000
    /// Samples, and bytes, in a packet of 20 ms.
    public static let samplesPerFrame = 160

    /// The payload type that needs no `rtpmap` (RFC 3551 §6).
    public var staticPayloadType: UInt8 {
        switch self {
        case .pcma: 8
        case .pcmu: 0
        }
    }

    /// The code of the smallest positive value: a stream of it is silence.
    public var silence: UInt8 {
        switch self {
        case .pcma: 0xD5
        case .pcmu: 0xFF
        }
    }
}
