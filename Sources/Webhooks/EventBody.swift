import CallModel
import SansIO

/// The JSON body of an event's delivery. Every key is present, `null` where there is nothing to tell.
enum EventBody {
    /// - Parameters:
    ///   - attempt: from 1.
    ///   - url: makes the link that is owed.
    static func bytes(of event: CallEvent, attempt: Int, url: (OwedLink) -> String) -> [UInt8] {
        var object = JSONObject()
        object.add("action", "event_notify")
        switch event.kind {
        case .end(let record): object.addEnd(of: record)
        case .progress(let progress, let record): object.add(progress, of: record)
        case .recordingLink(let link, let record): object.addLink(url(link), to: link.recording, of: record)
        }
        object.add("event_id", event.id.description)
        object.add("seq", Int64(event.sequence))
        object.add("event_time", event.time.milliseconds)
        object.add("attempt", Int64(attempt))
        return object.finish()
    }
}

extension JSONObject {
    fileprivate mutating func addLink(_ url: String, to recording: RecordingID, of record: CallRecord) {
        add("event", "recording.url_generate")
        add("id", recording.description)
        add("subaccount_id", record.request.subaccount?.rawValue)
        add("callId", record.id.description)
        add("url", url)
    }

    fileprivate mutating func addEnd(of record: CallRecord) {
        add("event", "duo_callback.end")
        add("id", record.id.description)
        add("subaccount_id", record.request.subaccount?.rawValue)
        add("begin_time", record.beginTime.milliseconds)
        add("end_time", record.endTime?.milliseconds)
        add("answer_time1", record.leg1.answerTime?.milliseconds)
        add("answer_time2", record.leg2.answerTime?.milliseconds)
        add("hangup_by", Int64(record.ending?.hangupBy?.rawValue ?? 0))
        add("duration", Int64(record.ending?.duration ?? 0))
        add("record_file", record.recordFile)
        add("reason", record.ending?.reason.words)
        add("error", record.ending?.reason.errorCode)
        add("user_data", record.request.userData)
        if !record.request.events.isEmpty { addMore(of: record) }
    }

    /// What those are told who ask for events.
    private mutating func addMore(of record: CallRecord) {
        add("end_reason", record.ending?.reason.token)
        add("dial_time1", record.leg1.dialTime?.milliseconds)
        add("dial_time2", record.leg2.dialTime?.milliseconds)
        add("ring_time1", record.leg1.ringTime?.milliseconds)
        add("ring_time2", record.leg2.ringTime?.milliseconds)
        add("from1", record.leg1.from)
        add("to1", record.request.to1.text)
        add("from2", record.leg2.from)
        add("to2", record.request.to2.text)
        add("leg1") { $0.addLeg(record.leg1, userData: record.request.userData1) }
        add("leg2") { $0.addLeg(record.leg2, userData: record.request.userData2) }
    }

    private mutating func addLeg(_ leg: LegRecord, userData: String?) {
        add("sip_status", leg.sipStatus.map { Int64($0) })
        add("sip_reason", leg.sipReason)
        add("q850", leg.q850.map { Int64($0) })
        add("pdd_ms", leg.postDialDelay?.wholeMilliseconds)
        add("codec", leg.codec)
        add("packets", leg.media.map { Int64(clamping: $0.packetsReceived) })
        add("loss", decimal: leg.media?.quality.map { $0.loss * 100 })
        add("jitter_ms", decimal: leg.media?.quality.map { $0.jitter / .milliseconds(1) })
        add("mos", decimal: leg.media?.quality?.meanOpinionScore)
        add("user_data", userData)
    }

    fileprivate mutating func add(_ progress: CallProgress, of record: CallRecord) {
        add("event", "duo_callback.\(progress.name.token)")
        add("id", record.id.description)
        add("subaccount_id", record.request.subaccount?.rawValue)
        if let party = progress.party { add("party", Int64(party.rawValue)) }
        switch progress {
        case .dial(let party):
            add("from", record[party].from)
            add("to", record.request.destination(of: party).text)
        case .fail(let party, let failure):
            let reason = EndReason.failed(party, failure)
            add("end_reason", reason.token)
            add("reason", reason.words)
            add("error", reason.errorCode)
            add("sip_status", record[party].sipStatus.map { Int64($0) })
            add("q850", record[party].q850.map { Int64($0) })
        case .confirm(_, let isGiven): add("confirmed", isGiven)
        case .countdown(let rest): add("remaining", rest.components.seconds)
        case .recordEnd(let file), .recordFail(let file): add(file)
        case .ring, .answer, .hangup, .connected, .mediaAlert: break
        }
        add("user_data", record.request.userData)
    }

    private mutating func add(_ file: RecordedFile) {
        add("record_file", file.samples > 0 ? file.name : nil)
        add("duration", file.samples / 8000)
        add("size", file.bytes)
    }
}
