import CallModel

/// The JSON body of an event's delivery. Every key is present, `null` where there is nothing to tell.
enum EventBody {
    /// - Parameter attempt: from 1.
    static func bytes(of event: CallEvent, attempt: Int) -> [UInt8] {
        var object = JSONObject()
        object.add("action", "event_notify")
        switch event.kind {
        case .end(let record): object.addEnd(of: record)
        case .recordingLink(let id, let url, let record): object.addLink(url, to: id, of: record)
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
        add("record_file", nil as String?)
        add("reason", record.ending?.reason.words)
        add("error", record.ending?.reason.errorCode)
        add("user_data", record.request.userData)
    }
}
