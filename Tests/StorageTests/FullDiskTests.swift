import CallModel
import GRDB
import Testing

@testable import Storage

/// A disk that is full, as SQLite's limit on pages makes it one.
@Suite(.timeLimit(.minutes(1))) struct FullDiskTests {
    private func limitPages(of store: SQLiteStore, to limit: Int) throws {
        try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(limit)") }
    }

    private func pages(of store: SQLiteStore) throws -> Int {
        try store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    }

    /// Accepts calls from `first` on until the disk is full; returns the number of the one that was refused.
    private func fill(_ store: SQLiteStore, from first: UInt64) throws -> UInt64 {
        try limitPages(of: store, to: pages(of: store))
        var number = first
        while true {
            do { try store.commit([.accepted(Sample.call(number), replay: nil)]) } catch { return number }
            number += 1
        }
    }

    /// How a call ended, with more to write than fits a page that is there.
    private func large(_ number: UInt64) -> CallRecord {
        var record = Sample.ended(number)
        record.leg1.sipReason = String(repeating: "long ", count: 700)
        return record
    }

    @Test("A commit that finds the disk full leaves nothing behind and can be made again when there is room")
    func commit() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database)
        let number = try fill(store, from: 1)
        #expect {
            try store.commit([.accepted(Sample.call(number), replay: nil)])
        } throws: { error in
            guard case .unavailable? = error as? StoreFailure else { return false }
            return true
        }
        #expect(try store.call(Sample.id(number)) == nil)
        try limitPages(of: store, to: 1_000_000)
        try store.commit([.accepted(Sample.call(number), replay: nil), .ended(Sample.ended(number), events: [])])
        #expect(try store.call(Sample.id(number)) == Sample.ended(number))
    }

    @Test("On a full disk new calls are refused, running ones go on, and how they ended is stored when there is room")
    func committer() async throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database)
        let committer = GroupCommitter(store: store, gather: .zero, retry: .milliseconds(1))
        let number = try fill(store, from: 1)
        let ended = Collector<Bool>(expecting: Int(number) - 1)
        for running in 1..<number {
            let record = large(running)
            committer.submit([.ended(record, events: [Sample.end(of: record)])]) { result in
                ended.add((try? result.get()) != nil)
            }
        }
        await #expect(throws: CommitFailure.self) {
            try await committer.commit([.accepted(Sample.call(number), replay: nil)])
        }
        guard case .failing = committer.health else {
            Issue.record("the disk is not full")
            return
        }
        try limitPages(of: store, to: 1_000_000)
        #expect(await ended.all().allSatisfy { $0 })
        #expect(try store.liveCalls().isEmpty)
        #expect(try store.outbox(after: 0, limit: 10_000).count == Int(number) - 1)
        #expect(committer.health == .working)
        committer.stop()
    }
}
