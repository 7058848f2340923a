import CallModel

/// Reads the parameters of `POST call/duo_callback` that say what is heard and what is recorded.
///
/// A parameter without the one that it serves is checked and has no effect, as `ring_tone_mode` without a file.
struct SoundParameters {
    private let parameters: Parameters
    private let find: (String) -> VoiceFile?
    private var unknownNames: [String] = []

    /// - Parameter find: the file that a name means, if the client may play it.
    static func sounds(
        _ parameters: Parameters, callLimit: Duration, find: @escaping (String) -> VoiceFile?
    ) throws(Refusal) -> CallSounds {
        var reading = SoundParameters(parameters: parameters, find: find)
        return try reading.sounds(callLimit: callLimit)
    }

    private init(parameters: Parameters, find: @escaping (String) -> VoiceFile?) {
        self.parameters = parameters
        self.find = find
    }

    private mutating func sounds(callLimit: Duration) throws(Refusal) -> CallSounds {
        var sounds = CallSounds.none
        let given = try parameters.integer("ring_tone_mode", in: 0...3)
        let mode = given.flatMap(RingToneMode.init(rawValue:)) ?? .beforeDialling
        sounds.ringTone = try voice("ring_tone").map { RingTone(mode: mode, voice: $0) }
        sounds.greeting1 = try voice("greeting1")
        sounds.greeting2 = try voice("greeting2")
        sounds.confirmation1 = try confirmation(.first)
        sounds.confirmation2 = try confirmation(.second)
        sounds.countdown = try countdown(callLimit: callLimit)
        sounds.busyVoice = try voice("busy_voice")
        sounds.recording = try recording()
        sounds.unknownNames = unknownNames
        return sounds
    }

    private mutating func voice(_ parameter: String) throws(Refusal) -> PreparedVoice? {
        guard let name = try parameters.text(parameter, atMost: VoiceFile.maxName) else { return nil }
        guard let file = find(name) else {
            unknownNames.append(name)
            return nil
        }
        return PreparedVoice(name: name, id: file.id, length: file.length)
    }

    private mutating func confirmation(_ party: Party) throws(Refusal) -> Confirmation? {
        let number = party.rawValue
        let isWanted = try parameters.boolean("confirm\(number)") ?? false
        let key = try key("confirm_key\(number)")
        let timeout = try parameters.integer("confirm_timeout\(number)", in: 1...30) ?? 5
        let prompt = try voice("confirm_file\(number)")
        guard isWanted else { return nil }
        return Confirmation(key: key, timeout: .seconds(timeout), prompt: prompt.map { .voice($0) } ?? .beep)
    }

    private func key(_ name: String) throws(Refusal) -> TelephoneKey {
        let text: String
        switch parameters.given(name) {
        case nil: text = "1"
        case .number(let number): text = number
        case .string(let string): text = string
        case .null, .boolean, .array, .object: text = ""
        }
        guard let key = TelephoneKey(text), key.event < 12 else {
            throw .parameter("\(name) must be one key: 0 to 9, * or #")
        }
        return key
    }

    private mutating func countdown(callLimit: Duration) throws(Refusal) -> Countdown? {
        let time = try parameters.integer("countdown_time", in: 5...600)
        let voice = try voice("countdown_voice")
        let audience = try audience("countdown_to")
        guard let time else { return nil }
        guard .seconds(time) < callLimit else {
            throw .parameter("countdown_time must be less than max_call_duration")
        }
        return Countdown(time: .seconds(time), sound: voice.map { .voice($0) } ?? .beep, audience: audience)
    }

    private mutating func recording() throws(Refusal) -> RecordingOrder? {
        let isWanted = try parameters.boolean("recording") ?? false
        let start = try parameters.integer("record_mode", in: 0...2).flatMap(RecordingStart.init(rawValue:))
        let channels = try parameters.integer("record_channels", in: 1...2).flatMap(RecordingChannels.init(rawValue:))
        let hint = try hint()
        guard let format = RecordingFormat(rawValue: try parameters.integer("record_format", in: 1...6) ?? 2) else {
            throw .parameter("record_format must be 1, 2, 3 or 6")
        }
        guard isWanted else { return nil }
        return RecordingOrder(start: start ?? .connection, channels: channels ?? .dual, format: format, hint: hint)
    }

    private mutating func hint() throws(Refusal) -> RecordingHint? {
        let audience = try audience("record_hint_to")
        if try parameters.text("record_hint") == "beep" { return RecordingHint(sound: .beep, audience: audience) }
        return try voice("record_hint").map { RecordingHint(sound: .voice($0), audience: audience) }
    }

    private func audience(_ name: String) throws(Refusal) -> Audience {
        try parameters.integer(name, in: 0...2).flatMap(Audience.init(rawValue:)) ?? .both
    }
}
