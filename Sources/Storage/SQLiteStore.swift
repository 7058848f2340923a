public import CallModel
import Foundation
import GRDB
import Synchronization

/// The store in one SQLite file (with its `-wal` and `-shm` beside it).
///
/// A commit that returned survives the loss of power. An empty list of writes is committed too, as proof that
/// the store can write. Reads do not wait for writes.
public final class SQLiteStore: CallStore {
    /// The log holds some 16 MB before it is carried over.
    private static let pagesInLog = 4000

    let pool: DatabasePool
    private let checkpointer: Checkpointer
    private let writer = Mutex(TransactionWriter())

    /// Opens the file or makes it, and brings its tables up to date.
    /// - Parameter path: the file; only its owner may read it, because it holds secret keys.
    /// - Throws: `StoreFailure`; `.newerSchema` when a newer release wrote the file.
    public convenience init(path: String) throws(StoreFailure) {
        try self.init(path: path, pagesInLog: SQLiteStore.pagesInLog)
    }

    init(path: String, pagesInLog: Int) throws(StoreFailure) {
        pool = try asStoreFailure {
            try SQLiteStore.makeFile(path)
            return try DatabasePool(path: path, configuration: SQLiteStore.configuration)
        }
        checkpointer = try asStoreFailure { try Checkpointer(path: path, after: pagesInLog) }
        try asStoreFailure {
            try refuseNewerSchema(path)
            try Schema.migrator.migrate(pool)
            try commitThroughPowerLoss(pagesInLog: pagesInLog)
            let last = try pool.read { try OutboxRows.lastNumber(in: $0) }
            writer.withLock { $0.lastOutboxNumber = last }
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
    private func commitThroughPowerLoss(pagesInLog: Int) throws {
        try pool.writeWithoutTransaction { db in
            // What is written is the newest part of each table and index: half of SQLite's usual cache holds it. A log that
            // the checkpointer cannot keep short is carried over by the transactions themselves.
            try db.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA wal_autocheckpoint = \(4 * pagesInLog);
                    PRAGMA cache_size = -1000
                    """)
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
        try asStoreFailure {
            // The connection that writes goes first: after it nothing asks for a checkpoint.
            try pool.close()
            try checkpointer.close()
        }
    }

    // MARK: CallStore

    @discardableResult
    public func commit(_ writes: [StoreWrite]) throws -> [OutboxEntry] {
        try asStoreFailure {
            try writer.withLock { writer in
                do {
                    try commit(writes, by: &writer)
                    return writer.takeAdded()
                } catch {
                    writer.undone()
                    throw error
                }
            }
        }
    }

    private func commit(_ writes: [StoreWrite], by writer: inout TransactionWriter) throws {
        try pool.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                if writes.isEmpty { try db.execute(sql: "UPDATE probes SET count = count + 1") }
                for write in writes { try writer.apply(write, to: db) }
                return .commit
            }
            checkpointer.wrote(pages: db.takeWrittenPages())
        }
    }

    public func call(_ id: CallID) throws -> CallRecord? {
        try read { db in
            var statement = try BoundStatement(CallRows.select + " WHERE calls.id = ?", in: db)
            statement.append(id)
            return try statement.rows { try CallRows.read(&$0).record }.first
        }
    }

    public func calls(matching query: CallQuery) throws -> Page<CallRecord> {
        try read { try CallLists.page(query, in: $0) }
    }

    public func forgettableCalls(acceptedBefore time: WallTime, limit: Int) throws -> [CallID] {
        try read { try CallRows.forgettable(acceptedBefore: time, limit: limit, in: $0) }
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

    public func voiceFiles() throws -> [VoiceFile] {
        try read { try VoiceFileRows.current(in: $0) }
    }

    public func voiceFiles(deletedBefore time: WallTime) throws -> [VoiceFileID] {
        try read { try VoiceFileRows.deleted(before: time, in: $0) }
    }

    public func recording(_ id: RecordingID) throws -> Recording? {
        try read { try RecordingRows.recording(id, in: $0) }
    }

    public func recordings(matching query: RecordingQuery) throws -> Page<Recording> {
        try read { try RecordingRows.page(query, in: $0) }
    }

    public func recordingsInProgress() throws -> [Recording] {
        try read { try RecordingRows.inProgress(in: $0) }
    }

    public func registeredPhones() throws -> [String: [PhoneBinding]] {
        try read { try PhoneRows.all(in: $0) }
    }

    public func finishingRecordings(limit: Int) throws -> [FinishingRecording] {
        try read { try RecordingRows.finishing(limit: limit, in: $0) }
    }

    public func recordings(beganBefore time: WallTime, limit: Int) throws -> [Recording] {
        try read { try RecordingRows.ready(beganBefore: time, limit: limit, in: $0) }
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws(StoreFailure) -> Value {
        try asStoreFailure { try pool.read(body) }
    }
}
