import CallModel
import Storage
import Synchronization
import Testing

@testable import duocall

@Suite("Housekeeping")
struct HousekeepingTests {
    private static let day: Int64 = 86_400_000

    private func call(_ number: Int, acceptedAt time: Int64) throws -> CallRecord {
        let request = CallbackRequest(
            account: CertID(rawValue: "c"), mainAccount: CertID(rawValue: "c"), app: AppID(rawValue: "a"),
            to1: .number(try #require(PhoneNumber("13900000001"))),
            to2: .number(try #require(PhoneNumber("13900000002"))), maxCallDuration: .seconds(60))
        return CallRecord(
            id: CallID(high: 1, low: UInt64(number)), request: request, beginTime: WallTime(milliseconds: time))
    }

    /// As many calls as told that ended on the first day, and one on the second.
    private func store(with calls: Int) throws -> MemoryStore {
        let store = MemoryStore()
        for number in 0...calls {
            var record = try call(number, acceptedAt: number == calls ? Self.day : Int64(number))
            try store.commit([.accepted(record, replay: nil)])
            record.endTime = record.beginTime
            record.ending = CallEnding(reason: .apiCancel, hangupBy: nil, duration: 0)
            record.state = .ended
            try store.commit([.ended(record, events: [])])
        }
        return store
    }

    private func left(in store: MemoryStore) throws -> Int {
        try store.calls(matching: CallQuery(mainAccount: CertID(rawValue: "c"))).totalCount
    }

    @Test func `old calls go in pieces, with a rest after each`() async throws {
        let calls = 2 * Housekeeping.piece + 1
        let store = try store(with: calls)
        let committer = GroupCommitter(store: store, gather: .zero)
        let housekeeping = Housekeeping(store: store, committer: committer, callRetention: .seconds(86_400 * 2))
        let rests = Mutex<[Int]>([])
        let now = WallTime(milliseconds: 3 * Self.day)
        try await housekeeping.forget(at: now) { try rests.withLock { $0.append(try left(in: store)) } }
        #expect(rests.withLock(\.self) == [Housekeeping.piece + 2, 2, 1])
        #expect(try left(in: store) == 1)
        committer.stop()
    }

    @Test func `without a limit calls stay`() async throws {
        let store = try store(with: 3)
        let committer = GroupCommitter(store: store, gather: .zero)
        let housekeeping = Housekeeping(store: store, committer: committer, callRetention: nil)
        try await housekeeping.forget(at: WallTime(milliseconds: 9999 * Self.day)) {}
        #expect(try left(in: store) == 4)
        committer.stop()
    }
}
