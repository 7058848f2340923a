import CallModel
import Foundation

@testable import Storage

/// Values that the tests of this target write.
enum Sample {
    static let main = CertID(rawValue: "9053053bc1dc6e766e8b64bbbacfa84b")
    static let app = AppID(rawValue: "4028b834234224480155de541c7b0000")

    static func id(_ number: UInt64) -> CallID { CallID(high: 0xA5A5_0000_0000_0000 | number, low: number) }

    static func time(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: 1_790_000_000_000 + milliseconds) }

    static func request(
        account: CertID = main, app: AppID = app, target: Bool = true, userData: String? = "订单 42"
    ) -> CallbackRequest {
        CallbackRequest(
            account: account, mainAccount: main, app: app, to1: .number(PhoneNumber("13900000001")!),
            to2: .sip(user: "anna@desk", host: "example.org"), from1: PhoneNumber("075589877675"),
            callerNumbers: [PhoneNumber("075589877675")!, PhoneNumber("+8675589877676")!],
            sounds: CallSounds(
                ringTone: RingTone(mode: .whileDialling, voice: voice), greeting2: voice,
                confirmation2: Confirmation(key: TelephoneKey("#")!, timeout: .seconds(7), prompt: .beep),
                countdown: Countdown(time: .seconds(30), sound: .voice(voice), audience: .second),
                recording: RecordingOrder(
                    start: .dialling2, channels: .mixed, format: .mp3,
                    hint: RecordingHint(sound: .beep, audience: .both))),
            maxDialDuration1: .seconds(30), maxDialDuration2: .milliseconds(1500),
            maxCallDuration: .seconds(600), mediaTimeout: .zero, userData: userData,
            userData1: "甲", events: EventSelection([.dial, .recordFail]), notifiesOnCancel: true,
            eventTarget: target ? EventTarget(url: "http://127.0.0.1:9000/events?a=b", signer: main, app: app) : nil)
    }

    static let voice = PreparedVoice(
        name: "音乐.wav", id: VoiceFileID(high: .max, low: 1), length: .milliseconds(1_020))

    static func call(_ number: UInt64, request: CallbackRequest = request()) -> CallRecord {
        CallRecord(id: id(number), request: request, beginTime: time(Int64(number)))
    }

    static func earlyLeg() -> LegRecord {
        var leg = LegRecord()
        leg.from = "075589877675"
        leg.trunk = TrunkName(rawValue: "carrier")
        leg.dialTime = time(10)
        leg.ringTime = time(20)
        leg.sipCallID = "abc@192.0.2.1"
        leg.signalling = .early(
            InviteSnapshot(
                requestURI: "sip:13900000001@192.0.2.9", callID: "abc@192.0.2.1",
                from: "<sip:075589877675@192.0.2.1>;tag=1", to: "<sip:13900000001@192.0.2.9>", sequence: 4_294_967_295,
                via: "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;rport", routes: [], destination: "192.0.2.9:5060"))
        return leg
    }

    static func confirmedLeg() -> LegRecord {
        var leg = earlyLeg()
        leg.answerTime = time(30)
        leg.sipStatus = 200
        leg.sipReason = "OK"
        leg.postDialDelay = .nanoseconds(1_234_567_891)
        leg.codec = "PCMA"
        leg.media = MediaCounts(
            packetsReceived: 1, packetsSent: 2, packetsLost: 3,
            quality: HearingQuality(
                loss: 0.125, jitter: .microseconds(1_500), roundTrip: nil, meanOpinionScore: 4.25))
        leg.signalling = .confirmed(
            DialogSnapshot(
                callID: "abc@192.0.2.1", localTag: "1", remoteTag: "2", localURI: "sip:075589877675@192.0.2.1",
                remoteURI: "sip:13900000001@192.0.2.9", remoteTarget: "sip:x@192.0.2.10",
                routes: ["<sip:p1.example.org;lr>", "<sip:p2.example.org>"], localSequence: 1, remoteSequence: nil,
                destination: "192.0.2.9:5060", localDescription: Array("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n".utf8),
                remoteDescription: Array("v=0\r\n".utf8)))
        return leg
    }

    /// The call of that number, as it is when it is over.
    static func ended(
        _ number: UInt64, request: CallbackRequest = request(), reason: EndReason = .hangup(.second)
    ) -> CallRecord {
        var record = call(number, request: request)
        record.state = .ended
        record.connectTime = time(40)
        record.endTime = time(5_040)
        record.ending = CallEnding(reason: reason, hangupBy: .second, duration: 5)
        record.leg1 = confirmedLeg()
        record.leg1.signalling = nil
        record.leg1.endTime = time(5_050)
        record.leg2.q850 = 16
        return record
    }

    static func end(of record: CallRecord) -> CallEvent {
        CallEvent(
            id: CallID(high: 7, low: record.id.low), call: record.id, sequence: 1,
            time: record.endTime ?? record.beginTime, kind: .end(record))
    }

    static func recording(_ number: UInt64, of call: CallRecord, subaccount: CertID? = nil) -> Recording {
        Recording(
            id: RecordingID(high: 0xEC, low: number), call: call.id, mainAccount: main, app: app,
            subaccount: subaccount, began: time(Int64(number)), channels: .dual, format: .aLaw)
    }

    static func voiceFile(_ number: UInt64, name: String, app: AppID = app, subaccount: CertID? = nil) -> VoiceFile {
        VoiceFile(
            id: VoiceFileID(high: 0xF1, low: number), app: app, subaccount: subaccount, name: name, frames: 50,
            size: 16_044, uploaded: time(Int64(number)))
    }

    static func replay(_ byte: UInt8, expires: Int64 = 300_000) -> ReplayKey {
        ReplayKey(account: main, hmac: Array(repeating: byte, count: 32), expires: time(expires))
    }

    static func directory() -> TenantDirectory {
        let sub = Account(id: CertID(rawValue: "sub"), secretKey: "s2", enabled: false, parent: main, app: app)
        return TenantDirectory(
            accounts: [Account(id: main, secretKey: "s1"), sub],
            apps: [
                App(
                    id: app, account: main, callbackURL: "http://example.org/", allowBasic: true, allowSIP: true,
                    allowExtensions: true,
                    destinations: ["+1", "+44"], ipWhiteList: ["192.0.2.0/24"],
                    numbers: [PhoneNumber("0755-89877675")!, PhoneNumber("+8610 12345678")!])
            ])
    }
}

/// A folder that goes when this goes.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)").path
    }

    var database: String { path + "/calls.sqlite" }

    // A folder that cannot be removed is the system's to clean.
    deinit { try? FileManager.default.removeItem(atPath: path) }
}
