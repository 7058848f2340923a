/// What the packet loop does for every leg while it is measured.
enum Work: String, CaseIterable {
    /// Each packet is passed on to the other party.
    case relay
    /// The same, and all of it is SRTP, with other keys on each leg.
    case secure
    /// The same as `relay`, from A-law to µ-law and back.
    case translation
    /// The same as `relay`, and each call is recorded in two channels.
    case recording
    /// Ring-back is played.
    case tone
    /// A file is played.
    case voice

    /// Whether the far ends send anything.
    var isRelayed: Bool {
        switch self {
        case .relay, .secure, .translation, .recording: true
        case .tone, .voice: false
        }
    }

    /// The payload type of the second parties: µ-law where there is something to translate.
    var secondPayloadType: UInt8 {
        switch self {
        case .translation: 0
        case .relay, .secure, .recording, .tone, .voice: 8
        }
    }

    /// Whether the time that a packet was sent can be read where it arrives.
    var keepsPayload: Bool {
        switch self {
        case .relay, .recording: true
        case .secure, .translation, .tone, .voice: false
        }
    }
}
