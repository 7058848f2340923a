import CallModel
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct CallbackParameterTests {
    private static let required = [
        "to1": #""13967446745""#, "to2": #""13009347583""#, "max_call_duration": "3600",
    ]

    /// The request that reaches the switchboard, or the message of the refusal.
    private func place(
        _ members: [String: String?], app: (inout App) -> Void = { _ in }, headers: HTTPFields = [:]
    ) async throws -> (CallbackRequest?, Received) {
        let merged = Self.required.merging(members.compactMapValues { $0 }) { $1 }
            .filter { !members.keys.contains($0.key) || members[$0.key] != .some(nil) }
        var request = ClientRequest()
        request.body = "{" + merged.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
        request.headers = headers
        let fixture = Fixture(directory: Fixture.directory(change: app))
        let received = try await fixture.send(request.sent)
        return (fixture.state.read { $0.placed.first?.0 }, received)
    }

    private func placed(
        _ members: [String: String?], app: (inout App) -> Void = { _ in }
    ) async throws -> CallbackRequest {
        let (request, received) = try await place(members, app: app)
        return try #require(request, "\(received.message)")
    }

    private func refusal(_ members: [String: String?], app: (inout App) -> Void = { _ in }) async throws -> String {
        let (request, received) = try await place(members, app: app)
        #expect(request == nil)
        #expect(received.status == 200)
        return received.code == "000001" ? received.message : received.code
    }

    @Test func whatIsNotGivenHasItsDefault() async throws {
        let request = try await placed([:])
        #expect(request.from1 == nil && request.from2 == nil)
        #expect(request.callerNumbers.map(\.dialled) == ["075589877675", "075589877676"])
        #expect(request.sounds == .none)
        #expect(request.events == .none && !request.notifiesOnCancel)
        #expect(request.maxDialDuration1 == .seconds(45) && request.maxDialDuration2 == .seconds(45))
        #expect(request.maxCallDuration == .seconds(3600))
        #expect(request.mediaTimeout == .seconds(60))
        #expect(request.userData == nil)
        #expect(request.subaccount == nil)
    }

    @Test func whatIsGivenIsTaken() async throws {
        let request = try await placed([
            "to1": #""+86 (139) 6744-6745""#, "from1": #""075589877676""#, "from2": #""+8675589877675""#,
            "ring_tone": #""hello.wav""#, "ring_tone_mode": "2", "max_dial_duration": "30", "max_dial_duration2": "20",
            "max_call_duration": #""60""#, "media_timeout": "0", "user_data": #""订单 1""#, "recording": "false",
            "record_mode": "2", "unknown": "[1,{}]",
        ])
        #expect(request.to1.dialled == "+8613967446745")
        #expect(request.from1?.dialled == "075589877676")
        #expect(request.from2?.dialled == "075589877675")
        #expect(request.maxDialDuration1 == .seconds(30) && request.maxDialDuration2 == .seconds(20))
        #expect(request.maxCallDuration == .seconds(60))
        #expect(request.mediaTimeout == .zero)
        #expect(request.userData == "订单 1")
        #expect(request.sounds.ringTone?.mode == .whileDialling)
        #expect(request.sounds.ringTone?.voice.id == Fixture.voice.id)
        #expect(request.sounds.ringTone?.voice.length == .seconds(1))
    }

    @Test func aFileThatIsNotThereIsForTheSwitchboardToRefuse() async throws {
        #expect(try await placed(["busy_voice": #""nowhere.wav""#]).sounds.unknownNames == ["nowhere.wav"])
    }

    @Test func whatIsToldAndToWhomIsTaken() async throws {
        let request = try await placed([
            "callback_url": #""https://app.example/x""#, "events": #"["all"]"#, "notify_on_cancel": "1",
            "user_data1": #""甲""#, "user_data2": #""乙""#,
        ])
        #expect(
            request.eventTarget
                == EventTarget(url: "https://app.example/x", signer: Fixture.main, app: AppID(rawValue: "app")))
        #expect(request.events == .all && request.notifiesOnCancel)
        #expect(request.userData1 == "甲" && request.userData2 == "乙")
        for name in ["user_data1", "user_data2"] {
            let long = String(repeating: "号", count: 129)
            #expect(
                try await refusal([name: "\"\(long)\""]) == "参数错误: \(name) must not be longer than 128 characters")
        }
    }

    @Test(arguments: ["null", #""""#])
    func nullAndEmptyAreNotGiven(nothing: String) async throws {
        let names = [
            "from1", "from2", "ring_tone", "ring_tone_mode", "max_dial_duration", "max_dial_duration1", "recording",
            "record_mode", "user_data", "media_timeout", "greeting1", "schedule_time", "confirm1", "sip_headers1",
        ]
        #expect(try await placed(Dictionary(uniqueKeysWithValues: names.map { ($0, nothing) })) == placed([:]))
        for name in ["to1", "to2", "max_call_duration"] {
            #expect(try await refusal([name: nothing]) == "参数错误: \(name) is required")
            #expect(try await refusal([name: nil]) == "参数错误: \(name) is required")
        }
    }

    @Test(arguments: ["50", #""50""#, #""050""#])
    func aWholeNumberMayBeAString(text: String) async throws {
        #expect(try await placed(["max_call_duration": text]).maxCallDuration == .seconds(50))
    }

    @Test(arguments: [
        "5.5", #""5.5""#, "50.0", "5e1", #"" 50""#, #""50 ""#, #""+50""#, #""0x32""#, #""５０""#, "true", "[50]", "{}",
        #""-""#,
        "99999999999999999999", #""99999999999999999999""#, "-50", #""-50""#,
    ])
    func whatIsNoWholeNumberIsRefused(text: String) async throws {
        #expect(
            try await refusal(["max_call_duration": text])
                == "参数错误: max_call_duration must be a whole number from 1 to 21600")
    }

    @Test(arguments: [
        ("max_call_duration", 1, 21_600), ("max_dial_duration", 1, 300), ("max_dial_duration1", 1, 300),
        ("max_dial_duration2", 1, 300), ("ring_tone_mode", 0, 3), ("record_mode", 0, 2),
    ])
    func rangesEndWhereTheContractSays(name: String, least: Int, most: Int) async throws {
        for value in [least, most] { _ = try await placed([name: "\(value)"]) }
        for value in [least - 1, most + 1] {
            #expect(
                try await refusal([name: "\(value)"])
                    == "参数错误: \(name) must be a whole number from \(least) to \(most)")
        }
    }

    @Test func theMediaTimeoutIsNoneOrAtLeastFiveSeconds() async throws {
        for (value, seconds) in [("0", 0), ("5", 5), ("3600", 3600), (#""60""#, 60)] {
            #expect(try await placed(["media_timeout": value]).mediaTimeout == .seconds(seconds))
        }
        for value in ["1", "4", "3601", "-1", "5.5", "true"] {
            #expect(
                try await refusal(["media_timeout": value])
                    == "参数错误: media_timeout must be 0 or a whole number from 5 to 3600")
        }
    }

    @Test(arguments: ["true", #""true""#, "1", #""1""#])
    func recordingHasTheContractsDefaults(yes: String) async throws {
        let order = try await placed(["recording": yes]).sounds.recording
        #expect(order == RecordingOrder(start: .connection, channels: .dual, format: .aLaw, hint: nil))
    }

    @Test(arguments: ["false", #""false""#, "0", #""0""#])
    func notRecordingIs(no: String) async throws {
        _ = try await placed(["recording": no])
    }

    @Test(arguments: ["2", #""yes""#, #""TRUE""#, "[]", "0.0"])
    func whatIsNoBooleanIsRefused(text: String) async throws {
        #expect(try await refusal(["recording": text]) == "参数错误: recording must be true or false")
    }

    @Test func userDataIsCountedInScalars() async throws {
        // Each of these is one scalar, whatever it takes in UTF-8 or UTF-16.
        for scalar in ["x", "号", "😀"] {
            let longest = String(repeating: scalar, count: 128)
            #expect(try await placed(["user_data": "\"\(longest)\""]).userData == longest)
            #expect(
                try await refusal(["user_data": "\"\(longest + scalar)\""])
                    == "参数错误: user_data must not be longer than 128 characters")
        }
        let combined = String(repeating: "e\u{301}", count: 65)
        #expect(try await refusal(["user_data": "\"\(combined)\""]).contains("128"))
        #expect(try await refusal(["user_data": #""a\u0000""#]) == "参数错误: user_data must not contain U+0000")
        #expect(try await refusal(["user_data": "5"]) == "参数错误: user_data must be a string")
    }

    @Test func userDataComesBackInTheAnswer() async throws {
        let (_, received) = try await place(["user_data": #""a\"b\n""#])
        #expect(received["user_data"]?.text == "a\"b\n")
    }

    @Test(arguments: [
        "110x", "12", "123456789012345678901", "+", "++8613967446745", "139#", "１３９６７４４６７４５", "139.6744.6745",
        "tel:139674",
    ])
    func whatIsNoPhoneNumberIsRefused(text: String) async throws {
        for name in ["to1", "to2", "from1", "from2"] {
            #expect(
                try await refusal([name: "\"\(text)\""])
                    == "参数错误: \(name) must be a phone number: an optional + and 3 to 20 digits")
        }
        #expect(try await refusal(["to1": "13967446745"]) == "参数错误: to1 must be a string")
    }

    @Test(arguments: [
        ("13967446745", "+86139 6744 6745"), ("075589877675", "+8675589877675"), ("0755-89877675", "0086 755 89877675"),
        ("+8613967446745", "008613967446745"), ("1001", "+861001"),
    ])
    func sameNumbersAreFoundInEverySpelling(one: String, other: String) async throws {
        #expect(try await refusal(["to1": "\"\(one)\"", "to2": "\"\(other)\""]) == "030500")
    }

    @Test(arguments: ["075500000000", "+12125550100", "89877675"])
    func aCallerNumberMustBeTheApps(number: String) async throws {
        #expect(try await refusal(["from1": "\"\(number)\""]) == "030508")
        #expect(try await refusal(["from2": "\"\(number)\""]) == "030508")
        #expect(try await refusal(["from1": #""075589877675""#], app: { $0.numbers = [] }) == "030508")
    }

    @Test(arguments: [
        "+12125550100", "0012125550100", "110", "112", "119", "120", "122", "+86110", "0086120",
    ])
    func destinationsOutsideTheOwnCountryAreRefusedUnlessNamed(number: String) async throws {
        for name in ["to1", "to2"] { #expect(try await refusal([name: "\"\(number)\""]) == "030511") }
        let named = ["+1", "110", "112", "119", "120", "122"]
        _ = try await placed(["to1": "\"\(number)\""], app: { $0.destinations = named })
    }

    // MARK: sip: URIs

    @Test func aSIPURINeedsTheAppsLeave() async throws {
        #expect(
            try await refusal(["to1": #""sip:1001@pbx.example""#])
                == "参数错误: to1 must not be a sip: URI in this app")
        let request = try await placed(["to1": #""SIP:alice.b-2@pbx.example:5070""#], app: { $0.allowSIP = true })
        #expect(request.to1 == .sip(user: "alice.b-2", host: "pbx.example:5070"))
    }

    @Test(arguments: [
        "sip:", "sip:@host", "sip:alice", "sip:alice@", "sip:a@b@c", "sip:alice;x=y@host",
        "sip:alice@host;transport=tcp",
        "sip:alice:secret@host", "sip:al%69ce@host", "sip:alice@host?Subject=x", "sip:1.900@host", "sip:+1_900@host",
        "sip:<alice@host", "sips:alice@host", "sip:alice @host", "sip:alice@ho\\r\\nst", "sip:12@host",
    ])
    func whatIsNoPlainSIPURIIsRefused(text: String) async throws {
        #expect(try await refusal(["to1": "\"\(text)\""], app: { $0.allowSIP = true }).hasPrefix("参数错误: to1 must be a"))
    }

    @Test func aSIPURIsPartsAreBounded() {
        let longest = String(repeating: "a", count: Destination.maxSIPPart)
        #expect(Destination(sipURI: "sip:\(longest)@\(longest)") != nil)
        #expect(Destination(sipURI: "sip:\(longest)a@h") == nil)
        #expect(Destination(sipURI: "sip:a@\(longest)a") == nil)
    }

    @Test func aNumberInASIPURIIsStillANumber() async throws {
        let allow: (inout App) -> Void = { $0.allowSIP = true }
        #expect(try await refusal(["to1": #""sip:+1-212-555-0100@pbx.example""#], app: allow) == "030511")
        #expect(try await refusal(["to1": #""sip:(1)10@pbx.example""#], app: allow) == "030511")
        #expect(try await refusal(["to1": #""sip:+8613009347583@pbx.example""#], app: allow) == "030500")
        #expect(
            try await refusal(["to1": #""sip:alice@a.example""#, "to2": #""sip:Alice@b.example""#], app: allow)
                == "030500")
    }

    // MARK: What is not built yet

    @Test(arguments: [
        ("request_id", #""x""#), ("repeat_guard", "60"),
        ("schedule_time", "1795406400000"), ("expire_time", #""2026-11-23 12:00:00""#),
        ("sip_headers1", #"{"X-A":"b"}"#), ("sip_headers2", #"{"X-A":"b"}"#),
    ])
    func whatIsNotBuiltIsRefusedByName(name: String, value: String) async throws {
        #expect(try await refusal([name: value]) == "参数错误: not available: \(name)")
    }

    @Test(arguments: [
        ("confirm1", "0"), ("confirm2", #""false""#), ("confirm_key1", "1"), ("confirm_key2", #""1""#),
        ("confirm_timeout1", "5"), ("countdown_to", "0"), ("record_channels", "2"), ("record_format", #""2""#),
        ("record_hint_to", "0"), ("events", "[]"), ("notify_on_cancel", "false"), ("repeat_guard", "0"),
        ("sip_headers1", "{}"),
    ])
    func whatAsksForNothingIsNot(name: String, value: String) async throws {
        #expect(try await placed([name: value]) == placed([:]))
    }

    @Test func everyNameOfTheContractIsKnown() {
        let built = ["max_dial_duration1", "max_dial_duration2", "media_timeout"]
        let names = UnavailableParameters.ofCallback.keys
        #expect(names.count == 6)
        #expect(Set(names).isDisjoint(with: built))
    }

    @Test func anIdempotencyKeyIsNotAvailable() async throws {
        let (request, received) = try await place([:], headers: [.idempotencyKey: "x"])
        #expect(request == nil)
        #expect(received.message == "参数错误: not available: Idempotency-Key")
        #expect(try await place([:], headers: [.idempotencyKey: ""]).0 != nil)
    }

    @Test(arguments: ["", "[]", "{", #"{"to1":"1","to1":"1"}"#, "to1=13967446745", "null"])
    func aBodyThatIsNoObjectIsRefused(body: String) async throws {
        var request = ClientRequest()
        request.body = body
        let received = try await Fixture().send(request.sent)
        #expect(received.code == "000001")
        #expect(received.message.hasPrefix("参数错误: "))
    }
}
