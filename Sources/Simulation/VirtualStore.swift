import CallModel
import CallSwitching

/// What is durable in a run, and the checks on it.
struct VirtualStore {
    private(set) var live: [CallID: CallRecord] = [:]
    private var cancelled: [CallID: EndReason] = [:]
    private(set) var ended: [CallID: CallRecord] = [:]
    private(set) var accepted: [CallID] = []
    private var events = EventLedger()
    private var recordings = RecordingLedger()
    private var ownViolations: [Violation] = []

    var violations: [Violation] { ownViolations + events.violations + recordings.violations }

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
        case .told(let id, _, let events): tell(events, of: id)
        case .recordingBegan(let recording): recordings.begin(recording)
        case .recordingEnded(let id, _, _), .recordingFailed(let id, _, _): recordings.end(id)
        case .ended(let record, let events): end(record, events)
        case .delivered, .attemptFailed, .deadLettered, .provisioned, .forgetReplays, .forgetCalls, .voiceFileStored,
            .voiceFileDeleted, .voiceFileForgotten, .recordingAwaited, .recordingFinished, .recordingDeleted,
            .phonesRegistered:
            break
        }
    }

    private mutating func end(_ record: CallRecord, _ events: [CallEvent]) {
        if live.removeValue(forKey: record.id) == nil { complain(.record, "\(record.id) ended without having lived") }
        if ended[record.id] != nil { complain(.record, "\(record.id) ended twice") }
        if record.ending == nil { complain(.record, "\(record.id) ended without an ending") }
        if !record.timesAreInOrder { complain(.record, "\(record.id) has times out of order") }
        ended[record.id] = record
        self.events.tell(events, of: record)
        self.events.close(record, expectsEnd: cancelled[record.id] == nil || record.request.notifiesOnCancel)
    }

    private mutating func tell(_ events: [CallEvent], of id: CallID) {
        if let record = live[id] {
            self.events.tell(events, of: record)
            live[id]?.eventCount += events.count
        } else if let record = ended[id] {
            for event in events {
                var numbered = event
                ended[id]?.eventCount += 1
                numbered.sequence = ended[id]?.eventCount ?? 0
                self.events.tell([numbered], of: record)
            }
        }
    }

    /// The server was killed.
    mutating func crash() { recordings.crash() }

    /// Nothing more comes.
    mutating func close() { recordings.close() }

    private mutating func complain(_ rule: Rule, _ words: String) { ownViolations.append(Violation(rule, words)) }

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
