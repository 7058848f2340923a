import SansIO
import Testing

@testable import MediaNetwork

struct TickScheduleTests {
    private let origin = Instant(nanoseconds: 77)

    @Test func eachTickIsDueOnceHoweverLate() {
        let schedule = Subject(origin: origin)
        #expect(schedule.due(at: origin).isEmpty)
        #expect(schedule.due(at: origin + .microseconds(999)).isEmpty)
        #expect(schedule.due(at: origin + .milliseconds(1)) == 1..<2)
        #expect(schedule.due(at: origin + .milliseconds(1)).isEmpty)
        #expect(schedule.due(at: origin + .microseconds(4_500)) == 2..<5)
        #expect(schedule.due(at: origin + .milliseconds(5)) == 5..<6)
        #expect(schedule.instant(of: 5) == origin + .milliseconds(5))
    }

    @Test func aBacklogOfATenthOfASecondIsMadeUpForAndNoMore() {
        let schedule = Subject(origin: origin)
        #expect(schedule.due(at: origin + .milliseconds(100)) == 1..<101)
        #expect(schedule.due(at: origin + .milliseconds(201)) == 102..<202)
        #expect(schedule.due(at: origin + .seconds(60)) == 59_901..<60_001)
    }

    @Test func everyLegHasEveryTwentiethTick() {
        var turns = [Int](repeating: 0, count: 50)
        for tick in Int64(1)...20 {
            for slot in stride(from: TickSchedule.firstSlot(at: tick), to: 50, by: TickSchedule.period) {
                turns[slot] += 1
            }
        }
        #expect(turns.allSatisfy { $0 == 1 })
    }
}

/// The schedule under test. A class, because an expectation cannot call what mutates a value.
private final class Subject {
    private var schedule: TickSchedule

    init(origin: Instant) { schedule = TickSchedule(origin: origin) }

    func due(at now: Instant) -> Range<Int64> { schedule.due(at: now) }
    func instant(of tick: Int64) -> Instant { schedule.instant(of: tick) }
}
