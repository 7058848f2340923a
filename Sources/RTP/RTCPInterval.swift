/// When reports are due in a session of two (RFC 3550 §6.2, §6.3.1, §A.7).
///
/// Two members never use up five percent of a telephone stream's bandwidth, so that the minimum interval always rules
/// and the estimates of size and membership can be left out.
public enum RTCPInterval {
    /// The time from one report to the next: 5 s times 0.5 … 1.5, divided by e − 3/2.
    ///
    /// - Parameter random: all values equally likely.
    public static func next(random: UInt32) -> Duration { spread(.milliseconds(5000), random: random) }

    /// The time from the stream's beginning to the first report: half of that.
    public static func first(random: UInt32) -> Duration { spread(.milliseconds(2500), random: random) }

    private static func spread(_ interval: Duration, random: UInt32) -> Duration {
        let nanoseconds = interval.components.seconds * 1_000_000_000 + interval.components.attoseconds / 1_000_000_000
        let factor = 0.5 + Double(random) / Double(UInt32.max)
        // Reconsideration makes intervals come out shorter than asked for; the divisor makes up for it.
        let compensation = 2.718_281_828_459_045 - 1.5
        return .nanoseconds(Int64(Double(nanoseconds) * factor / compensation))
    }
}
