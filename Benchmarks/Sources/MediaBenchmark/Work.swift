/// What the packet loop does for every leg while it is measured.
enum Work: String {
    /// Each packet is passed on to the other party.
    case relay
    /// The same, from A-law to µ-law and back.
    case translation
    /// The same, and each call is recorded in two channels.
    case recording
    /// Ring-back is played.
    case tone
    /// A file is played.
    case voice

    /// Whether the far ends send anything.
    var isRelayed: Bool {
        switch self {
        case .relay, .translation, .recording: true
        case .tone, .voice: false
        }
    }

    /// The payload type of the second parties: µ-law where there is something to translate.
    var secondPayloadType: UInt8 {
        switch self {
        case .translation: 0
        case .relay, .recording, .tone, .voice: 8
        }
    }
}
