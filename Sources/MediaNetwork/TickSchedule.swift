internal import SansIO

/// The packet loop's absolute 1 ms ticks, of which each leg has every twentieth.
struct TickSchedule {
    static let tick = Duration.milliseconds(1)
    /// Ticks between two turns of a leg: the length of the frames that we make.
    static let period = 20
    /// Ticks that are made up for after a delay: 100 ms. Older ones are given up.
    static let longestBacklog: Int64 = 100

    let origin: Instant
    private var next: Int64 = 1

    init(origin: Instant) { self.origin = origin }

    /// The ticks that have come since the last time, oldest first.
    mutating func due(at now: Instant) -> Range<Int64> {
        let current = (now.nanoseconds - origin.nanoseconds) / 1_000_000
        guard current >= next else { return next..<next }
        defer { next = current + 1 }
        return max(next, current + 1 - TickSchedule.longestBacklog)..<current + 1
    }

    func instant(of tick: Int64) -> Instant { Instant(nanoseconds: origin.nanoseconds + tick * 1_000_000) }

    /// The first of the table's slots whose turn a tick is; the others follow at distances of `period`.
    static func firstSlot(at tick: Int64) -> Int { Int(tick % Int64(period)) }
}
