import Dispatch
import Synchronization

/// A gate that blocks the thread of a store, and tells tasks when the first has come to it.
final class AsyncGate: Sendable {
    private struct State {
        var isOpen: Bool
        var wasReached = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>
    private let opened = DispatchSemaphore(value: 0)

    init(open: Bool) { state = Mutex(State(isOpen: open)) }

    /// Blocks until the gate is open. One thread at a time.
    func pass() {
        let (isOpen, waiter) = state.withLock { state in
            defer { state.waiter = nil }
            state.wasReached = true
            return (state.isOpen, state.waiter)
        }
        waiter?.resume()
        if !isOpen { opened.wait() }
    }

    func close() { state.withLock { $0.isOpen = false } }

    func open() {
        state.withLock { $0.isOpen = true }
        opened.signal()
    }

    func waitUntilReached() async {
        await withCheckedContinuation { continuation in
            let reached = state.withLock { state in
                if !state.wasReached { state.waiter = continuation }
                return state.wasReached
            }
            if reached { continuation.resume() }
        }
    }
}

/// Collects values from any thread until all that are expected have come.
final class Collector<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value] = []
        var waiter: CheckedContinuation<[Value], Never>?
    }

    private let expected: Int
    private let state = Mutex(State())

    init(expecting count: Int) { expected = count }

    func add(_ value: Value) {
        let (values, waiter) = state.withLock { state in
            state.values.append(value)
            return (state.values, state.values.count == expected ? state.waiter : nil)
        }
        waiter?.resume(returning: values)
    }

    func all() async -> [Value] {
        await withCheckedContinuation { continuation in
            let values = state.withLock { state -> [Value]? in
                if state.values.count >= expected { return state.values }
                state.waiter = continuation
                return nil
            }
            if let values { continuation.resume(returning: values) }
        }
    }
}
