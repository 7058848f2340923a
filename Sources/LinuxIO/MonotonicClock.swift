internal import CLinux
internal import Glibc
public import SansIO

/// The clock that all our instants are on: CLOCK_MONOTONIC, unaffected by changes of the date.
public enum MonotonicClock {
    /// Nanoseconds since the machine's start.
    public static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

/// The calendar clock.
public enum CalendarClock {
    /// Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public static func nanosecondsSince1970() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
