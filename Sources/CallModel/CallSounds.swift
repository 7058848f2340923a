/// What the parties of a callback hear beside each other, and what is recorded of them.
public struct CallSounds: Hashable, Sendable, Codable {
    public var ringTone: RingTone?
    /// To that party after its answer, before anything else.
    public var greeting1: PreparedVoice?
    public var greeting2: PreparedVoice?
    /// What that party must do to be connected.
    public var confirmation1: Confirmation?
    public var confirmation2: Confirmation?
    public var countdown: Countdown?
    /// To party 1 when party 2 failed; then it is hung up.
    public var busyVoice: PreparedVoice?
    public var recording: RecordingOrder?
    /// Names that were given and that no file has: such a request is refused.
    public var unknownNames: [String] = []

    public init(
        ringTone: RingTone? = nil, greeting1: PreparedVoice? = nil, greeting2: PreparedVoice? = nil,
        confirmation1: Confirmation? = nil, confirmation2: Confirmation? = nil, countdown: Countdown? = nil,
        busyVoice: PreparedVoice? = nil, recording: RecordingOrder? = nil
    ) {
        self.ringTone = ringTone
        self.greeting1 = greeting1
        self.greeting2 = greeting2
        self.confirmation1 = confirmation1
        self.confirmation2 = confirmation2
        self.countdown = countdown
        self.busyVoice = busyVoice
        self.recording = recording
    }

    /// Nothing but each other.
    public static let none = CallSounds()

    /// The same for all who share it, as most calls do.
    private static let sharedNone = Shared(wrappedValue: none)

    /// For one of many holders.
    public var shared: Shared<CallSounds> { self == .none ? Self.sharedNone : Shared(wrappedValue: self) }

    public func greeting(of party: Party) -> PreparedVoice? { party == .first ? greeting1 : greeting2 }

    public func confirmation(of party: Party) -> Confirmation? { party == .first ? confirmation1 : confirmation2 }
}

/// A file that party 1 hears instead of the far ring-back.
public struct RingTone: Hashable, Sendable, Codable {
    public var mode: RingToneMode
    public var voice: PreparedVoice

    public init(mode: RingToneMode, voice: PreparedVoice) {
        self.mode = mode
        self.voice = voice
    }
}

/// When a ring tone's file is played to party 1.
public enum RingToneMode: Int, Sendable, Codable, CaseIterable {
    /// From the far end's ringing until answer or hang-up.
    case whileRinging = 0
    /// From dialling until the far end rings, then its ring-back is passed through.
    case untilRinging = 1
    /// From dialling until answer or hang-up.
    case whileDialling = 2
    /// To its end before dialling.
    case beforeDialling = 3
}

/// A key that a party must press to show that it is a person.
public struct Confirmation: Hashable, Sendable, Codable {
    /// How often the prompt is played before the party has failed.
    public static let tries = 3

    public var key: TelephoneKey
    /// From the prompt's end: 1–30 s.
    public var timeout: Duration
    public var prompt: Sound

    public init(key: TelephoneKey, timeout: Duration, prompt: Sound) {
        self.key = key
        self.timeout = timeout
        self.prompt = prompt
    }
}

/// A warning before the longest conversation is over.
public struct Countdown: Hashable, Sendable, Codable {
    /// How long before the limit: 5–600 s.
    public var time: Duration
    public var sound: Sound
    public var audience: Audience

    public init(time: Duration, sound: Sound, audience: Audience) {
        self.time = time
        self.sound = sound
        self.audience = audience
    }
}

/// That and how a call is to be recorded.
public struct RecordingOrder: Hashable, Sendable, Codable {
    public var start: RecordingStart
    public var channels: RecordingChannels
    public var format: RecordingFormat
    /// Told before the recording starts, or, of one that starts before a party can hear it, once that party has answered.
    public var hint: RecordingHint?

    public init(
        start: RecordingStart, channels: RecordingChannels = .dual, format: RecordingFormat = .aLaw,
        hint: RecordingHint? = nil
    ) {
        self.start = start
        self.channels = channels
        self.format = format
        self.hint = hint
    }
}

/// From when on a call is recorded; the numbers are those of `record_mode`.
public enum RecordingStart: Int, Sendable, Codable, CaseIterable {
    case connection = 0
    case dialling1 = 1
    case dialling2 = 2
}

/// The announcement that a call is recorded.
public struct RecordingHint: Hashable, Sendable, Codable {
    public var sound: Sound
    public var audience: Audience

    public init(sound: Sound, audience: Audience) {
        self.sound = sound
        self.audience = audience
    }
}

/// Who hears a sound; the numbers are those of `countdown_to` and `record_hint_to`.
public enum Audience: Int, Sendable, Codable, CaseIterable {
    case both = 0
    case first = 1
    case second = 2

    public func includes(_ party: Party) -> Bool {
        switch self {
        case .both: true
        case .first: party == .first
        case .second: party == .second
        }
    }
}

/// A key of a telephone by its event code (RFC 4733 §3.2): 0–9, `*`, `#`, A–D.
public struct TelephoneKey: Hashable, Sendable, Codable {
    /// 0–15.
    public let event: UInt8

    private static let characters = Array("0123456789*#ABCD")

    /// `nil` for an event that is no key.
    public init?(event: UInt8) {
        guard event < 16 else { return nil }
        self.event = event
    }

    /// Reads one character of the keypad, letters of either case; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let capitals = text.uppercased()
        guard capitals.count == 1, let event = Self.characters.firstIndex(of: capitals[capitals.startIndex]) else {
            return nil
        }
        self.event = UInt8(event)
    }
}

extension TelephoneKey: CustomStringConvertible {
    public var description: String { String(Self.characters[Int(event)]) }
}
