internal import CLinux
internal import Glibc

/// A thread of our own, outside every pool.
public struct DedicatedThread: Sendable {
    private let thread: pthread_t

    /// Starts a thread.
    ///
    /// - Parameter name: as seen in top(1); cut after 15 bytes.
    public init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runThread, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw SystemError(code: code, attempt: "pthread_create \(name)")
        }
        self.thread = thread
    }

    /// Waits until the thread's body has returned. To be called exactly once, from another thread.
    public func join() {
        let code = pthread_join(thread, nil)
        precondition(code == 0, "pthread_join: error \(code)")
    }
}

private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

/// A function, not a closure: a closure formed in isolated code would check for its isolation at run time.
@Sendable
private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { preconditionFailure("a thread without its body") }
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    clinux_name_thread(start.name)
    start.body()
    return nil
}
