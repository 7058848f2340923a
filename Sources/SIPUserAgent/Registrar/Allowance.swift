import SansIO

/// So many at once, and so many a second after that (a token bucket).
struct Allowance: Hashable {
    /// In billionths.
    private var level: Int64
    private var updated: Instant

    init(_ burst: Int, at now: Instant) {
        level = Int64(burst) * 1_000_000_000
        updated = now
    }

    /// Whether there is still room for `amount`.
    mutating func take(_ amount: Int, burst: Int, perSecond: Int, at now: Instant) -> Bool {
        let cap = Int64(burst) * 1_000_000_000
        let passed = max(0, (now - updated).wholeNanoseconds)
        // Beyond the time that fills it, more time adds nothing; so no product overflows.
        level = passed > cap / Int64(perSecond) ? cap : min(cap, level + passed * Int64(perSecond))
        updated = now
        guard level >= Int64(amount) * 1_000_000_000 else { return false }
        level -= Int64(amount) * 1_000_000_000
        return true
    }

    /// Gives back what turned out well.
    mutating func giveBack(_ amount: Int, burst: Int) {
        level = min(Int64(burst) * 1_000_000_000, level + Int64(amount) * 1_000_000_000)
    }
}
