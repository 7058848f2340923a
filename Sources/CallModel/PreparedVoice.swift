/// A voice file as a call plays it: what its name meant when the call was accepted, whatever becomes of the name.
public struct PreparedVoice: Hashable, Sendable, Codable {
    /// As it was given.
    public var name: String
    public var id: VoiceFileID
    public var length: Duration

    public init(name: String, id: VoiceFileID, length: Duration) {
        self.name = name
        self.id = id
        self.length = length
    }
}

/// What can be played once to a party.
public enum Sound: Hashable, Sendable, Codable {
    case voice(PreparedVoice)
    case beep

    /// A beep lasts 0.4 s.
    public static let beepLength: Duration = .milliseconds(400)

    public var length: Duration {
        switch self {
        case .voice(let voice): voice.length
        case .beep: Self.beepLength
        }
    }
}
