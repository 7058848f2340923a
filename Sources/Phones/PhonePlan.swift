/// What one built-in phone does when it is called.
public struct PhonePlan: Hashable, Sendable {
    /// The number it has; `nil` for whatever number no other phone has.
    public var number: String?
    public var behaviour: Behaviour
    public var voice: Voice
    /// How long it talks before it hangs up; `nil` waits for the other side.
    public var talk: Duration?

    public enum Behaviour: Hashable, Sendable {
        /// Rings, then answers. While it rings it may already speak (183 with early media).
        case answer(after: Duration, speaksEarly: Bool = false)
        /// Rings until the caller gives up.
        case ring
        /// Refuses with a status 300–699, 486 for a busy phone.
        case refuse(status: Int, after: Duration = .zero)
    }

    public enum Voice: Hashable, Sendable {
        /// No sockets: the description names a port where nobody listens.
        case none
        /// A sine of 1–4,000 Hz at −60 to 0 dBm0; what arrives is listened to.
        case tone(frequency: Int, level: Int = -13)
    }

    public init(
        number: String?, behaviour: Behaviour = .answer(after: .seconds(1)), voice: Voice = .tone(frequency: 440),
        talk: Duration? = nil
    ) {
        self.number = number
        self.behaviour = behaviour
        self.voice = voice
        self.talk = talk
    }
}

/// What happened at a phone.
public struct PhoneReport: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case rang
        case answered
        /// The phone hung up by itself.
        case hungUp
        /// The other side hung up or gave up, or the phone refused.
        case released
    }

    /// The number that was dialled.
    public var phone: String
    /// The caller's URI.
    public var caller: String
    public var kind: Kind
    /// With the end of a call that had a voice.
    public var heard: Heard?

    public init(phone: String, caller: String, kind: Kind, heard: Heard? = nil) {
        self.phone = phone
        self.caller = caller
        self.kind = kind
        self.heard = heard
    }
}

/// What arrived in a phone's RTP.
public struct Heard: Hashable, Sendable {
    /// RTP packets with a negotiated payload type.
    public var packets: Int
    /// The longest time between two of them, or between the last and the end.
    public var longestGap: Duration
    /// The strongest tone of the last two seconds; `nil` if they were silent.
    public var tone: Tone?

    public struct Tone: Hashable, Sendable {
        /// Hertz.
        public var frequency: Int
        /// dBm0.
        public var level: Double
        /// The tone's share of all energy, 0 … 1.
        public var share: Double

        public init(frequency: Int, level: Double, share: Double) {
            self.frequency = frequency
            self.level = level
            self.share = share
        }
    }

    public init(packets: Int, longestGap: Duration, tone: Tone?) {
        self.packets = packets
        self.longestGap = longestGap
        self.tone = tone
    }
}
