internal import CLinux
internal import Glibc

/// Lets other threads wake one that waits in a `Poller` (eventfd(2)).
public struct WakeUp: ~Copyable, Sendable {
    /// To be added to the poller.
    public let descriptor: Int32

    public init() throws(SystemError) {
        descriptor = try check(
            eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)), "eventfd")
    }

    deinit { close(descriptor) }

    /// Wakes the waiting thread. Several signals before it looks are one.
    public func signal() {
        // The only failure is a counter at its limit, and then the thread is being woken already.
        _ = eventfd_write(descriptor, 1)
    }

    /// Called by the woken thread, before it looks at what there is to do.
    public func acknowledge() {
        var count: eventfd_t = 0
        // Fails only when no signal is pending, which is as good.
        _ = eventfd_read(descriptor, &count)
    }
}
