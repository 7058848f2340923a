/// A wall-clock time as RTCP carries it (RFC 3550 §4): seconds since 1900 and their 2³²th parts.
public struct NTPTime: Hashable, Sendable {
    public let bits: UInt64

    public init(bits: UInt64) { self.bits = bits }

    /// From 1900 to 1970: 70 years with 17 leap days.
    private static let unixEpoch: UInt64 = 2_208_988_800

    /// - Parameter nanoseconds: since 1970-01-01 UTC, without leap seconds; not negative.
    public init(unixNanoseconds nanoseconds: Int64) {
        let (seconds, rest) = UInt64(nanoseconds).quotientAndRemainder(dividingBy: 1_000_000_000)
        bits = (seconds &+ NTPTime.unixEpoch) << 32 | (rest << 32) / 1_000_000_000
    }

    /// The middle 32 bits, by which reports name a sender report (RFC 3550 §6.4.1).
    public var middle: UInt32 { UInt32(truncatingIfNeeded: bits >> 16) }
}

/// What a report block says of the last sender report received: which, and how long ago (RFC 3550 §6.4.1).
public struct SenderReportEcho: Hashable, Sendable {
    /// The middle 32 bits of the sender report's NTP time.
    public let middle: UInt32
    /// In 1/65,536 seconds.
    public let delay: UInt32

    /// - Parameter nanoseconds: since that report arrived.
    public init(of report: NTPTime, nanosecondsAgo nanoseconds: Int64) {
        middle = report.middle
        delay = SenderReportEcho.units(nanoseconds)
    }

    static func units(_ nanoseconds: Int64) -> UInt32 {
        let (seconds, rest) = UInt64(max(0, nanoseconds)).quotientAndRemainder(dividingBy: 1_000_000_000)
        return UInt32(truncatingIfNeeded: min(seconds, 0xFFFF) << 16 | (rest << 16) / 1_000_000_000)
    }
}

extension ReportBlock {
    /// The round-trip time in nanoseconds that a block about us shows when it arrives at `now` (RFC 3550 §6.4.1);
    /// `nil` if the far end has had no sender report of ours, or says impossible things.
    public func roundTrip(at now: NTPTime) -> Int64? {
        guard lastSenderReport != 0 else { return nil }
        let units = now.middle &- lastSenderReport &- delay
        guard units < 1 << 31 else { return nil }
        return (Int64(units) * 1_000_000_000) >> 16
    }
}
