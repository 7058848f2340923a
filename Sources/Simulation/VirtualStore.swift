import CallModel
import CallSwitching

/// What is durable in a run, and the checks on it.
struct VirtualStore {
    private(set) var live: [CallID: CallRecord] = [:]
    private var cancelled: [CallID: EndReason] = [:]
    private(set) var ended: [CallID: CallRecord] = [:]
    private(set) var events: [CallID: Int] = [:]
    private(set) var accepted: [CallID] = []
    private(set) var violations: [Violation] = []

    mutating func commit(_ writes: [StoreWrite]) {
        for write in writes { commit(write) }
    }

    private mutating func commit(_ write: StoreWrite) {
        switch write {
        case .accepted(let record, _):
            live[record.id] = record
            accepted.append(record.id)
        case .progressed(let id, let state, let connectTime, let party, let leg):
            live[id]?.state = state
            live[id]?.connectTime = connectTime
            live[id]?[party] = leg
        case .cancelled(let id, let reason): cancelled[id] = reason
        case .ended(let record, let events): end(record, events)
        case .delivered, .attemptFailed, .deadLettered, .provisioned, .forgetReplays, .forgetCalls,
            .voiceFileStored, .voiceFileDeleted, .voiceFileForgotten, .recordingBegan, .recordingEnded,
            .recordingFailed,
            .recordingAwaited, .recordingFinished, .recordingDeleted:
            break
        }
    }

    private mutating func end(_ record: CallRecord, _ events: [CallEvent]) {
        if live.removeValue(forKey: record.id) == nil { complain(.record, "\(record.id) ended without having lived") }
        if ended[record.id] != nil { complain(.record, "\(record.id) ended twice") }
        if record.ending == nil { complain(.record, "\(record.id) ended without an ending") }
        if !record.timesAreInOrder { complain(.record, "\(record.id) has times out of order") }
        ended[record.id] = record
        self.events[record.id, default: 0] += events.count
        let expected = cancelled[record.id] == nil ? 1 : 0
        if events.count != expected { complain(.event, "\(record.id) has \(events.count) events, not \(expected)") }
    }

    private mutating func complain(_ rule: Rule, _ words: String) { violations.append(Violation(rule, words)) }

    /// What a server that starts finds.
    var interrupted: [InterruptedCall] {
        accepted.compactMap { live[$0] }.map { InterruptedCall(record: $0, cancelled: cancelled[$0.id]) }
    }
}

extension CallRecord {
    fileprivate var timesAreInOrder: Bool {
        let first = [beginTime, leg1.dialTime, leg1.ringTime, leg1.answerTime, endTime].compactMap { $0 }
        let second = [beginTime, leg2.dialTime, leg2.ringTime, leg2.answerTime, connectTime, endTime].compactMap { $0 }
        return [first, second].allSatisfy { times in zip(times, times.dropFirst()).allSatisfy { $0 <= $1 } }
    }
}
