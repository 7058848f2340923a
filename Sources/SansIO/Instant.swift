/// A point on the monotonic clock, in nanoseconds from an origin that only the caller knows.
///
/// The pure rooms never read a clock: every method that needs the time takes an `Instant`.
public struct Instant: Hashable, Comparable, Sendable, Codable {
    /// Nanoseconds since the origin of the clock in use.
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func < (earlier: Instant, later: Instant) -> Bool {
        earlier.nanoseconds < later.nanoseconds
    }

    public static func + (start: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: start.nanoseconds + duration.wholeNanoseconds)
    }

    public static func - (end: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: end.nanoseconds - duration.wholeNanoseconds)
    }

    public static func - (end: Instant, start: Instant) -> Duration {
        .nanoseconds(end.nanoseconds - start.nanoseconds)
    }
}

extension Duration {
    /// The duration in nanoseconds, rounded towards zero. Traps beyond ±292 years.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// The duration in milliseconds, rounded towards zero.
    public var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}

/// The earlier of two deadlines, where `nil` is "never".
public func earliest(_ one: Instant?, _ other: Instant?) -> Instant? {
    switch (one, other) {
    case (let one?, let other?): min(one, other)
    case (let one?, nil): one
    case (nil, let other): other
    }
}
