import CallModel
import Synchronization

/// Bounds how many large bodies are held at once: each takes 20 MB before it is known who sent it.
final class UploadGate: Sendable {
    static let maxAtOnce = 4

    private let count = Mutex(0)

    /// Each entry is followed by `leave()`.
    func enter() throws(Refusal) {
        let entered = count.withLock { count in
            guard count < Self.maxAtOnce else { return false }
            count += 1
            return true
        }
        if !entered { throw .code(.busy) }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
