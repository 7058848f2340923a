import CallModel

/// Calls as the reading routes tell them; times are epoch milliseconds, and every key is always present.
extension JSONText {
    mutating func call(_ call: CallRecord) {
        object { text in
            text.member("callId", call.id.description)
            text.member("state", call.state.rawValue)
            text.member("subaccount_id", call.request.subaccount?.rawValue)
            text.member("from1", call.request.from1?.dialled)
            text.member("to1", call.request.to1.text)
            text.member("from2", call.request.from2?.dialled)
            text.member("to2", call.request.to2.text)
            text.member("user_data", call.request.userData)
            text.member("begin_time", call.beginTime.milliseconds)
            text.member("connect_time", call.connectTime?.milliseconds)
            text.member("end_time", call.endTime?.milliseconds)
            text.member("record_file", call.recordFile)
            text.ending(call.ending)
            text.leg("leg1", call, .first)
            text.leg("leg2", call, .second)
        }
    }

    private mutating func ending(_ ending: CallEnding?) {
        member("end_reason", ending?.reason.token)
        member("error", ending?.reason.errorCode)
        member("reason", ending?.reason.words)
        member("hangup_by", ending.map { $0.hangupBy?.rawValue ?? 0 })
        member("duration", ending?.duration)
    }

    private mutating func leg(_ name: StaticString, _ call: CallRecord, _ party: Party) {
        let leg = call[party]
        self.name(name)
        object { text in
            text.member("from", leg.from)
            text.member("to", call.request.destination(of: party).text)
            text.member("trunk", leg.trunk?.rawValue)
            text.member("dial_time", leg.dialTime?.milliseconds)
            text.member("ring_time", leg.ringTime?.milliseconds)
            text.member("answer_time", leg.answerTime?.milliseconds)
            text.member("end_time", leg.endTime?.milliseconds)
            text.member("sip_call_id", leg.sipCallID)
            text.member("sip_status", leg.sipStatus)
            text.member("sip_reason", leg.sipReason)
            text.member("q850", leg.q850)
            text.member("pdd_ms", leg.postDialDelay?.wholeMilliseconds)
            text.member("codec", leg.codec)
            text.member("packets_received", leg.media?.packetsReceived)
            text.member("packets_sent", leg.media?.packetsSent)
            text.member("packets_lost", leg.media?.packetsLost)
            text.quality(leg.media?.quality)
            text.member("user_data", call.request.userData(of: party))
        }
    }

    private mutating func quality(_ quality: HearingQuality?) {
        member("loss", decimal: quality.map { $0.loss * 100 })
        member("jitter_ms", decimal: quality.map { $0.jitter / .milliseconds(1) })
        member("rtt_ms", decimal: quality?.roundTrip.map { $0 / .milliseconds(1) })
        member("mos", decimal: quality?.meanOpinionScore)
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
