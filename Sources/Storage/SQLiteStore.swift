public import CallModel
import Foundation
import GRDB

/// The store in one SQLite file (with its `-wal` and `-shm` beside it).
///
/// A commit that returned survives the loss of power. An empty list of writes is committed too, as proof that
/// the store can write. Reads do not wait for writes.
public final class SQLiteStore: CallStore {
    private let pool: DatabasePool

    /// Opens the file or makes it, and brings its tables up to date.
    /// - Parameter path: the file; only its owner may read it, because it holds secret keys.
    /// - Throws: `StoreFailure`; `.newerSchema` when a newer release wrote the file.
    public init(path: String) throws(StoreFailure) {
        pool = try asStoreFailure {
            try SQLiteStore.makeFile(path)
            return try DatabasePool(path: path, configuration: SQLiteStore.configuration)
        }
        try asStoreFailure {
            try refuseNewerSchema(path)
            try Schema.migrator.migrate(pool)
            try commitThroughPowerLoss()
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "store"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        return configuration
    }

    private static func makeFile(_ path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if FileManager.default.fileExists(atPath: path) { return }
        let readableByOwner: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: readableByOwner) else {
            throw StoreFailure.unavailable("cannot make \(path)")
        }
    }

    private func refuseNewerSchema(_ path: String) throws {
        let superseded = try pool.read { try Schema.migrator.hasBeenSuperseded($0) }
        if superseded { throw StoreFailure.newerSchema(path: path) }
    }

    /// `DatabasePool` sets `synchronous` to NORMAL while it opens, so it is set afterwards, and looked at.
    private func commitThroughPowerLoss() throws {
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
        }
        let settings = try durability()
        guard settings == Durability(journal: "wal", synchronous: 2) else {
            throw StoreFailure.unavailable("journal \(settings.journal), synchronous \(settings.synchronous)")
        }
    }

    struct Durability: Hashable {
        var journal: String
        /// 2 is FULL.
        var synchronous: Int
    }

    /// What the connection that writes has set.
    func durability() throws -> Durability {
        try pool.writeWithoutTransaction { db in
            Durability(
                journal: try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? "",
                synchronous: try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 0)
        }
    }

    /// Closes the file; later calls fail. Without it the file is closed when the last reference goes.
    public func close() throws(StoreFailure) {
        try asStoreFailure { try pool.close() }
    }

    // MARK: CallStore

    public func commit(_ writes: [StoreWrite]) throws {
        try asStoreFailure {
            try pool.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    if writes.isEmpty { try db.execute(sql: "UPDATE probes SET count = count + 1") }
                    for write in writes { try write.apply(to: db) }
                    return .commit
                }
            }
        }
    }

    public func call(_ id: CallID) throws -> CallRecord? {
        try read { db in
            let statement = try db.cachedStatement(sql: CallRows.select + " WHERE calls.id = ?")
            guard let row = try Row.fetchOne(statement, arguments: [id.blob]) else { return nil }
            var columns = ColumnReader(row)
            return try CallRows.read(&columns).record
        }
    }

    public func calls(matching query: CallQuery) throws -> Page<CallRecord> {
        try read { try CallLists.page(query, in: $0) }
    }

    public func liveCalls() throws -> [(record: CallRecord, cancelled: EndReason?)] {
        try read { try CallLists.live(in: $0) }
    }

    public func tenants() throws -> TenantDirectory {
        try read { try TenantRows.directory(in: $0) }
    }

    public func rememberedCalls(notExpiredAt time: WallTime) throws -> [RememberedCall] {
        try read { try ReplayRows.remembered(notExpiredAt: time, in: $0) }
    }

    public func outbox(after number: Int64, limit: Int) throws -> [OutboxEntry] {
        try read { try OutboxRows.entries(in: $0, after: number, limit: limit) }
    }

    public func outbox(to url: String, dueAt time: WallTime, limit: Int) throws -> DueEntries {
        try read { try OutboxRows.due(in: $0, to: url, at: time, limit: limit) }
    }

    public func outboxSummary() throws -> OutboxSummary {
        try read { try OutboxRows.summary(in: $0) }
    }

    public func deadLetters(limit: Int) throws -> [OutboxEntry] {
        try read { try OutboxRows.deadLetters(in: $0, limit: limit) }
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws(StoreFailure) -> Value {
        try asStoreFailure { try pool.read(body) }
    }
}

extension StoreWrite {
    fileprivate func apply(to db: Database) throws {
        switch self {
        case .accepted(let record, let replay):
            let number = try CallRows.insert(record, into: db)
            if let replay { try ReplayRows.insert(replay, call: number, in: db) }
        case .progressed(let id, let state, let connectTime, let party, let leg):
            let number = try CallRows.progress(id, to: state, connectTime: connectTime, in: db)
            try LegRows.put(leg, of: party, call: number, in: db)
        case .cancelled(let id, let reason): try CallRows.cancel(id, reason: reason, in: db)
        case .ended(let record, let events): try SQLiteStore.end(record, events, in: db)
        case .delivered(let number): try OutboxRows.delete(number, in: db)
        case .attemptFailed(let number, let attempts, let retry, let error):
            try OutboxRows.retry(number, attempts: attempts, due: retry, error: error, in: db)
        case .deadLettered(let number, let attempts, let error, let time):
            try OutboxRows.bury(number, attempts: attempts, error: error, at: time, in: db)
        case .provisioned(let directory): try TenantRows.put(directory, in: db)
        case .forgetReplays(let time): try ReplayRows.forget(before: time, in: db)
        }
    }
}

extension SQLiteStore {
    fileprivate static func end(_ record: CallRecord, _ events: [CallEvent], in db: Database) throws {
        let number = try CallRows.end(record, in: db)
        for party in Party.allCases { try LegRows.put(record[party], of: party, call: number, in: db) }
        guard let target = record.request.eventTarget else { return }
        for event in events { try OutboxRows.insert(event, to: target, call: number, in: db) }
    }
}
