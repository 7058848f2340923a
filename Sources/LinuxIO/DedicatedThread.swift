internal import CLinux
internal import Glibc

/// A thread of our own, outside every pool.
public struct DedicatedThread: Sendable {
    /// How soon a thread runs when it has something to do and others have the processor.
    public enum Urgency: Sendable {
        /// In its turn, as any thread: on a busy machine that takes some milliseconds.
        case ordinary
        /// In short turns, which come sooner. Anybody may ask for them; before Linux 6.12 they are as long as any.
        case prompt
        /// At once (`SCHED_RR`, priority 1). Needs CAP_SYS_NICE or RLIMIT_RTPRIO.
        case realTime
    }

    /// The shortest turn that Linux grants, in nanoseconds.
    static let shortestTurn: UInt64 = 100_000

    private let thread: pthread_t
    /// What the thread was granted.
    public let urgency: Urgency

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: as seen in top(1); cut after 15 bytes.
    ///   - urgency: what is wanted; who may not have `realTime` gets `prompt`.
    public init(
        name: String, urgency: Urgency = .ordinary, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        switch urgency {
        case .ordinary, .prompt:
            thread = try DedicatedThread.start(name, urgency, body)
            self.urgency = urgency
        case .realTime:
            if let thread = try DedicatedThread.startInRealTime(name, body) {
                self.thread = thread
                self.urgency = .realTime
            } else {
                thread = try DedicatedThread.start(name, .prompt, body)
                self.urgency = .prompt
            }
        }
    }

    /// Waits until the thread's body has returned. To be called exactly once, from another thread.
    public func join() {
        let code = pthread_join(thread, nil)
        precondition(code == 0, "pthread_join: error \(code)")
    }

    /// Has the calling thread run in short turns, and returns their length; 0 where the kernel knows none.
    @discardableResult
    static func takeShortTurns() -> UInt64 { clinux_take_turns(shortestTurn) }

    private static func start(
        _ name: String, _ urgency: Urgency, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) -> pthread_t {
        var thread = pthread_t()
        let code = create(&thread, nil, Start(name: name, urgency: urgency, body: body))
        guard code == 0 else { throw SystemError(code: code, attempt: "pthread_create \(name)") }
        return thread
    }

    /// `nil` when the process may not.
    private static func startInRealTime(
        _ name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) -> pthread_t? {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        var parameters = sched_param(sched_priority: 1)
        pthread_attr_setinheritsched(&attributes, Int32(PTHREAD_EXPLICIT_SCHED))
        pthread_attr_setschedpolicy(&attributes, SCHED_RR)
        pthread_attr_setschedparam(&attributes, &parameters)
        var thread = pthread_t()
        let code = create(&thread, &attributes, Start(name: name, urgency: .realTime, body: body))
        guard code == 0 || code == EPERM else { throw SystemError(code: code, attempt: "pthread_create \(name)") }
        return code == 0 ? thread : nil
    }

    private static func create(
        _ thread: inout pthread_t, _ attributes: UnsafePointer<pthread_attr_t>?, _ start: Start
    ) -> Int32 {
        let start = Unmanaged.passRetained(start)
        let code = pthread_create(&thread, attributes, runThread, start.toOpaque())
        if code != 0 { start.release() }
        return code
    }
}

private final class Start: Sendable {
    let name: String
    let urgency: DedicatedThread.Urgency
    let body: @Sendable () -> Void

    init(name: String, urgency: DedicatedThread.Urgency, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.urgency = urgency
        self.body = body
    }

    func run() {
        clinux_name_thread(name)
        switch urgency {
        case .prompt: DedicatedThread.takeShortTurns()
        case .ordinary, .realTime: break
        }
        body()
    }
}

/// A function, not a closure: a closure formed in isolated code would check for its isolation at run time.
@Sendable
private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { preconditionFailure("a thread without its body") }
    Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
