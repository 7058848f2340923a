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
        case .ended(let record, let events): try end(record, events, in: db)
        case .delivered(let number): try OutboxRows.delete(number, in: db)
        case .attemptFailed(let number, let attempts, let retry, let error):
            try OutboxRows.retry(number, attempts: attempts, due: retry, error: error, in: db)
        case .deadLettered(let number, let attempts, let error, let time):
            try OutboxRows.bury(number, attempts: attempts, error: error, at: time, in: db)
        case .provisioned(let directory): try TenantRows.put(directory, in: db)
        case .forgetReplays(let time): try ReplayRows.forget(before: time, in: db)
        case .forgetCalls(let ids): for id in ids { try CallRows.forget(id, in: db) }
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
        for event in events {
            lastOutboxNumber += 1
            try OutboxRows.insert(event, as: lastOutboxNumber, to: target, call: call, in: db)
            added.append(OutboxEntry(number: lastOutboxNumber, event: event, target: target, due: event.time))
        }
    }
}
