public import CallModel
import Dispatch
public import Logging
import NIOSSL
import Synchronization

/// How many deliveries went which way since the start, and what is under way.
public struct WebhookCounts: Hashable, Sendable {
    /// Answered with 200.
    public var delivered = 0
    /// Attempts that failed, the last ones of dead letters included.
    public var failedAttempts = 0
    public var deadLettered = 0
    /// Attempts under way.
    public var running = 0
    /// Receivers in memory, whether or not they are owed something.
    public var receivers = 0
}

/// Drains the outbox: posts each event to its receiver until it answers 200 or the last attempt failed.
///
/// An event is sent at least once, also across restarts: it leaves the outbox only after the answer. The events of a
/// call go out in order; receivers do not wait for each other. Events come from memory as they are committed; the store
/// is read for what an earlier run left, for retries, and for what a receiver is owed beyond what memory holds of it.
public final class WebhookDispatcher: Sendable {
    private struct State {
        var queue: DeliveryQueue?
        /// Receivers of events that were committed before the queue was there.
        var early: Set<String> = []
        var counts = WebhookCounts()
        /// The times at which `run` will be woken anyway.
        var alarms: Set<WallTime> = []
    }

    private let store: any CallStore
    private let commit: @Sendable ([StoreWrite]) async throws -> Void
    private let surroundings: WebhookSurroundings
    private let limits: DeliveryQueue.Limits
    private let courier: Courier
    private let log: Logger
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    /// The store's reads block, here.
    private let reads = DispatchQueue(label: "webhooks.outbox")

    /// - Parameters:
    ///   - store: where the outbox is read.
    ///   - tenants: the accounts whose keys sign.
    ///   - links: makes the links to recordings that are told.
    ///   - commit: makes what came of attempts durable; returns when it is.
    public convenience init(
        store: any CallStore, settings: WebhookSettings, tenants: @escaping @Sendable () -> TenantDirectory,
        links: @escaping RecordingLinkMaker, commit: @escaping @Sendable ([StoreWrite]) async throws -> Void,
        surroundings: WebhookSurroundings, log: Logger
    ) {
        self.init(
            store: store, settings: settings, tenants: tenants, links: links, commit: commit,
            surroundings: surroundings, log: log, limits: DeliveryQueue.Limits(), timeout: Courier.timeout,
            trustRoots: [])
    }

    init(
        store: any CallStore, settings: WebhookSettings, tenants: @escaping @Sendable () -> TenantDirectory,
        links: @escaping RecordingLinkMaker, commit: @escaping @Sendable ([StoreWrite]) async throws -> Void,
        surroundings: WebhookSurroundings, log: Logger, limits: DeliveryQueue.Limits, timeout: Duration,
        trustRoots: [NIOSSLCertificate]
    ) {
        self.store = store
        self.commit = commit
        self.surroundings = surroundings
        self.limits = limits
        self.log = log
        courier = Courier(
            settings: settings, tenants: tenants, now: surroundings.now, links: links,
            lookup: NameLookup(group: surroundings.eventLoops, resolve: surroundings.resolve),
            clients: PinnedClients(
                group: surroundings.eventLoops, connections: limits.runningPerOrigin, limit: 256,
                trustRoots: trustRoots),
            timeout: timeout)
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes events that were just committed, in the order of their numbers. Never blocks.
    public func take(_ entries: [OutboxEntry]) {
        let now = surroundings.now()
        state.withLock { state in
            guard state.queue?.addFresh(entries, at: now) == nil else { return }
            state.early.formUnion(entries.map(\.target.url))
        }
        signal.yield()
    }

    public var counts: WebhookCounts {
        state.withLock { state in
            var counts = state.counts
            counts.running = state.queue?.runningCount ?? 0
            counts.receivers = state.queue?.knownCount ?? 0
            return counts
        }
    }

    /// Delivers until the task is cancelled; called once. Attempts under way are then broken off and made again after
    /// the next start; what is being recorded is waited for.
    public func run() async {
        courier.lookup.start()
        await withDiscardingTaskGroup { group in
            var signals = signals.makeAsyncIterator()
            repeat {
                await read()
                for delivery in takeDeliveries() {
                    group.addTask { await self.deliver(delivery) }
                }
                if let alarm = nextAlarm() {
                    group.addTask { await self.raise(alarm) }
                }
            } while await signals.next() != nil
        }
        await close()
    }

    private func close() async {
        do {
            try await courier.clients.shutDown()
            try await courier.lookup.shutDown()
        } catch {
            log.error("webhook connections were not closed", metadata: ["error": "\(error)"])
        }
    }
}

// Reading the outbox.
extension WebhookDispatcher {
    private static let patience = Duration.seconds(1)

    private func read() async {
        do {
            try await readSummary()
            try await readDue()
        } catch is CancellationError {
            return
        } catch {
            log.error("the outbox cannot be read", metadata: ["error": "\(error)"])
            // A cancelled sleep ends the loop at its next signal.
            try? await surroundings.sleep(Self.patience)
            signal.yield()
        }
    }

    private func readSummary() async throws {
        guard state.withLock({ $0.queue == nil }) else { return }
        let summary = try await blocking { try $0.outboxSummary() }
        state.withLock { state in
            state.queue = DeliveryQueue(summary, more: state.early, limits: limits)
            state.early = []
        }
    }

    private func readDue() async throws {
        let now = surroundings.now()
        let fetches = state.withLock { $0.queue?.fetches(at: now) ?? [] }
        for (index, fetch) in fetches.enumerated() {
            do {
                let due = try await blocking { try $0.outbox(to: fetch.url, dueAt: now, limit: fetch.limit) }
                state.withLock { $0.queue?.addDue(due, of: fetch.url, limit: fetch.limit) }
            } catch {
                for failed in fetches[index...] { state.withLock { $0.queue?.fetchFailed(failed.url) } }
                throw error
            }
        }
    }

    private func blocking<Value: Sendable>(
        _ body: @escaping @Sendable (any CallStore) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            reads.async { [store] in continuation.resume(with: Result { try body(store) }) }
        }
    }
}

// Waiting.
extension WebhookDispatcher {
    /// A later alarm is raised at this distance first: the clock may be set meanwhile.
    private static let longestSleep: Int64 = 60_000

    /// The time at which to look again, unless that is arranged for.
    private func nextAlarm() -> WallTime? {
        let now = surroundings.now()
        return state.withLock { state in
            guard let due = state.queue?.nextDue else { return nil }
            let latest = WallTime(milliseconds: now.milliseconds + Self.longestSleep)
            let alarm = min(max(due, now), latest)
            if let first = state.alarms.min(), first <= alarm { return nil }
            state.alarms.insert(alarm)
            return alarm
        }
    }

    private func raise(_ alarm: WallTime) async {
        let wait = max(0, alarm.milliseconds - surroundings.now().milliseconds)
        // Cancelled: the loop ends anyway.
        try? await surroundings.sleep(.milliseconds(wait))
        state.withLock { _ = $0.alarms.remove(alarm) }
        signal.yield()
    }
}

// Delivering.
extension WebhookDispatcher {
    private func takeDeliveries() -> [DeliveryQueue.Delivery] {
        state.withLock { state in
            var deliveries: [DeliveryQueue.Delivery] = []
            while let delivery = state.queue?.next() { deliveries.append(delivery) }
            return deliveries
        }
    }

    private func deliver(_ delivery: DeliveryQueue.Delivery) async {
        let failure = await attempt(delivery)
        change { $0.attemptEnded(delivery) }
        if failure != nil, Task.isCancelled { return }
        let (write, retry) = outcome(of: delivery.entry, failure)
        do {
            try await commit([write])
            change { $0.recorded(delivery.entry, retry: retry) }
        } catch {
            // It stays in memory, so that it is not sent again before the next start.
            log.error("what became of an event was not recorded", metadata: metadata(delivery.entry, "\(error)"))
        }
    }

    /// Changes the queue, and looks at it again where that brings something to do.
    private func change(_ body: (inout DeliveryQueue) -> Void) {
        let wantsLook = state.withLock { state in
            guard var queue = state.queue.take() else { return false }
            body(&queue)
            defer { state.queue = queue }
            return queue.wantsLook
        }
        if wantsLook { signal.yield() }
    }

    private func attempt(_ delivery: DeliveryQueue.Delivery) async -> DeliveryFailure? {
        do {
            try await courier.deliver(delivery.entry, to: delivery.receiver.get())
            return nil
        } catch {
            return error
        }
    }

    private func outcome(
        of entry: OutboxEntry, _ failure: DeliveryFailure?
    ) -> (write: StoreWrite, retry: WallTime?) {
        guard let failure else {
            state.withLock { $0.counts.delivered += 1 }
            return (.delivered(outbox: entry.number), nil)
        }
        let (attempts, error, now) = (entry.attempts + 1, "\(failure)", surroundings.now())
        var generator = SystemRandomNumberGenerator()
        let wait = RetrySchedule().wait(afterFailed: attempts, using: &generator)
        state.withLock { state in
            state.counts.failedAttempts += 1
            if wait == nil { state.counts.deadLettered += 1 }
        }
        guard let wait else {
            log.warning("event given up", metadata: metadata(entry, error))
            return (.deadLettered(outbox: entry.number, attempts: attempts, error: error, at: now), nil)
        }
        log.info("event not delivered", metadata: metadata(entry, error))
        let retry = WallTime(milliseconds: now.milliseconds + wait.milliseconds)
        return (.attemptFailed(outbox: entry.number, attempts: attempts, retry: retry, error: error), retry)
    }

    private func metadata(_ entry: OutboxEntry, _ error: String) -> Logger.Metadata {
        [
            "call": "\(entry.event.call)", "event": "\(entry.event.id)", "attempt": "\(entry.attempts + 1)",
            "error": "\(error)",
        ]
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
