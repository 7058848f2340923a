public import CallModel
import Synchronization

/// The store's contract in memory: for tests and simulations. Forgets everything when it goes.
public final class MemoryStore: CallStore {
    private let contents = Mutex(MemoryContents())

    public init() {}

    @discardableResult
    public func commit(_ writes: [StoreWrite]) throws -> [OutboxEntry] {
        try contents.withLock { contents in
            var draft = contents
            for write in writes { try draft.apply(write) }
            let last = contents.lastOutboxNumber
            contents = draft
            return contents.outbox.filter { $0.number > last }
        }
    }

    public func call(_ id: CallID) throws -> CallRecord? {
        contents.withLock { $0.calls[id]?.record }
    }

    public func calls(matching query: CallQuery) throws -> Page<CallRecord> {
        let matching = contents.withLock { contents in contents.calls.values.filter { query.matches($0.record) } }
        let newestFirst = matching.sorted { ($0.record.beginTime, $0.number) > ($1.record.beginTime, $1.number) }
        return Page(newestFirst.map(\.record), number: query.page, size: query.pageSize)
    }

    public func forgettableCalls(acceptedBefore time: WallTime, limit: Int) throws -> [CallID] {
        contents.withLock { contents in
            let old = contents.calls.values.filter { $0.record.beginTime < time && contents.isForgettable($0) }
            return Array(old.sorted { $0.number < $1.number }.map(\.record.id).prefix(limit))
        }
    }

    public func liveCalls() throws -> [(record: CallRecord, cancelled: EndReason?)] {
        let live = contents.withLock { contents in contents.calls.values.filter { $0.record.endTime == nil } }
        return live.sorted { $0.number < $1.number }.map { ($0.record, $0.cancelled) }
    }

    public func tenants() throws -> TenantDirectory {
        contents.withLock { $0.tenants }
    }

    public func rememberedCalls(notExpiredAt time: WallTime) throws -> [RememberedCall] {
        contents.withLock { contents in contents.remembered.filter { $0.key.expires >= time } }
    }

    public func outbox(after number: Int64, limit: Int) throws -> [OutboxEntry] {
        contents.withLock { contents in Array(contents.outbox.lazy.filter { $0.number > number }.prefix(limit)) }
    }

    public func outbox(to url: String, dueAt time: WallTime, limit: Int) throws -> DueEntries {
        let owed = contents.withLock { contents in contents.outbox.filter { $0.target.url == url } }
        var calls: Set<CallID> = []
        let heads = owed.filter { calls.insert($0.event.call).inserted }
        let due = heads.filter { $0.due <= time }.sorted { ($0.due, $0.number) < ($1.due, $1.number) }
        return DueEntries(entries: Array(due.prefix(limit)), next: owed.map(\.due).filter { $0 > time }.min())
    }

    public func outboxSummary() throws -> OutboxSummary {
        let outbox = contents.withLock { $0.outbox }
        return OutboxSummary(
            receivers: Dictionary(outbox.map { ($0.target.url, $0.due) }, uniquingKeysWith: min))
    }

    public func deadLetters(limit: Int) throws -> [OutboxEntry] {
        contents.withLock { Array($0.deadLetters.prefix(limit)) }
    }

    public func voiceFiles() throws -> [VoiceFile] { contents.withLock { $0.recordings.currentVoiceFiles() } }

    public func voiceFiles(deletedBefore time: WallTime) throws -> [VoiceFileID] {
        contents.withLock { $0.recordings.voiceFiles(deletedBefore: time) }
    }

    public func recording(_ id: RecordingID) throws -> Recording? { contents.withLock { $0.recordings.recording(id) } }

    public func recordings(matching query: RecordingQuery) throws -> Page<Recording> {
        let matching = contents.withLock { $0.recordings.matching(query) }
        return Page(matching, number: query.page, size: query.pageSize)
    }

    public func recordingsInProgress() throws -> [Recording] { contents.withLock { $0.recordings.inProgress() } }

    public func finishingRecordings(limit: Int) throws -> [FinishingRecording] {
        contents.withLock { contents in
            let finishing = contents.recordings.finishing().compactMap { entry -> FinishingRecording? in
                guard let call = contents.calls[entry.recording.call]?.record, call.endTime != nil else { return nil }
                return FinishingRecording(recording: entry.recording, awaitedFor: entry.awaitedFor, callRecord: call)
            }
            return Array(finishing.prefix(limit))
        }
    }

    public func recordings(beganBefore time: WallTime, limit: Int) throws -> [Recording] {
        contents.withLock { Array($0.recordings.ready(beganBefore: time).prefix(limit)) }
    }

    public func registeredPhones() throws -> [String: [PhoneBinding]] { contents.withLock { $0.phones } }
}

private struct MemoryCall {
    var number: Int
    var record: CallRecord
    var cancelled: EndReason?
}

private struct MemoryContents {
    var calls: [CallID: MemoryCall] = [:]
    var tenants = TenantDirectory()
    var remembered: [RememberedCall] = []
    /// In the order of their numbers.
    var outbox: [OutboxEntry] = []
    var deadLetters: [OutboxEntry] = []
    var lastOutboxNumber: Int64 = 0
    private var acceptedCount = 0
    var recordings = MemoryRecordings()
    var phones: [String: [PhoneBinding]] = [:]

    mutating func apply(_ write: StoreWrite) throws(StoreFailure) {
        switch write {
        case .accepted(let record, let replay): try accept(record, replay)
        case .progressed(let id, let state, let connectTime, let party, let leg):
            try updateLive(id) { call in
                call.record.state = state
                call.record.connectTime = connectTime ?? call.record.connectTime
                call.record[party] = leg
            }
        case .cancelled(let id, let reason): try updateLive(id) { $0.cancelled = reason }
        case .told(let id, let target, let events): try tell(events, of: id, to: target)
        case .ended(let record, let events): try end(record, events)
        case .delivered(let number): outbox.removeAll { $0.number == number }
        case .attemptFailed(let number, let attempts, let retry, let error):
            guard let index = outbox.firstIndex(where: { $0.number == number }) else { return }
            outbox[index].fail(attempts: attempts, due: retry, error: error)
        case .deadLettered(let number, let attempts, let error, let time):
            guard let index = outbox.firstIndex(where: { $0.number == number }) else { return }
            var entry = outbox.remove(at: index)
            entry.fail(attempts: attempts, due: time, error: error)
            deadLetters.append(entry)
            deadLetters.sort { $0.number < $1.number }
        case .provisioned(let directory): try provision(directory)
        case .forgetReplays(let time): remembered.removeAll { $0.key.expires < time }
        case .forgetCalls(let ids): for id in ids { forget(id) }
        case .voiceFileStored(let file): try recordings.store(file)
        case .voiceFileDeleted(let id, let time): recordings.delete(id, at: time)
        case .voiceFileForgotten(let id): recordings.forget(id)
        case .recordingBegan(let recording):
            try updateLive(recording.call) { $0.record.recordFile = recording.fileName }
            try recordings.begin(recording)
        case .recordingEnded(let id, let samples, let bytes):
            recordings.end(id, samples: samples, bytes: bytes, as: .finishing)
        case .recordingFailed(let id, let samples, let bytes):
            recordings.end(id, samples: samples, bytes: bytes, as: samples > 0 ? .finishing : .failed)
        case .recordingAwaited(let id, let duration): recordings.await(id, for: duration)
        case .recordingFinished(let id, let samples, let bytes, let sha256, let events):
            try recordings.finish(id, samples: samples, bytes: bytes, sha256: sha256)
            for event in events { try tell(event) }
        case .recordingDeleted(let id): recordings.delete(id)
        case .phonesRegistered(let user, let phones): self.phones[user] = phones.isEmpty ? nil : phones
        }
    }

    private mutating func forget(_ id: CallID) {
        guard let call = calls[id], isForgettable(call) else { return }
        calls[id] = nil
        recordings.forget(id)
        deadLetters.removeAll { $0.event.call == id }
    }

    func isForgettable(_ call: MemoryCall) -> Bool {
        call.record.endTime != nil && !recordings.keep(call.record.id)
            && !outbox.contains { $0.event.call == call.record.id }
    }

    private mutating func accept(_ record: CallRecord, _ replay: ReplayKey?) throws(StoreFailure) {
        guard calls[record.id] == nil else { throw .conflict("call \(record.id) exists") }
        if let replay {
            guard !remembered.contains(where: { $0.key == replay }) else { throw .conflict("replay key exists") }
            remembered.append(RememberedCall(key: replay, call: record.id, userData: record.request.userData))
        }
        acceptedCount += 1
        calls[record.id] = MemoryCall(number: acceptedCount, record: record)
    }

    private mutating func updateLive(_ id: CallID, _ change: (inout MemoryCall) -> Void) throws(StoreFailure) {
        guard var call = calls[id], call.record.endTime == nil else {
            throw .conflict("call \(id) is unknown or over")
        }
        change(&call)
        calls[id] = call
    }

    private mutating func end(_ record: CallRecord, _ events: [CallEvent]) throws(StoreFailure) {
        try updateLive(record.id) { $0.record = record }
        guard let target = record.request.eventTarget else { return }
        for event in events { add(event, to: target) }
    }

    private mutating func tell(
        _ events: [CallEvent], of id: CallID, to target: EventTarget
    ) throws(StoreFailure) {
        guard var call = calls[id], call.record.endTime == nil else {
            for event in events { try tell(event) }
            return
        }
        call.record.eventCount = events.last?.sequence ?? call.record.eventCount
        calls[id] = call
        for event in events { add(event, to: target) }
    }

    /// An event of a call that is over.
    private mutating func tell(_ event: CallEvent) throws(StoreFailure) {
        guard var call = calls[event.call], call.record.endTime != nil, let target = call.record.request.eventTarget
        else { throw .conflict("call \(event.call) is not over, or has no receiver") }
        call.record.eventCount += 1
        calls[event.call] = call
        var event = event
        event.sequence = call.record.eventCount
        add(event, to: target)
    }

    private mutating func add(_ event: CallEvent, to target: EventTarget) {
        lastOutboxNumber += 1
        outbox.append(OutboxEntry(number: lastOutboxNumber, event: event, target: target, due: event.time))
    }

    private mutating func provision(_ directory: TenantDirectory) throws(StoreFailure) {
        tenants.accounts.merge(directory.accounts) { $1 }
        tenants.apps.merge(directory.apps) { $1 }
        let parents = tenants.accounts.values.compactMap(\.parent) + tenants.apps.values.map(\.account)
        let apps = tenants.accounts.values.compactMap(\.app)
        guard parents.allSatisfy({ tenants.accounts[$0] != nil }), apps.allSatisfy({ tenants.apps[$0] != nil }) else {
            throw .conflict("an account or app that is named is not there")
        }
    }
}

extension OutboxEntry {
    fileprivate mutating func fail(attempts: Int, due: WallTime, error: String) {
        self.attempts = attempts
        self.due = due
        lastError = error
    }
}

extension CallQuery {
    fileprivate func matches(_ record: CallRecord) -> Bool {
        record.request.mainAccount == mainAccount
            && (app == nil || record.request.app == app)
            && (account == nil || record.request.account == account)
            && (start.map { record.beginTime >= $0 } ?? true)
            && (end.map { record.beginTime <= $0 } ?? true)
            && (state.map { ($0 == .ended) == (record.endTime != nil) && $0 == record.state } ?? true)
    }
}

extension Page {
    /// One page of all that match.
    fileprivate init(_ all: [Element], number: Int, size: Int) {
        let (start, overflow) = (number - 1).multipliedReportingOverflow(by: size)
        let page = overflow || number < 1 ? [] : all.dropFirst(start).prefix(size)
        self.init(elements: Array(page), totalCount: all.count)
    }
}
