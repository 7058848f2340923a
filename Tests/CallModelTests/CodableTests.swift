import CallModel
import Foundation
import Testing

/// What the store keeps must come back as it was.
@Suite struct CodableTests {
    @Test func `every end reason is coded as its token`() throws {
        for reason in EndReason.all {
            let json = try JSONEncoder().encode([reason])
            #expect(String(decoding: json, as: UTF8.self) == "[\"\(reason.token)\"]")
            #expect(try JSONDecoder().decode([EndReason].self, from: json) == [reason])
        }
    }

    @Test func `an unknown end reason is refused`() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([EndReason].self, from: Data("[\"bored\"]".utf8))
        }
    }

    @Test func `a call id is coded as its text`() throws {
        let id = CallID(high: 0x1234, low: .max)
        let json = try JSONEncoder().encode([id])
        #expect(String(decoding: json, as: UTF8.self) == "[\"0000000000001234ffffffffffffffff\"]")
        #expect(try JSONDecoder().decode([CallID].self, from: json) == [id])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([CallID].self, from: Data("[\"1234\"]".utf8))
        }
    }

    @Test func `a full call record comes back as it was`() throws {
        let record = try fullRecord()
        #expect(try roundTrip(record) == record)
        let event = CallEvent(
            id: CallID(high: 7, low: 8), call: record.id, sequence: 2, time: WallTime(milliseconds: 9),
            kind: .end(record))
        #expect(try roundTrip(event) == event)
    }

    @Test func `an empty call record comes back as it was`() throws {
        let number = Destination.number(try #require(PhoneNumber("1001")))
        let record = CallRecord(
            id: CallID(high: 1, low: 2),
            request: CallbackRequest(
                account: CertID(rawValue: "a"), mainAccount: CertID(rawValue: "a"), app: AppID(rawValue: "b"),
                to1: number, to2: .sip(user: "alice", host: "example.com"), maxCallDuration: .seconds(1)),
            beginTime: WallTime(milliseconds: 0))
        #expect(try roundTrip(record) == record)
        #expect(record.state == .dialling1)
        #expect(record.request.subaccount == nil)
    }

    @Test func `a record's legs are reached by party`() throws {
        var record = try fullRecord()
        record[.second].trunk = TrunkName(rawValue: "other")
        #expect(record.leg2.trunk?.rawValue == "other")
        #expect(record[.first] == record.leg1)
        record[.first] = LegRecord()
        #expect(record.leg1 == LegRecord())
    }

    @Test func `a request answers by party`() throws {
        let request = try fullRecord().request
        #expect(request.destination(of: .first) == request.to1)
        #expect(request.destination(of: .second) == request.to2)
        #expect(request.callerNumber(for: .first)?.dialled == "10010")
        #expect(request.callerNumber(for: .second)?.dialled == "10086")
        #expect(request.maxDialDuration(of: .first) == .seconds(10))
        #expect(request.maxDialDuration(of: .second) == .seconds(20))
        #expect(request.subaccount == CertID(rawValue: "sub"))
    }

    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    private var sounds: CallSounds {
        let voice = PreparedVoice(name: "tone.wav", id: VoiceFileID(high: 1, low: .max), length: .milliseconds(20))
        return CallSounds(
            ringTone: RingTone(mode: .whileRinging, voice: voice), greeting1: voice,
            confirmation1: TelephoneKey("*").map { Confirmation(key: $0, timeout: .seconds(1), prompt: .voice(voice)) },
            countdown: Countdown(time: .seconds(5), sound: .beep, audience: .first), busyVoice: voice,
            recording: RecordingOrder(start: .connection, hint: RecordingHint(sound: .beep, audience: .both)))
    }

    private func fullRecord() throws -> CallRecord {
        let target = EventTarget(url: "http://x/", signer: CertID(rawValue: "sub"), app: AppID(rawValue: "app"))
        let request = CallbackRequest(
            account: CertID(rawValue: "sub"), mainAccount: CertID(rawValue: "main"), app: AppID(rawValue: "app"),
            to1: .number(try #require(PhoneNumber("13912345678"))), to2: .number(try #require(PhoneNumber("+44 1234"))),
            from1: PhoneNumber("10010"), from2: PhoneNumber("10086"),
            callerNumbers: [try #require(PhoneNumber("10010"))],
            sounds: sounds, maxDialDuration1: .seconds(10),
            maxDialDuration2: .seconds(20), maxCallDuration: .seconds(21600), mediaTimeout: .zero,
            userData: "“数据” \u{0} 🙂", userData2: "2", events: .all,
            notifiesOnCancel: true, eventTarget: target)
        var record = CallRecord(id: CallID(high: 3, low: 4), request: request, beginTime: WallTime(milliseconds: 5))
        record.state = .ended
        record.connectTime = WallTime(milliseconds: 6)
        record.endTime = WallTime(milliseconds: 7)
        record.ending = CallEnding(reason: .hangup(.second), hangupBy: .second, duration: 61)
        record.leg1 = earlyLeg()
        record.leg2 = confirmedLeg()
        return record
    }

    private func earlyLeg() -> LegRecord {
        var leg = LegRecord()
        leg.from = "10010"
        leg.trunk = TrunkName(rawValue: "carrier")
        leg.dialTime = WallTime(milliseconds: 10)
        leg.ringTime = WallTime(milliseconds: 11)
        leg.sipStatus = 486
        leg.sipReason = "Busy \"Here\""
        leg.q850 = 17
        leg.postDialDelay = .milliseconds(1250)
        leg.sipCallID = "abc@example.com"
        leg.signalling = .early(
            InviteSnapshot(
                requestURI: "sip:a@b", callID: "abc", from: "<sip:x@y>;tag=1", to: "<sip:a@b>", sequence: 4_294_967_295,
                via: "SIP/2.0/UDP h;branch=z9hG4bK1", routes: ["<sip:r;lr>"], destination: "127.0.0.1:5060"))
        return leg
    }

    private func confirmedLeg() -> LegRecord {
        var leg = LegRecord()
        leg.answerTime = WallTime(milliseconds: 12)
        leg.endTime = WallTime(milliseconds: 13)
        leg.codec = "PCMA"
        leg.media = MediaCounts(packetsReceived: 1, packetsSent: .max, packetsLost: 3)
        leg.signalling = .confirmed(
            DialogSnapshot(
                callID: "def", localTag: "l", remoteTag: "r", localURI: "sip:x@y", remoteURI: "sip:a@b",
                remoteTarget: "sip:a@c", routes: [], localSequence: 1, remoteSequence: nil,
                destination: "[::1]:5060", localDescription: Array("v=0\r\n".utf8),
                remoteDescription: Array("v=0\r\n".utf8)))
        return leg
    }
}
