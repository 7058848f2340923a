import CallFlow
import CallModel
import SansIO

extension CallSession {
    /// Tells the application what happened, if it asked for that.
    func announce(_ progress: CallProgress, at now: Instant, _ exchange: inout Exchange) {
        guard record.request.events.contains(progress.name), record.request.eventTarget != nil else { return }
        record.eventCount += 1
        untold.append(
            CallEvent(
                id: CallID(using: &exchange.entropy), call: id, sequence: record.eventCount, time: wallTime(at: now),
                kind: .progress(progress, of: record)))
    }

    /// The end is fixed, and with it that a party failed.
    func announceFailure(_ ending: CallEnding, at now: Instant, _ exchange: inout Exchange) {
        guard case .failed(let party, let failure) = ending.reason, !isFailureAnnounced else { return }
        isFailureAnnounced = true
        announce(.fail(party, failure), at: now, &exchange)
    }

    /// What was not handed to the store yet.
    func takeUntold() -> [CallEvent] {
        defer { untold = [] }
        return untold
    }
}

extension CallEvent {
    /// `duo_callback.end` for a call that is over.
    static func end(of record: CallRecord, using entropy: inout Entropy) -> CallEvent {
        CallEvent(
            id: CallID(using: &entropy), call: record.id, sequence: record.eventCount,
            time: record.endTime ?? record.beginTime, kind: .end(record))
    }
}
