import CallModel
import Foundation
import Testing

@testable import Webhooks

@Suite struct EventBodyTests {
    private func object(_ record: CallRecord, attempt: Int = 1) throws -> [String: Any] {
        let bytes = EventBody.bytes(of: Sample.end(of: record), attempt: attempt, url: \.fileName)
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test("The end event has every key of the contract with its value")
    func normalEnd() throws {
        let body = try object(Sample.ended(7, signer: Sample.sub), attempt: 3)
        let expected: [String: Any] = [
            "action": "event_notify", "event": "duo_callback.end", "id": Sample.id(7).description,
            "subaccount_id": "5ab1", "begin_time": Sample.start, "end_time": Sample.start + 3,
            "answer_time1": Sample.start + 1, "answer_time2": Sample.start + 2, "hangup_by": 2, "duration": 12,
            "record_file": NSNull(), "reason": NSNull(), "error": NSNull(), "user_data": "甲 \"b\"\n",
            "event_id": CallID(high: 1, low: 7).description, "seq": 1, "event_time": Sample.start + 3, "attempt": 3,
        ]
        #expect(body as NSDictionary == expected as NSDictionary)
    }

    @Test("What is empty is null, and a failed call tells why")
    func failedEnd() throws {
        var record = Sample.ended(
            8, ending: CallEnding(reason: .failed(.first, .busy), hangupBy: nil, duration: 0))
        record.leg1.answerTime = nil
        record.leg2.answerTime = nil
        record.request.userData = nil
        let body = try object(record)
        for key in ["subaccount_id", "answer_time1", "answer_time2", "record_file", "user_data"] {
            #expect(body[key] is NSNull, "\(key)")
        }
        #expect(body["hangup_by"] as? Int == 0)
        #expect(body["error"] as? String == "035010")
        #expect(body["reason"] as? String == EndReason.failed(.first, .busy).words)
        #expect(body.count == 18)
    }

    @Test("Reason and error are both null or both given", arguments: EndReason.all)
    func reasons(reason: EndReason) throws {
        let body = try object(Sample.ended(1, ending: CallEnding(reason: reason, hangupBy: nil, duration: 1)))
        #expect((body["error"] is NSNull) == (body["reason"] is NSNull))
        #expect(body["error"] as? String == reason.errorCode)
    }

    @Test("A recording's link is told with the recording's id and its call")
    func recordingLink() throws {
        let record = Sample.ended(7, signer: Sample.sub)
        let recording = RecordingID(high: 5, low: 6)
        let event = CallEvent(
            id: CallID(high: 1, low: 7), call: record.id, sequence: 2, time: WallTime(milliseconds: Sample.start),
            kind: .recordingLink(
                OwedLink(recording: recording, fileName: "r.wav", validity: .seconds(60)), of: record))
        let bytes = EventBody.bytes(of: event, attempt: 1) { "https://x/\($0.fileName)?a=1&b=2" }
        let body = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let expected: [String: Any] = [
            "action": "event_notify", "event": "recording.url_generate", "id": recording.description,
            "subaccount_id": "5ab1", "callId": record.id.description, "url": "https://x/r.wav?a=1&b=2",
            "event_id": CallID(high: 1, low: 7).description, "seq": 2, "event_time": Sample.start, "attempt": 1,
        ]
        #expect(body as NSDictionary == expected as NSDictionary)
    }

    @Test("Who asks for events is told more at the end")
    func extendedEnd() throws {
        var record = Sample.ended(9)
        record.request.events = EventSelection([.end])
        record.request.userData1 = "first"
        record.recordFile = "a.wav"
        record.leg1.from = "075589877675"
        record.leg1.dialTime = WallTime(milliseconds: Sample.start + 1)
        record.leg1.sipStatus = 200
        record.leg1.postDialDelay = .milliseconds(1250)
        record.leg1.media = MediaCounts(
            packetsReceived: 50,
            quality: HearingQuality(
                loss: 0.015, jitter: .microseconds(2_040), roundTrip: nil, meanOpinionScore: 4.409))
        let body = try object(record)
        #expect(body.count == 18 + 11)
        #expect(body["record_file"] as? String == "a.wav")
        #expect(body["end_reason"] as? String == "hangup2")
        #expect(body["from1"] as? String == "075589877675")
        #expect(body["to2"] as? String == "13900000002")
        #expect(body["dial_time1"] as? Int64 == Sample.start + 1)
        let leg: [String: Any] = [
            "sip_status": 200, "sip_reason": NSNull(), "q850": NSNull(), "pdd_ms": 1250, "codec": NSNull(),
            "packets": 50, "loss": 1.5, "jitter_ms": 2.04, "mos": 4.41, "user_data": "first",
        ]
        #expect(body["leg1"] as? NSDictionary == leg as NSDictionary)
        #expect((body["leg2"] as? [String: Any])?["loss"] is NSNull)
    }

    @Test(
        "Progress is told with its party and what belongs to it",
        arguments: [
            (CallProgress.dial(.second), #""party":2,"from":null,"to":"13900000002","#),
            (.ring(.first), #""party":1,"#), (.answer(.first), #""party":1,"#), (.hangup(.second), #""party":2,"#),
            (
                .fail(.second, .busy),
                #""party":2,"end_reason":"busy2","reason":"party 2: busy","error":"035020","sip_status":486,"q850":17,"#
            ),
            (.connected, ""), (.confirm(.first, isGiven: true), #""party":1,"confirmed":true,"#),
            (.confirm(.second, isGiven: false), #""party":2,"confirmed":false,"#),
            (.countdown(.seconds(30)), #""remaining":30,"#), (.mediaAlert(.first), #""party":1,"#),
            (
                .recordEnd(RecordedFile(name: "x.wav", samples: 16_001, bytes: 99)),
                #""record_file":"x.wav","duration":2,"size":99,"#
            ),
            (
                .recordFail(RecordedFile(name: "x.wav", samples: 0, bytes: 0)),
                #""record_file":null,"duration":0,"size":0,"#
            ),
        ])
    func progress(progress: CallProgress, members: String) throws {
        var record = Sample.ended(3)
        record.leg2.sipStatus = 486
        record.leg2.q850 = 17
        record.request.userData = nil
        let event = CallEvent(
            id: Sample.id(4), call: record.id, sequence: 5, time: WallTime(milliseconds: Sample.start),
            kind: .progress(progress, of: record))
        let text = String(decoding: EventBody.bytes(of: event, attempt: 2, url: \.fileName), as: UTF8.self)
        #expect(
            text == #"{"action":"event_notify","event":"duo_callback.\#(progress.name.token)","id":"\#(record.id)","#
                + #""subaccount_id":null,\#(members)"user_data":null,"event_id":"\#(Sample.id(4))","seq":5,"#
                + #""event_time":\#(Sample.start),"attempt":2}"#)
    }

    @Test("Any text survives in JSON")
    func escaping() throws {
        let text = String(String.UnicodeScalarView((0...0x2FF).compactMap(Unicode.Scalar.init))) + "\u{10FFFF}😀\u{2028}"
        var record = Sample.ended(1)
        record.request.userData = text
        #expect(try object(record)["user_data"] as? String == text)
    }
}
