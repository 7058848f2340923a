public import CallModel
import Dispatch
import Foundation
import Synchronization

/// Why a submission was not committed.
public enum CommitFailure: Error, Hashable, Sendable {
    /// `limit` submissions wait already.
    case queueFull(limit: Int)
    /// The store does not work now; the text says why.
    case unavailable(String)
    /// The store refused these writes for what they are.
    case refused(String)
    /// The committer was stopped.
    case stopped
}

/// Whether the store works.
public enum StoreHealth: Hashable, Sendable {
    case working
    /// The last commit failed, for this reason.
    case failing(String)
}

/// Commits what many submit as few transactions, on a thread of its own.
///
/// Submissions are committed in the order in which they came; each is whole or not at all. While the store fails,
/// new calls and cancels are refused at once, and what tells of running calls and events is kept and tried again
/// every `retry`, in order; those are bounded by the calls that run.
public final class GroupCommitter: Sendable {
    /// Hears what became of a submission, and where it was committed the entries that it put into the outbox.
    public typealias Completion = @Sendable (Result<[OutboxEntry], CommitFailure>) -> Void

    private let store: any CallStore
    private let gather: Duration
    private let enough: Int
    private let retry: Duration
    private let batchLimit: Int
    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// What the thread waits for, if it waits.
    private enum Rest {
        case none
        /// Something to do.
        case idle
        /// Others to join the next transaction.
        case gathering
    }

    private struct State {
        var queue: CommitQueue
        var rest = Rest.none
        /// Submissions in the transaction that is under way.
        var underWay = 0
    }

    /// - Parameters:
    ///   - gather: the time between two transactions, in which submissions gather; the first after a pause does not wait.
    ///   - enough: with so many submissions a transaction waits no longer.
    ///   - retry: the time between two attempts while the store fails.
    ///   - limit: how many submissions may wait.
    ///   - batchLimit: how many writes make one transaction at most.
    public init(
        store: any CallStore, gather: Duration = .milliseconds(30), enough: Int = 40, retry: Duration = .seconds(1),
        limit: Int = 20_000, batchLimit: Int = 1_000
    ) {
        self.store = store
        self.gather = gather
        self.enough = enough
        self.retry = retry
        self.batchLimit = batchLimit
        state = Mutex(State(queue: CommitQueue(limit: limit)))
        let thread = Thread { self.run() }
        thread.name = "store"
        thread.start()
    }

    /// Whether the store works, as its last commit told.
    public var health: StoreHealth { state.withLock { $0.queue.health } }

    /// How many submissions wait for their outcome.
    public var waitingCount: Int { state.withLock { $0.queue.waiting.count + $0.underWay } }

    /// Takes writes that are to be committed together. Never blocks.
    /// - Parameter completion: called once, on the committer's thread, or at once where it refuses; must not block.
    public func submit(_ writes: [StoreWrite], completion: @escaping Completion) {
        let submission = CommitQueue.Submission(writes: writes, completion: completion)
        let (refusal, wakes) = state.withLock { state in
            if let refusal = state.queue.add(submission) { return (CommitFailure?.some(refusal), false) }
            return (nil, endRest(in: &state))
        }
        if let refusal { completion(.failure(refusal)) }
        if wakes { wake.signal() }
    }

    /// Whether what came now is what the thread waits for.
    private func endRest(in state: inout State) -> Bool {
        switch state.rest {
        case .none: return false
        case .idle: break
        case .gathering: if state.queue.waiting.count < enough { return false }
        }
        state.rest = .none
        return true
    }

    /// Commits the writes together and returns when they are durable.
    public func commit(_ writes: [StoreWrite]) async throws(CommitFailure) {
        let result = await withCheckedContinuation { continuation in
            submit(writes) { continuation.resume(returning: $0) }
        }
        _ = try result.get()
    }

    /// Commits what waits and ends the thread. Submissions from now on are refused, and so are those that the
    /// store still cannot take. Blocks until the thread has ended; called once.
    public func stop() {
        state.withLock { $0.queue.stop() }
        wake.signal()
        ended.wait()
    }
}

// The thread.
extension GroupCommitter {
    private enum Step {
        case sleep
        case commit
        /// The store failed before: wait, then try what was kept.
        case retry
        case end
    }

    private func run() {
        var next = ContinuousClock.now
        while true {
            switch nextStep() {
            case .sleep: wake.wait()
            case .commit:
                pauseToGather(until: next)
                next = ContinuousClock.now + gather
                commitBatch()
            case .retry:
                pause(retry)
                commitBatch()
            case .end:
                ended.signal()
                return
            }
        }
    }

    private func nextStep() -> Step {
        state.withLock { state in
            switch (state.queue.health, state.queue.isStopping) {
            case (.failing, true):
                return state.queue.waiting.isEmpty ? .end : .commit
            case (.failing, false): return .retry
            case (.working, let isStopping):
                if !state.queue.waiting.isEmpty { return .commit }
                if isStopping { return .end }
                state.rest = .idle
                return .sleep
            }
        }
    }

    private func pauseToGather(until end: ContinuousClock.Instant) {
        let rest = end - ContinuousClock.now
        let waits = state.withLock { state in
            let waits = rest > .zero && state.queue.waiting.count < enough
            state.rest = waits ? .gathering : .none
            return waits
        }
        if waits { pause(rest) }
        state.withLock { $0.rest = .none }
    }

    /// Waits so long, or until there is reason to stop waiting.
    private func pause(_ duration: Duration) {
        if state.withLock({ $0.queue.isStopping }) { return }
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        _ = wake.wait(timeout: .now() + .nanoseconds(nanoseconds))
    }

    private func commitBatch() {
        let batch = state.withLock { state in
            let batch = state.queue.take(upTo: batchLimit)
            state.underWay = batch.count
            return batch
        }
        switch attempt(batch) {
        case .committed(let added): settle(batch, added)
        case .outage(let reason): fail(batch, reason)
        case .refused: commitEach(batch)
        }
        state.withLock { $0.underWay = 0 }
    }

    /// One of the batch is refused for what it is; the others must not suffer from it.
    private func commitEach(_ batch: [CommitQueue.Submission]) {
        for (index, submission) in batch.enumerated() {
            switch attempt([submission]) {
            case .committed(let added): settle([submission], added)
            case .refused(let reason):
                state.withLock { $0.queue.storeWorked() }
                submission.completion(.failure(.refused(reason)))
            case .outage(let reason): return fail(Array(batch[index...]), reason)
            }
        }
    }

    private enum Outcome {
        case committed([OutboxEntry])
        case outage(String)
        case refused(String)
    }

    private func attempt(_ batch: [CommitQueue.Submission]) -> Outcome {
        do {
            return .committed(try store.commit(batch.flatMap(\.writes).withoutSuperseded()))
        } catch StoreFailure.conflict(let reason) {
            return .refused(reason)
        } catch StoreFailure.unavailable(let reason) {
            return .outage(reason)
        } catch {
            return .outage("\(error)")
        }
    }

    /// Each submission hears of its own share of what was added, which stands in the order of the writes.
    private func settle(_ submissions: [CommitQueue.Submission], _ added: [OutboxEntry]) {
        state.withLock { $0.queue.storeWorked() }
        var rest = added[...]
        for submission in submissions {
            let share = rest.prefix(submission.writes.reduce(0) { $0 + $1.outboxCount })
            rest = rest.dropFirst(share.count)
            submission.completion(.success(Array(share)))
        }
    }

    private func fail(_ batch: [CommitQueue.Submission], _ reason: String) {
        let failed = state.withLock { state in
            let failed = state.queue.storeFailed(reason, during: batch)
            return state.queue.isStopping ? failed + state.queue.take(upTo: .max) : failed
        }
        for submission in failed { submission.completion(.failure(.unavailable(reason))) }
    }
}
