/// The two codecs of ITU-T G.711, by their RTP names.
public enum G711: String, Sendable, Codable, CaseIterable {
    /// A-law, static payload type 8 (RFC 3551 §6).
    case pcma = "PCMA"
    /// µ-law, static payload type 0 (RFC 3551 §6).
    case pcmu = "PCMU"
}
