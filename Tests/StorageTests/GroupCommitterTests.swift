import CallModel
import Storage
import Synchronization
import Testing

/// A store that fails as it is told, and remembers what each transaction held.
private final class ScriptedStore: CallStore {
    struct Script {
        var outages: [String] = []
        var transactions: [[StoreWrite]] = []
    }

    let memory = MemoryStore()
    let script = Mutex(Script())
    /// The first commit waits for this, so that others gather behind it.
    let gate: AsyncGate

    init(outages: [String] = [], gate: AsyncGate = AsyncGate(open: true)) {
        self.gate = gate
        script.withLock { $0.outages = outages }
    }

    func commit(_ writes: [StoreWrite]) throws -> [OutboxEntry] {
        gate.pass()
        let outage = script.withLock { $0.outages.isEmpty ? nil : $0.outages.removeFirst() }
        if let outage { throw StoreFailure.unavailable(outage) }
        let added = try memory.commit(writes)
        script.withLock { $0.transactions.append(writes) }
        return added
    }

    var transactions: [[StoreWrite]] { script.withLock { $0.transactions } }

    func call(_ id: CallID) throws -> CallRecord? { try memory.call(id) }
    func calls(matching query: CallQuery) throws -> Page<CallRecord> { try memory.calls(matching: query) }
    func forgettableCalls(acceptedBefore time: WallTime, limit: Int) throws -> [CallID] {
        try memory.forgettableCalls(acceptedBefore: time, limit: limit)
    }
    func liveCalls() throws -> [(record: CallRecord, cancelled: EndReason?)] { try memory.liveCalls() }
    func tenants() throws -> TenantDirectory { try memory.tenants() }
    func rememberedCalls(notExpiredAt time: WallTime) throws -> [RememberedCall] {
        try memory.rememberedCalls(notExpiredAt: time)
    }
    func outbox(after number: Int64, limit: Int) throws -> [OutboxEntry] {
        try memory.outbox(after: number, limit: limit)
    }
    func outbox(to url: String, dueAt time: WallTime, limit: Int) throws -> DueEntries {
        try memory.outbox(to: url, dueAt: time, limit: limit)
    }
    func outboxSummary() throws -> OutboxSummary { try memory.outboxSummary() }
    func deadLetters(limit: Int) throws -> [OutboxEntry] { try memory.deadLetters(limit: limit) }
    func voiceFiles() throws -> [VoiceFile] { try memory.voiceFiles() }
    func voiceFiles(deletedBefore time: WallTime) throws -> [VoiceFileID] {
        try memory.voiceFiles(deletedBefore: time)
    }
    func recording(_ id: RecordingID) throws -> Recording? { try memory.recording(id) }
    func recordings(matching query: RecordingQuery) throws -> Page<Recording> { try memory.recordings(matching: query) }
    func recordingsInProgress() throws -> [Recording] { try memory.recordingsInProgress() }
    func registeredPhones() throws -> [String: [PhoneBinding]] { try memory.registeredPhones() }
    func finishingRecordings(limit: Int) throws -> [FinishingRecording] {
        try memory.finishingRecordings(limit: limit)
    }
    func recordings(beganBefore time: WallTime, limit: Int) throws -> [Recording] {
        try memory.recordings(beganBefore: time, limit: limit)
    }
}

@Suite(.timeLimit(.minutes(1))) struct GroupCommitterTests {
    private func accept(_ number: UInt64) -> [StoreWrite] { [.accepted(Sample.call(number), replay: nil)] }

    @Test("What arrives during a commit is the next transaction, in order")
    func grouping() async throws {
        let gate = AsyncGate(open: false)
        let store = ScriptedStore(gate: gate)
        let committer = GroupCommitter(store: store, gather: .zero)
        let results = Collector<Result<[OutboxEntry], CommitFailure>>(expecting: 20)
        committer.submit(accept(1)) { results.add($0) }
        await gate.waitUntilReached()
        for number in UInt64(2)...20 { committer.submit(accept(number)) { results.add($0) } }
        gate.open()
        for result in await results.all() { _ = try result.get() }
        #expect(store.transactions == [accept(1), (2...20).flatMap { accept($0) }])
        committer.stop()
    }

    @Test("A transaction holds no more writes than its limit")
    func batchLimit() async throws {
        let gate = AsyncGate(open: false)
        let store = ScriptedStore(gate: gate)
        let committer = GroupCommitter(store: store, gather: .zero, batchLimit: 2)
        let results = Collector<Result<[OutboxEntry], CommitFailure>>(expecting: 5)
        committer.submit(accept(1)) { results.add($0) }
        await gate.waitUntilReached()
        committer.submit(accept(2)) { results.add($0) }
        committer.submit(accept(3) + accept(4) + accept(5)) { results.add($0) }
        committer.submit(accept(6)) { results.add($0) }
        committer.submit(accept(7)) { results.add($0) }
        gate.open()
        for result in await results.all() { _ = try result.get() }
        #expect(store.transactions.map(\.count) == [1, 1, 3, 2])
        committer.stop()
    }

    @Test("After a pause a submission is committed at once; later ones gather until there are enough")
    func pace() async throws {
        let store = ScriptedStore()
        let committer = GroupCommitter(store: store, gather: .seconds(3600), enough: 3)
        let results = Collector<Result<[OutboxEntry], CommitFailure>>(expecting: 7)
        committer.submit(accept(1)) { results.add($0) }
        while store.transactions.isEmpty { await Task.yield() }
        for number in UInt64(2)...4 { committer.submit(accept(number)) { results.add($0) } }
        while store.transactions.count < 2 { await Task.yield() }
        for number in UInt64(5)...7 { committer.submit(accept(number)) { results.add($0) } }
        for result in await results.all() { _ = try result.get() }
        #expect(store.transactions.map(\.count) == [1, 3, 3])
        committer.stop()
    }

    @Test("What is being committed still waits for its outcome")
    func underWay() async throws {
        let gate = AsyncGate(open: false)
        let committer = GroupCommitter(store: ScriptedStore(gate: gate), gather: .zero)
        committer.submit(accept(1)) { _ in }
        await gate.waitUntilReached()
        #expect(committer.waitingCount == 1)
        gate.open()
        while committer.waitingCount > 0 { await Task.yield() }
        committer.stop()
    }

    @Test("Each submission hears of the events that it put into the outbox")
    func shares() async throws {
        let gate = AsyncGate(open: false)
        let committer = GroupCommitter(store: ScriptedStore(gate: gate), gather: .zero)
        let results = Collector<(UInt64, [OutboxEntry])>(expecting: 3)
        committer.submit((1...3).flatMap { accept($0) }) { _ in }
        await gate.waitUntilReached()
        for number in UInt64(1)...3 {
            let record = Sample.ended(number)
            committer.submit([.ended(record, events: number == 2 ? [] : [Sample.end(of: record)])]) { result in
                results.add((number, (try? result.get()) ?? []))
            }
        }
        gate.open()
        let shares = Dictionary(uniqueKeysWithValues: await results.all())
        #expect(shares.mapValues { $0.map(\.event.call) } == [1: [Sample.id(1)], 2: [], 3: [Sample.id(3)]])
        committer.stop()
    }

    @Test("A refused submission fails alone")
    func conflict() async throws {
        let gate = AsyncGate(open: false)
        let store = ScriptedStore(gate: gate)
        let committer = GroupCommitter(store: store, gather: .zero)
        let results = Collector<(Int, Bool)>(expecting: 4)
        committer.submit(accept(1)) { results.add((1, $0.isSuccess)) }
        await gate.waitUntilReached()
        for (index, number) in [UInt64(2), 1, 3].enumerated() {
            committer.submit(accept(number)) { results.add((index + 2, $0.isSuccess)) }
        }
        gate.open()
        let outcome = Dictionary(uniqueKeysWithValues: await results.all())
        #expect(outcome == [1: true, 2: true, 3: false, 4: true])
        #expect(try store.liveCalls().count == 3)
        #expect(committer.health == .working)
        committer.stop()
    }

    @Test("While the store fails new calls are refused and final records are kept until it works again")
    func outage() async throws {
        let gate = AsyncGate(open: true)
        let store = ScriptedStore(gate: gate)
        let committer = GroupCommitter(store: store, gather: .zero, retry: .milliseconds(1))
        try await committer.commit(accept(1))
        gate.close()
        store.script.withLock { $0.outages = ["disk full", "disk full"] }
        let kept = Collector<Result<[OutboxEntry], CommitFailure>>(expecting: 2)
        let progress: [StoreWrite] = [
            .progressed(Sample.id(1), state: .talking, connectTime: nil, party: .first, leg: LegRecord())
        ]
        let end: [StoreWrite] = [.ended(Sample.ended(1), events: [Sample.end(of: Sample.ended(1))])]
        let refused = Collector<Result<[OutboxEntry], CommitFailure>>(expecting: 1)
        committer.submit(progress) { kept.add($0) }
        committer.submit(accept(2)) { refused.add($0) }
        committer.submit(end) { kept.add($0) }
        gate.open()
        #expect(await refused.all().allSatisfy { $0 == .unavailable("disk full") })
        for result in await kept.all() { _ = try result.get() }
        #expect(try store.call(Sample.id(1)) == Sample.ended(1))
        #expect(try store.outbox(after: 0, limit: 10).count == 1)
        #expect(try store.call(Sample.id(2)) == nil)
        try await committer.commit(accept(3))
        #expect(committer.health == .working)
        committer.stop()
    }

    @Test("While the store fails a new call is refused without an attempt, and an empty commit finds the recovery")
    func probe() async throws {
        let gate = AsyncGate(open: true)
        let store = ScriptedStore(outages: ["broken"], gate: gate)
        let committer = GroupCommitter(store: store, gather: .zero, retry: .milliseconds(1))
        await #expect(throws: CommitFailure.self) { try await committer.commit(accept(1)) }
        while committer.health != .working { await Task.yield() }
        #expect(store.transactions == [[]])
        try await committer.commit(accept(1))
        committer.stop()
    }

    @Test("Stopping commits what waits; later submissions are refused")
    func stop() async throws {
        let gate = AsyncGate(open: false)
        let store = ScriptedStore(gate: gate)
        let committer = GroupCommitter(store: store)
        let results = Collector<Result<[OutboxEntry], CommitFailure>>(expecting: 10)
        for number in UInt64(1)...10 { committer.submit(accept(number)) { results.add($0) } }
        gate.open()
        committer.stop()
        #expect(try store.liveCalls().count == 10)
        for result in await results.all() { _ = try result.get() }
        await #expect(throws: CommitFailure.stopped) { try await committer.commit(accept(11)) }
    }

    @Test("Stopping ends although the store fails, and says so to whom it concerns")
    func stopDuringOutage() async throws {
        let store = ScriptedStore(outages: Array(repeating: "gone", count: 10))
        let committer = GroupCommitter(store: store, gather: .zero, retry: .seconds(3600))
        let results = Collector<Result<[OutboxEntry], CommitFailure>>(expecting: 1)
        committer.submit([.ended(Sample.ended(1), events: [])]) { results.add($0) }
        while committer.health == .working { await Task.yield() }
        committer.stop()
        #expect(await results.all().allSatisfy { $0 == .unavailable("gone") })
    }

    @Test("SQLite commits what many tasks submit")
    func sqlite() async throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database)
        let committer = GroupCommitter(store: store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in UInt64(1)...200 { group.addTask { try await committer.commit(accept(number)) } }
            try await group.waitForAll()
        }
        committer.stop()
        #expect(try store.liveCalls().count == 200)
    }
}

extension Result where Failure == CommitFailure {
    fileprivate var isSuccess: Bool { (try? get()) != nil }

    fileprivate static func == (result: Self, failure: CommitFailure) -> Bool {
        guard case .failure(failure) = result else { return false }
        return true
    }
}
