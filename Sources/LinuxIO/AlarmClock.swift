internal import CLinux
internal import Glibc
public import SansIO

/// A descriptor that becomes readable at instants of the monotonic clock (timerfd_create(2)).
public struct AlarmClock: ~Copyable, Sendable {
    /// To be added to the poller.
    public let descriptor: Int32

    public init() throws(SystemError) {
        descriptor = try check(
            timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK)), "timerfd_create")
    }

    deinit { close(descriptor) }

    /// Rings at `instant` (at once if that has passed), then at every multiple of `interval` after it, without drift.
    /// Replaces what was set before.
    public func ring(at instant: Instant, every interval: Duration = .zero) {
        // An instant of zero would disarm.
        set(first: max(1, instant.nanoseconds), interval: interval.wholeNanoseconds)
    }

    /// Does not ring again until set anew.
    public func silence() { set(first: 0, interval: 0) }

    /// Called after it rang: how often since the last time. 0 when it did not.
    public func acknowledge() -> UInt64 {
        var count: UInt64 = 0
        let size = read(descriptor, &count, MemoryLayout<UInt64>.size)
        return size == MemoryLayout<UInt64>.size ? count : 0
    }

    private func set(first: Int64, interval: Int64) {
        var value = itimerspec(it_interval: timespec(nanoseconds: interval), it_value: timespec(nanoseconds: first))
        let result = timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &value, nil)
        precondition(result == 0, "timerfd_settime: errno \(errno)")
    }
}

extension timespec {
    fileprivate init(nanoseconds: Int64) {
        self.init(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}
