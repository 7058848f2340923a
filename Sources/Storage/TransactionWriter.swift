import CallModel
import GRDB

/// Turns writes into rows; remembers what the writing connection would otherwise look up for every write.
struct TransactionWriter {
    /// The last number that an outbox entry got; none is used twice while the store is open, because readers ask for
    /// what came after the last one that they saw.
    var lastOutboxNumber: Int64 = 0
    /// The row numbers of calls that are not over.
    private var liveNumbers: [CallID: Int64] = [:]
    /// What the transaction put into the outbox.
    private var added: [OutboxEntry] = []

    /// The transaction was undone: nothing that was learnt in it holds.
    mutating func undone() {
        liveNumbers = [:]
        added = []
    }

    /// The transaction is durable. Returns what it put into the outbox, in order.
    mutating func takeAdded() -> [OutboxEntry] {
        defer { added = [] }
        return added
    }

    mutating func apply(_ write: StoreWrite, to db: Database) throws {
        switch write {
        case .accepted(let record, let replay):
            let number = try CallRows.insert(record, into: db)
            if let replay { try ReplayRows.insert(replay, call: number, in: db) }
            liveNumbers[record.id] = number
        case .progressed(let id, let state, let connectTime, let party, let leg):
            let number = try number(of: id, in: db)
            try CallRows.progress(number, to: state, connectTime: connectTime, in: db)
            try LegRows.put(leg, of: party, call: number, in: db)
        case .cancelled(let id, let reason): try CallRows.cancel(number(of: id, in: db), reason: reason, in: db)
        case .told(let id, let target, let events): try tell(events, of: id, to: target, in: db)
        case .ended(let record, let events): try end(record, events, in: db)
        case .delivered(let number): try OutboxRows.delete(number, in: db)
        case .attemptFailed(let number, let attempts, let retry, let error):
            try OutboxRows.retry(number, attempts: attempts, due: retry, error: error, in: db)
        case .deadLettered(let number, let attempts, let error, let time):
            try OutboxRows.bury(number, attempts: attempts, error: error, at: time, in: db)
        case .provisioned(let directory): try TenantRows.put(directory, in: db)
        case .forgetReplays(let time): try ReplayRows.forget(before: time, in: db)
        case .forgetCalls(let ids): for id in ids { try CallRows.forget(id, in: db) }
        case .voiceFileStored(let file): try VoiceFileRows.insert(file, in: db)
        case .voiceFileDeleted(let id, let time): try VoiceFileRows.delete(id, at: time, in: db)
        case .voiceFileForgotten(let id): try VoiceFileRows.forget(id, in: db)
        case .recordingBegan(let recording):
            let call = try number(of: recording.call, in: db)
            try CallRows.noteRecording(recording.fileName, of: call, in: db)
            try RecordingRows.insert(recording, call: call, in: db)
        case .recordingEnded(let id, let samples, let bytes):
            try RecordingRows.end(id, samples: samples, bytes: bytes, as: .finishing, in: db)
        case .recordingFailed(let id, let samples, let bytes):
            try RecordingRows.end(id, samples: samples, bytes: bytes, as: samples > 0 ? .finishing : .failed, in: db)
        case .recordingAwaited(let id, let duration): try RecordingRows.await(id, for: duration, in: db)
        case .recordingFinished(let id, let samples, let bytes, let sha256, let events):
            try RecordingRows.finish(id, samples: samples, bytes: bytes, sha256: sha256, in: db)
            for event in events { try tell(event, in: db) }
        case .recordingDeleted(let id): try RecordingRows.delete(id, in: db)
        case .phonesRegistered(let user, let phones): try PhoneRows.replace(user, with: phones, in: db)
        }
    }

    private mutating func number(of id: CallID, in db: Database) throws -> Int64 {
        if let number = liveNumbers[id] { return number }
        guard let number = try CallRows.findLive(id, in: db) else {
            throw StoreFailure.conflict("call \(id) is unknown or over")
        }
        liveNumbers[id] = number
        return number
    }

    private mutating func end(_ record: CallRecord, _ events: [CallEvent], in db: Database) throws {
        let call = try number(of: record.id, in: db)
        liveNumbers[record.id] = nil
        try CallRows.end(call, as: record, in: db)
        for party in Party.allCases { try LegRows.put(record[party], of: party, call: call, in: db) }
        guard let target = record.request.eventTarget else { return }
        try put(events, to: target, call: call, in: db)
    }

    private mutating func put(_ events: [CallEvent], to target: EventTarget, call: Int64, in db: Database) throws {
        for event in events {
            lastOutboxNumber += 1
            try OutboxRows.insert(event, as: lastOutboxNumber, to: target, call: call, in: db)
            added.append(OutboxEntry(number: lastOutboxNumber, event: event, target: target, due: event.time))
        }
    }

    private mutating func tell(
        _ events: [CallEvent], of id: CallID, to target: EventTarget, in db: Database
    ) throws {
        if let last = events.last, let call = try liveNumbers[id] ?? CallRows.findLive(id, in: db) {
            try CallRows.noteEvents(last.sequence, of: call, in: db)
            try put(events, to: target, call: call, in: db)
        } else {
            for event in events { try tell(event, in: db) }
        }
    }

    /// An event of a call that is over.
    private mutating func tell(_ event: CallEvent, in db: Database) throws {
        guard let counted = try CallRows.countEvent(of: event.call, in: db), let target = counted.target else {
            throw StoreFailure.conflict("call \(event.call) is not over, or has no receiver")
        }
        var event = event
        event.sequence = counted.sequence
        try put([event], to: target, call: counted.call, in: db)
    }
}
