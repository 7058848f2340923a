import CallModel
import Testing

@testable import HTTPAPI

@Suite struct SoundParameterTests {
    private static let file = VoiceFile(
        id: VoiceFileID(high: 1, low: 2), app: AppID(rawValue: "app"), subaccount: nil, name: "hello.wav", frames: 50,
        size: 8000, uploaded: WallTime(milliseconds: 0))
    private static let voice = PreparedVoice(name: "hello.wav", id: file.id, length: .seconds(1))

    private func sounds(_ body: String, limit: Duration = .seconds(3600)) throws -> CallSounds {
        try SoundParameters.sounds(Parameters(body: Array(body.utf8)), callLimit: limit) { name in
            name == Self.file.name ? Self.file : nil
        }
    }

    private func refusal(_ body: String) -> String {
        do {
            _ = try sounds(body)
            return "accepted"
        } catch {
            guard case Refusal.parameter(let rule) = error else { return "\(error)" }
            return rule
        }
    }

    @Test func nothingGivenIsNothingHeard() throws {
        #expect(try sounds("{}") == .none)
        #expect(
            try sounds(#"{"ring_tone":null,"ring_tone_mode":2,"confirm_key1":"*","countdown_to":1,"record_mode":2}"#)
                == .none)
    }

    @Test(arguments: RingToneMode.allCases)
    func aRingToneHasItsMode(mode: RingToneMode) throws {
        let given = try sounds(#"{"ring_tone":"hello.wav","ring_tone_mode":\#(mode.rawValue)}"#)
        #expect(given == CallSounds(ringTone: RingTone(mode: mode, voice: Self.voice)))
        #expect(try sounds(#"{"ring_tone":"hello.wav"}"#).ringTone?.mode == .beforeDialling)
    }

    @Test func everythingGivenIsTaken() throws {
        let given = try sounds(
            #"""
            {"greeting1":"hello.wav","greeting2":"hello.wav","confirm1":1,"confirm_key1":"#","confirm_timeout1":30,
            "confirm_file1":"hello.wav","confirm2":true,"countdown_time":60,"countdown_voice":"hello.wav",
            "countdown_to":2,"busy_voice":"hello.wav","recording":true,"record_mode":1,"record_channels":1,
            "record_format":6,"record_hint":"beep","record_hint_to":1}
            """#)
        let keys = try (#require(TelephoneKey("#")), #require(TelephoneKey("1")))
        #expect(
            given
                == CallSounds(
                    greeting1: Self.voice, greeting2: Self.voice,
                    confirmation1: Confirmation(key: keys.0, timeout: .seconds(30), prompt: .voice(Self.voice)),
                    confirmation2: Confirmation(key: keys.1, timeout: .seconds(5), prompt: .beep),
                    countdown: Countdown(time: .seconds(60), sound: .voice(Self.voice), audience: .second),
                    busyVoice: Self.voice,
                    recording: RecordingOrder(
                        start: .dialling1, channels: .mixed, format: .mp3,
                        hint: RecordingHint(sound: .beep, audience: .first))))
    }

    @Test(arguments: [
        "ring_tone", "greeting1", "greeting2", "confirm_file1", "confirm_file2", "countdown_voice", "busy_voice",
        "record_hint",
    ])
    func aNameWithoutAFileIsRemembered(parameter: String) throws {
        #expect(try sounds(#"{"\#(parameter)":"nowhere.wav"}"#).unknownNames == ["nowhere.wav"])
        let longest = String(repeating: "号", count: VoiceFile.maxName)
        #expect(try sounds(#"{"\#(parameter)":"\#(longest)"}"#).unknownNames == [longest])
        #expect(
            refusal(#"{"\#(parameter)":"\#(longest)x"}"#) == "\(parameter) must not be longer than 128 characters")
        #expect(refusal(#"{"\#(parameter)":1}"#) == "\(parameter) must be a string")
    }

    @Test(arguments: ["0", "9", "*", "#"])
    func aKeyIsOneOfTheKeypad(key: String) throws {
        #expect(try sounds(#"{"confirm2":1,"confirm_key2":"\#(key)"}"#).confirmation2?.key == TelephoneKey(key))
    }

    @Test func aKeyMayBeANumber() throws {
        #expect(try sounds(#"{"confirm1":1,"confirm_key1":7}"#).confirmation1?.key == TelephoneKey("7"))
    }

    @Test(arguments: [#""10""#, "10", #""A""#, #"" ""#, "true", "[]", "-1", "1.0"])
    func anythingElseIsNoKey(key: String) {
        #expect(refusal(#"{"confirm_key1":\#(key)}"#) == "confirm_key1 must be one key: 0 to 9, * or #")
    }

    @Test(arguments: [
        ("confirm_timeout1", 1, 30), ("confirm_timeout2", 1, 30), ("countdown_time", 5, 600), ("countdown_to", 0, 2),
        ("record_hint_to", 0, 2), ("record_mode", 0, 2), ("record_channels", 1, 2), ("ring_tone_mode", 0, 3),
    ])
    func rangesEndWhereTheContractSays(name: String, least: Int, most: Int) throws {
        for value in [least, most] { _ = try sounds(#"{"\#(name)":\#(value)}"#) }
        for value in [least - 1, most + 1] {
            #expect(refusal(#"{"\#(name)":\#(value)}"#) == "\(name) must be a whole number from \(least) to \(most)")
        }
    }

    @Test func recordingFormatsAreFour() throws {
        for format in RecordingFormat.allCases {
            let given = try sounds(#"{"recording":1,"record_format":\#(format.rawValue)}"#)
            #expect(given.recording?.format == format)
        }
        for other in [4, 5] {
            #expect(refusal(#"{"record_format":\#(other)}"#) == "record_format must be 1, 2, 3 or 6")
        }
    }

    @Test func aCountdownIsShorterThanTheConversation() throws {
        #expect(try sounds(#"{"countdown_time":5}"#, limit: .seconds(6)).countdown?.sound == .beep)
        #expect(throws: Refusal.self) { try sounds(#"{"countdown_time":5}"#, limit: .seconds(5)) }
    }
}

@Suite struct EventParameterTests {
    private func events(_ list: String) throws -> EventSelection {
        try EventParameters(parameters: Parameters(body: Array(#"{"events":\#(list)}"#.utf8))).events()
    }

    @Test func namesSelectEvents() throws {
        #expect(try events("null") == .none)
        #expect(try events("[]") == .none)
        #expect(try events(#"["all"]"#) == .all)
        #expect(try events(#"["duo_callback.ring","media_alert"]"#) == EventSelection([.ring, .mediaAlert]))
        #expect(try events(#"["duo_callback.end"]"#) == EventSelection([.end]))
    }

    @Test(arguments: [#""all""#, #"["all","ring"]"#, #"["rings"]"#, "[1]", "{}", #"["Ring"]"#, #"["duo_callback."]"#])
    func anythingElseIsRefused(list: String) {
        #expect(throws: Refusal.self) { try events(list) }
    }

    private func url(_ text: String) throws -> String? {
        try EventParameters(parameters: Parameters(body: Array(#"{"callback_url":"\#(text)"}"#.utf8))).callbackURL()
    }

    @Test(arguments: [
        "http://a", "https://a.example:8443/x?y=z", "HTTP://[2001:db8::1]/",
        "http://a/" + String(repeating: "x", count: 2039),
    ])
    func aReceiverIsAWebAddress(text: String) throws {
        #expect(try url(text) == text)
    }

    @Test(arguments: [
        "ftp://a", "a.example", "http://", "http:///x", "http://u:p@a/", "http://a b", "http://a/号",
        "http://a/" + String(repeating: "x", count: 2040),
    ])
    func anythingElseIsNone(text: String) {
        #expect(throws: Refusal.self) { try url(text) }
    }
}
