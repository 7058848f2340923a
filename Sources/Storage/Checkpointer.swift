import GRDB
import GRDBSQLite
import Synchronization

/// Carries what transactions wrote into the write-ahead log over into the database's file, on a connection and a thread
/// of its own: no transaction waits while thousands of pages are written and synced.
final class Checkpointer: Sendable {
    /// The most passes at a time. Where a transaction came during one, the next carries over what that left: only a log
    /// that was carried over whole begins anew.
    private static let passes = 4

    private struct State {
        /// Written since a pass was asked for.
        var pages = 0
        var isAsked = false
    }

    /// Its own queue is the thread.
    private let connection: DatabaseQueue
    private let enough: Int
    private let state = Mutex(State())

    /// - Parameter enough: the pages after which they are carried over.
    init(path: String, after enough: Int) throws {
        var configuration = Configuration()
        configuration.label = "checkpoints"
        connection = try DatabaseQueue(path: path, configuration: configuration)
        self.enough = enough
    }

    /// A transaction wrote so many pages into the log. Never blocks.
    func wrote(pages: Int) {
        let asks = state.withLock { state in
            state.pages += pages
            guard state.pages >= enough, !state.isAsked else { return false }
            state = State(isAsked: true)
            return true
        }
        if asks { connection.asyncWriteWithoutTransaction { self.carryOver($0) } }
    }

    /// Waits for the pass that is under way, and ends the connection.
    func close() throws { try connection.close() }

    private func carryOver(_ log: Database) {
        let isWhole = Self.carryOverWhole(log)
        state.withLock { state in
            state.isAsked = false
            // The next transaction asks again.
            if !isWhole { state.pages = enough }
        }
    }

    private static func carryOverWhole(_ log: Database) -> Bool {
        for _ in 0..<passes {
            // What fails here leaves the log as it is, longer than it need be; a disk that is full or broken shows in the commits.
            guard let (pages, carried) = try? log.checkpoint(.passive) else { return false }
            if carried >= pages { return true }
        }
        return false
    }
}

extension Database {
    /// How many pages the connection wrote since the last time.
    func takeWrittenPages() -> Int {
        var (pages, highest) = (CInt(0), CInt(0))
        sqlite3_db_status(sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, 1)
        return Int(pages)
    }
}
