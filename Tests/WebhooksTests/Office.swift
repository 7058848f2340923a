import CallModel
import Foundation
import Logging
import NIOPosix
import NIOSSL
import SansIO
import Storage

@testable import Webhooks

/// A dispatcher at work on a store in memory, with a clock that jumps and a resolver that is told its answers.
struct Office: Sendable {
    let store: MemoryStore
    let clock: JumpingClock
    /// What was recorded of attempts, in order.
    let recorded = Inbox<StoreWrite>()
    let lookups = Inbox<String>()
    let dispatcher: WebhookDispatcher

    init(
        store: MemoryStore = MemoryStore(), clock: JumpingClock = JumpingClock(), allowPrivate: Bool = true,
        timeout: Duration = .seconds(60),
        limits: DeliveryQueue.Limits = DeliveryQueue.Limits(), trustRoots: [NIOSSLCertificate] = [],
        resolve: @escaping @Sendable (String, Int) -> [IPAddress] = { _, _ in [] }
    ) {
        self.store = store
        self.clock = clock
        let (recorded, lookups) = (recorded, lookups)
        dispatcher = WebhookDispatcher(
            store: store,
            settings: WebhookSettings(allowPrivate: allowPrivate, timestampZone: .gmt),
            tenants: { Sample.tenants }, links: { "\($0)?expires=\($1.milliseconds)" },
            commit: { writes in
                try store.commit(writes)
                for write in writes { recorded.add(write) }
            },
            surroundings: WebhookSurroundings(
                now: { clock.now }, sleep: { try clock.sleep($0) },
                resolve: { name in
                    lookups.add(name)
                    return resolve(name, lookups.all.count)
                },
                eventLoops: MultiThreadedEventLoopGroup.singleton),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            limits: limits, timeout: timeout, trustRoots: trustRoots)
    }

    /// Runs the dispatcher while `body` runs.
    func open(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Commits, and hands on the events of it.
    func commit(_ writes: [StoreWrite]) throws { dispatcher.take(try store.commit(writes)) }
}
