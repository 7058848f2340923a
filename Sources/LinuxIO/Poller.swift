internal import CLinux
internal import Glibc
internal import SansIO

/// One thread's view of which descriptors are ready (epoll(7), level-triggered).
///
/// Used by one thread at a time, which may be another than the one that made it; that is why it may be sent there.
/// Other threads reach it through a `WakeUp`, and may `reserve`.
public struct Poller: ~Copyable, @unchecked Sendable {
    /// A descriptor that is ready.
    public struct Event: Sendable {
        /// What the descriptor was added with.
        public let token: UInt64
        /// There is something to read.
        public let isReadable: Bool
        /// An error is pending, or an entry in the error queue.
        public let hasError: Bool
    }

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private let capacity: Int

    /// - Parameter capacity: the most events that one `wait` returns.
    public init(capacity: Int = 128) throws(SystemError) {
        precondition(capacity > 0)
        descriptor = try check(epoll_create1(Int32(EPOLL_CLOEXEC)), "epoll_create1")
        events = .allocate(capacity: capacity)
        events.initialize(repeating: epoll_event(), count: capacity)
        self.capacity = capacity
    }

    deinit {
        events.deallocate()
        close(descriptor)
    }

    /// Watches a descriptor for something to read. Closing the descriptor takes it out again.
    public func add(_ added: Int32, token: UInt64) throws(SystemError) {
        try enter(added, EPOLLIN.rawValue, token: token)
    }

    /// Makes room for a descriptor without watching it, from any thread: `watch` then has nothing left that could fail.
    public func reserve(_ reserved: Int32) throws(SystemError) {
        try enter(reserved, 0, token: 0)
    }

    private func enter(_ entered: Int32, _ awaited: UInt32, token: UInt64) throws(SystemError) {
        var event = epoll_event(events: awaited, data: epoll_data_t(u64: token))
        try check(epoll_ctl(descriptor, EPOLL_CTL_ADD, entered, &event), "epoll_ctl")
    }

    /// Watches a descriptor that was reserved for something to read.
    public func watch(_ reserved: Int32, token: UInt64) {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: token))
        let result = epoll_ctl(descriptor, EPOLL_CTL_MOD, reserved, &event)
        precondition(result == 0, "epoll_ctl: errno \(errno)")
    }

    /// No longer watches a descriptor.
    public func remove(_ removed: Int32) throws(SystemError) {
        var event = epoll_event()
        try check(epoll_ctl(descriptor, EPOLL_CTL_DEL, removed, &event), "epoll_ctl")
    }

    /// Waits until something is ready and returns how many events there are; 0 when time ran out or a signal came.
    ///
    /// - Parameter timeout: at most this long, rounded up to milliseconds; `nil` waits for ever.
    public func wait(_ timeout: Duration? = nil) -> Int {
        let milliseconds = timeout.map { Int32(clamping: max(0, ($0.wholeNanoseconds + 999_999) / 1_000_000)) } ?? -1
        let count = epoll_wait(descriptor, events, Int32(capacity), milliseconds)
        if count < 0 { precondition(errno == EINTR, "epoll_wait: errno \(errno)") }
        return max(0, Int(count))
    }

    /// An event of the last `wait`.
    public func event(at index: Int) -> Event {
        precondition(index >= 0 && index < capacity)
        let flags = events[index].events
        return Event(
            token: events[index].data.u64, isReadable: flags & EPOLLIN.rawValue != 0,
            hasError: flags & EPOLLERR.rawValue != 0)
    }
}
