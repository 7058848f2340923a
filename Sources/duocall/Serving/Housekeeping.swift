import CallModel
import Foundation
import Storage

/// Forgets what is no longer needed: expired replay keys, and calls that were kept long enough.
struct Housekeeping: Sendable {
    /// How often it looks.
    static let pace: Duration = .seconds(60)
    /// Calls forgotten in one transaction. Small, because calls wait for the store meanwhile.
    static let piece = 100
    /// The rest between two such transactions.
    static let rest: Duration = .milliseconds(50)

    let store: any CallStore
    let committer: GroupCommitter
    /// How long calls are kept after their acceptance; `nil`: for ever.
    let callRetention: Duration?

    /// Goes on until the task is cancelled.
    func run(report: @Sendable (any Error) -> Void) async {
        while !Task.isCancelled {
            let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            do {
                try await forget(at: now) { try await Task.sleep(for: Self.rest) }
                try await Task.sleep(for: Self.pace)
            } catch is CancellationError {
                return
            } catch {
                report(error)
                // A cancelled sleep ends the loop.
                try? await Task.sleep(for: Self.pace)
            }
        }
    }

    /// One round. A failing store is left alone until the next.
    func forget(at now: WallTime, rest: () async throws -> Void) async throws {
        try await committer.commit([.forgetReplays(before: now)])
        guard let callRetention else { return }
        let kept = Int64(callRetention.components.seconds) * 1000
        let time = WallTime(milliseconds: now.milliseconds - kept)
        while true {
            let calls = try await old(acceptedBefore: time)
            if calls.isEmpty { return }
            try await committer.commit([.forgetCalls(calls)])
            try await rest()
        }
    }

    /// Reading blocks, so it has a thread of its own.
    private func old(acceptedBefore time: WallTime) async throws -> [CallID] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { [store] in
                continuation.resume(
                    with: Result { try store.forgettableCalls(acceptedBefore: time, limit: Self.piece) })
            }
        }
    }
}
