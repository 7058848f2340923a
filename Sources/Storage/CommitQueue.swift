import CallModel

/// What waits for a group commit, and whether the store works: the pure half of `GroupCommitter`.
struct CommitQueue {
    struct Submission: Sendable {
        var writes: [StoreWrite]
        var completion: GroupCommitter.Completion

        /// Whether it is kept and tried again while the store fails.
        var outlivesOutage: Bool { writes.contains(where: \.outlivesOutage) }
    }

    private(set) var waiting: [Submission] = []
    private(set) var health = StoreHealth.working
    private(set) var isStopping = false
    /// What neither outlives an outage nor fits below this is refused.
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Takes the submission, or says why not.
    mutating func add(_ submission: Submission) -> CommitFailure? {
        if isStopping { return .stopped }
        if !submission.outlivesOutage {
            if case .failing(let reason) = health { return .unavailable(reason) }
            if waiting.count >= limit { return .queueFull(limit: limit) }
        }
        waiting.append(submission)
        return nil
    }

    /// The next submissions, in order: at least one where any wait, then as many as `limit` writes allow.
    mutating func take(upTo limit: Int) -> [Submission] {
        var count = 0
        var writes = 0
        while count < waiting.count, count == 0 || writes + waiting[count].writes.count <= limit {
            writes += waiting[count].writes.count
            count += 1
        }
        defer { waiting.removeFirst(count) }
        return Array(waiting[..<count])
    }

    mutating func storeWorked() { health = .working }

    /// Keeps what outlives an outage, in order and before what came later; returns what is to be failed.
    mutating func storeFailed(_ reason: String, during batch: [Submission]) -> [Submission] {
        health = .failing(reason)
        let all = batch + waiting
        waiting = all.filter(\.outlivesOutage)
        return all.filter { !$0.outlivesOutage }
    }

    mutating func stop() { isStopping = true }
}

extension StoreWrite {
    /// A call that runs goes on while the store fails, and what became of it is written when the store works again;
    /// nobody waits for these writes. A client waits for the others, and is told at once.
    fileprivate var outlivesOutage: Bool {
        switch self {
        case .progressed, .told, .ended, .delivered, .attemptFailed, .deadLettered, .recordingBegan, .recordingEnded,
            .recordingFailed, .phonesRegistered:
            true
        case .accepted, .cancelled, .provisioned, .forgetReplays, .forgetCalls, .voiceFileStored, .voiceFileDeleted,
            .voiceFileForgotten, .recordingAwaited, .recordingFinished, .recordingDeleted:
            false
        }
    }

    /// How many entries it puts into the outbox.
    var outboxCount: Int {
        switch self {
        case .ended(let record, let events): record.request.eventTarget == nil ? 0 : events.count
        case .told(_, _, let events): events.count
        case .recordingFinished(_, _, _, _, let events): events.count
        case .accepted, .progressed, .cancelled, .delivered, .attemptFailed, .deadLettered, .provisioned,
            .forgetReplays, .forgetCalls, .voiceFileStored, .voiceFileDeleted, .voiceFileForgotten, .recordingBegan,
            .recordingEnded, .recordingFailed, .recordingAwaited, .recordingDeleted,
            .phonesRegistered:
            0
        }
    }
}
