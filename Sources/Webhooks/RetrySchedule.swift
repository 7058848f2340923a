/// When an event is sent again, and when it is given up.
struct RetrySchedule: Sendable {
    /// The waits after the end of the first, second, … failed attempt.
    private static let waits: [(wait: Duration, spread: Double)] = [
        (.seconds(1), 0), (.seconds(5), 0), (.seconds(30), 0),
        (.seconds(2 * 60), 0.2), (.seconds(10 * 60), 0.2), (.seconds(30 * 60), 0.2),
        (.seconds(2 * 3600), 0.2), (.seconds(6 * 3600), 0.2),
    ]

    /// After so many failed attempts an event joins the dead letters.
    static let attempts = waits.count + 1

    /// - Parameters:
    ///   - attempts: how many attempts failed, from 1.
    ///   - generator: spreads the longer waits by ±20 %, so that the events of an outage do not all return at once.
    /// - Returns: the wait from the end of the last attempt, or `nil` when it was the last.
    func wait(afterFailed attempts: Int, using generator: inout some RandomNumberGenerator) -> Duration? {
        guard attempts < Self.attempts else { return nil }
        let (wait, spread) = Self.waits[max(attempts, 1) - 1]
        guard spread > 0 else { return wait }
        return wait * Double.random(in: 1 - spread...1 + spread, using: &generator)
    }
}
