import CallFlow
import CallModel
import CallTracing
import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO

extension Switchboard {
    /// Ends the calls that were alive when the server stopped: BYE on every confirmed dialog, CANCEL for every INVITE
    /// that had a provisional response, and the final record with its event.
    mutating func recover(_ interrupted: [InterruptedCall], wallTime: WallTime, at now: Instant) {
        for call in interrupted {
            for party in Party.allCases {
                if let sipCallID = call.record[party].sipCallID {
                    exchange.traces.begin(sipCallID, of: party, of: call.record.id, wallTime: wallTime, at: now)
                }
                release(call.record[party], at: now)
            }
            exchange.traces.finish(call.record.id, at: now)
            let ending = report(call, wallTime: wallTime)
            guard call.cancelled != nil else { continue }
            let found = CancelledCall(state: call.record.state, duration: ending.duration)
            cancels.remember(call.record.id, of: call.record.request, as: found, at: now)
        }
    }

    private mutating func release(_ leg: LegRecord, at now: Instant) {
        let reason = ReasonHeader.q850(Q850Cause.temporaryFailure.rawValue)
        let trunk = exchange.trunks.trunks.firstIndex { $0.name == leg.trunk }
        let listener = trunk.map { exchange.trunks.trunks[$0].flow.listener } ?? 0
        let account = trunk.map { AccountID(index: $0) }
        switch leg.signalling {
        case .confirmed(let snapshot):
            guard let dialog = DialogState(snapshot, listener: listener),
                let session = exchange.agent.restore(dialog, as: account)
            else { return }
            exchange.assignToNobody(session)
            exchange.accept(exchange.agent.hangUp(session, reason: reason, at: now))
        case .early(let snapshot):
            guard let invite = InviteState(snapshot, listener: listener),
                let session = exchange.agent.restore(invite, as: account, at: now)
            else { return }
            exchange.assignToNobody(session)
            exchange.accept(exchange.agent.cancel(session, reason: reason, at: now))
        case nil: break
        }
    }

    private mutating func report(_ call: InterruptedCall, wallTime: WallTime) -> CallEnding {
        var record = call.record
        record.state = .ended
        record.endTime = max(wallTime, record.latestTime)
        let ending = CallEnding(
            reason: call.cancelled ?? .platformRestart, hangupBy: nil, duration: record.talkedSeconds)
        record.ending = ending
        for party in Party.allCases {
            record[party].signalling = nil
            if record[party].dialTime != nil { record[party].endTime = record[party].endTime ?? record.endTime }
        }
        var events: [CallEvent] = []
        if call.cancelled == nil || record.request.notifiesOnCancel {
            record.eventCount += 1
            events.append(.end(of: record, using: &exchange.entropy))
        }
        exchange.perform(.store([.ended(record, events: events)], nil))
        countEnding(record)
        return ending
    }
}

extension CallRecord {
    /// The latest time that is known of the call before its end.
    fileprivate var latestTime: WallTime {
        let legs = [leg1, leg2].flatMap { [$0.dialTime, $0.ringTime, $0.answerTime, $0.endTime] }
        return (legs + [connectTime]).compactMap { $0 }.reduce(beginTime, max)
    }

    /// From the connection to the end by the wall clock, at most what was allowed; there is no other clock across a restart.
    fileprivate var talkedSeconds: Int {
        guard let connectTime, let endTime else { return 0 }
        let seconds = Int((endTime.milliseconds - connectTime.milliseconds) / 1000)
        return min(seconds, Int(request.maxCallDuration.components.seconds))
    }
}
