import CallModel
import Foundation
import GRDB
import Testing

@testable import Storage

@Suite struct SQLiteStoreTests {
    @Test("The connection that writes has WAL and synchronous FULL")
    func durability() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database)
        #expect(try store.durability() == SQLiteStore.Durability(journal: "wal", synchronous: 2))
        try store.commit([.accepted(Sample.call(1), replay: nil)])
        #expect(try store.durability() == SQLiteStore.Durability(journal: "wal", synchronous: 2))
    }

    @Test("What was committed is there after a crash: the files as they lie are opened by another store")
    func crash() throws {
        let folder = TemporaryFolder()
        let copy = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database)
        let over = Sample.ended(2)
        try store.commit([
            .provisioned(Sample.directory()), .accepted(Sample.call(1), replay: Sample.replay(1)),
            .accepted(Sample.call(2), replay: nil),
            .progressed(
                Sample.id(1), state: .answered1, connectTime: nil, party: .first, leg: Sample.confirmedLeg()),
            .ended(over, events: [Sample.end(of: over)]),
        ])
        try store.commit([.cancelled(Sample.id(1), .cancelled(.second))])
        try FileManager.default.copyItem(atPath: folder.path, toPath: copy.path)

        let reopened = try SQLiteStore(path: copy.database)
        let live = try reopened.liveCalls()
        #expect(live.map(\.record.id) == [Sample.id(1)])
        #expect(live.first?.cancelled == .cancelled(.second))
        #expect(live.first?.record.leg1 == Sample.confirmedLeg())
        #expect(try reopened.outbox(after: 0, limit: 10).map(\.event) == [Sample.end(of: over)])
        #expect(try reopened.tenants() == Sample.directory())
        #expect(try reopened.rememberedCalls(notExpiredAt: Sample.time(0)).map(\.call) == [Sample.id(1)])
    }

    @Test("A transaction that the crash cut off is not there")
    func tornCommit() throws {
        let folder = TemporaryFolder()
        let copy = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database)
        try store.commit([.accepted(Sample.call(1), replay: nil)])
        let before = try FileManager.default.attributesOfItem(atPath: folder.database + "-wal")[.size] as? UInt64
        let over = Sample.ended(1)
        try store.commit([.ended(over, events: [Sample.end(of: over)])])
        try FileManager.default.copyItem(atPath: folder.path, toPath: copy.path)
        let log = try #require(FileHandle(forWritingAtPath: copy.database + "-wal"))
        try log.truncate(atOffset: try #require(before) + 100)
        try log.close()
        try FileManager.default.removeItem(atPath: copy.database + "-shm")

        let reopened = try SQLiteStore(path: copy.database)
        #expect(try reopened.call(Sample.id(1)) == Sample.call(1))
        #expect(try reopened.outbox(after: 0, limit: 10).isEmpty)
    }

    private func size(_ path: String) throws -> UInt64 {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64)
    }

    @Test("The checkpointer carries the log over when enough was written, and then it begins anew")
    func checkpoint() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database)
        for number in 1...50 as ClosedRange<UInt64> { try store.commit([.accepted(Sample.call(number), replay: nil)]) }
        let (file, log) = (try size(folder.database), try size(folder.database + "-wal"))
        let idle = try Checkpointer(path: folder.database, after: 10)
        idle.wrote(pages: 9)
        try idle.close()
        #expect(try size(folder.database) == file)
        let checkpointer = try Checkpointer(path: folder.database, after: 10)
        checkpointer.wrote(pages: 9)
        checkpointer.wrote(pages: 1)
        try checkpointer.close()
        #expect(try size(folder.database) > file)
        try store.commit([.accepted(Sample.call(51), replay: nil)])
        #expect(try size(folder.database + "-wal") == log)
        #expect(try store.liveCalls().count == 51)
    }

    @Test("A log that is written faster than it is carried over stays short all the same")
    func busyLog() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database, pagesInLog: 20)
        for number in 1...500 as ClosedRange<UInt64> { try store.commit([.accepted(Sample.call(number), replay: nil)]) }
        #expect(try size(folder.database + "-wal") < 200 * 4_200)
        try store.close()
        #expect(try SQLiteStore(path: folder.database).liveCalls().count == 500)
    }

    @Test("A store is opened again after it was closed, and only its owner can read the file")
    func reopened() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database)
        try store.commit([.accepted(Sample.call(1), replay: nil)])
        try store.close()
        #expect(throws: StoreFailure.self) { try store.commit([]) }
        #expect(try SQLiteStore(path: folder.database).call(Sample.id(1)) == Sample.call(1))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.database)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("A file of a newer release is refused as such")
    func newerSchema() throws {
        let folder = TemporaryFolder()
        let path = folder.database
        try SQLiteStore(path: path).close()
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')") }
        try queue.close()
        #expect(throws: StoreFailure.newerSchema(path: path)) { try SQLiteStore(path: path) }
    }

    @Test("A file that is no database, and a place that cannot be written, are errors")
    func unusable() throws {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: folder.database))
        #expect(throws: StoreFailure.self) { try SQLiteStore(path: folder.database) }
        #expect(throws: StoreFailure.self) { try SQLiteStore(path: folder.database + "/below/calls.sqlite") }
    }

    @Test("Lists and their totals come from indexes")
    func plans() throws {
        let folder = TemporaryFolder()
        try SQLiteStore(path: folder.database).close()
        let queue = try DatabaseQueue(path: folder.database)
        let count =
            "SELECT count(*) FROM calls WHERE calls.main_account = ? AND calls.begin_time >= ? AND calls.app = ?"
        #expect(try plan(of: count, in: queue).contains("COVERING INDEX calls_by_time"))
        let live = "SELECT number FROM calls WHERE calls.end_time IS NULL ORDER BY calls.number"
        #expect(try plan(of: live, in: queue).contains("calls_alive"))
        let page = """
            SELECT calls.id FROM calls WHERE calls.main_account = ? ORDER BY calls.begin_time DESC, calls.number DESC
            """
        let steps = try plan(of: page, in: queue)
        #expect(steps.contains("calls_by_time"))
        #expect(!steps.contains("TEMP B-TREE"))
    }

    @Test("Neither finding nor forgetting an old call searches a whole table")
    func forgettingPlans() throws {
        let folder = TemporaryFolder()
        try SQLiteStore(path: folder.database).close()
        let queue = try DatabaseQueue(path: folder.database)
        let find = """
            SELECT calls.id FROM calls WHERE calls.main_account = ? AND calls.begin_time < ? AND calls.end_time IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.call = calls.number)
            """
        let steps = try plan(of: find, in: queue)
        #expect(steps.contains("calls_by_time"))
        #expect(steps.contains("outbox_by_call"))
        for table in ["outbox", "dead_letters", "legs"] {
            let children = "SELECT 1 FROM \(table) WHERE call = ?"
            #expect(try plan(of: children, in: queue).contains("SEARCH"), "\(table)")
        }
        let references = try queue.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_list(replays)") }
        #expect(references.isEmpty)
    }

    @Test("A store of the first release keeps its calls, replay keys and events")
    func firstRelease() throws {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let pool = try DatabasePool(path: folder.database)
        try Schema.migrator.migrate(pool, upTo: "1 tenants")
        try pool.write { try $0.execute(sql: Self.rowsOfTheFirstRelease) }
        try pool.close()
        let store = try SQLiteStore(path: folder.database)
        let id = CallID(high: 0x0123_4567_89AB_CDEF, low: 1)
        #expect(try store.call(id)?.ending == CallEnding(reason: .hangup(.second), hangupBy: .second, duration: 4))
        #expect(try store.call(id)?.leg1.codec == "PCMA")
        #expect(try store.rememberedCalls(notExpiredAt: WallTime(milliseconds: 300)).map(\.call) == [id])
        #expect(try store.outbox(after: 0, limit: 9).map(\.event.call) == [id])
    }

    /// A call that is over, as it was written then. Never edited, as the migrations.
    private static let rowsOfTheFirstRelease = """
        INSERT INTO calls (number, id, account, main_account, app, to1, to2, caller_numbers, ring_tone_mode,
            max_dial_duration1, max_dial_duration2, max_call_duration, media_timeout,
            target_url, target_signer, target_app, begin_time, state, end_time, end_reason, hangup_by, duration)
        VALUES (1, x'0123456789abcdef0000000000000001', 'c', 'c', 'a', '13900000001', '13900000002', '', 0,
            1000000000, 1000000000, 1000000000, 0, 'http://127.0.0.1/', 'c', 'a', 100, 5, 200, 'hangup2', 2, 4);
        INSERT INTO legs (call, party, codec) VALUES (1, 1, 'PCMA');
        INSERT INTO replays (expires, account, hmac, call) VALUES (300, 'c', zeroblob(32), 1);
        INSERT INTO outbox (number, call, event, sequence, time, kind, url, signer, app, attempts, due)
        VALUES (1, 1, x'0123456789abcdef0000000000000002', 1, 200, 'end', 'http://127.0.0.1/', 'c', 'a', 0, 200);
        """

    private func plan(of sql: String, in queue: DatabaseQueue) throws -> String {
        try queue.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: ["a", 1, "b"].prefixed(sql))
                .map { $0["detail"] as String }.joined(separator: "\n")
        }
    }
}

extension Array where Element == any DatabaseValueConvertible {
    /// As many arguments as the statement has places.
    fileprivate func prefixed(_ sql: String) -> StatementArguments {
        StatementArguments(prefix(sql.count { $0 == "?" }).map { $0.databaseValue })
    }
}
