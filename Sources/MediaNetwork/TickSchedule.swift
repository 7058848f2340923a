internal import SansIO

/// The packet loop's absolute 1 ms ticks, of which each leg has every twentieth.
///
/// The thread sleeps through ticks at which nothing is played to anybody, but for one in each period: what is due then
/// beside packets may wait so long.
struct TickSchedule {
    /// Ticks between two turns of a leg: the length of the frames that we make.
    static let period = 20
    /// Ticks that are made up for after a delay: 100 ms. Older ones are given up.
    static let longestBacklog: Int64 = 100

    private var origin: Instant
    private var next: Int64 = 1
    /// How many legs are played to in each tick of the period.
    private var playing = [Int](repeating: 0, count: TickSchedule.period)

    init(origin: Instant) { self.origin = origin }

    /// Counts ticks anew, since nobody counted for a while.
    mutating func restart(at now: Instant) {
        origin = now
        next = 1
    }

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

    mutating func startPlaying(_ slot: Int) { playing[slot % TickSchedule.period] += 1 }
    mutating func stopPlaying(_ slot: Int) { playing[slot % TickSchedule.period] -= 1 }

    /// When the thread has to look again.
    var nextAlarm: Instant {
        let last = next + Int64(TickSchedule.period) - 1
        let tick = (next..<last).first { playing[TickSchedule.firstSlot(at: $0)] > 0 } ?? last
        return instant(of: tick)
    }
}
