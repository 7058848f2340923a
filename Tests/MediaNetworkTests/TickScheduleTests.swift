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

    @Test func theAlarmIsForTheNextLegThatIsPlayedToAndOtherwiseOncePerPeriod() {
        let schedule = Subject(origin: origin)
        #expect(schedule.nextAlarm == origin + .milliseconds(20))
        schedule.startPlaying(43)
        schedule.startPlaying(3)
        schedule.startPlaying(17)
        #expect(schedule.nextAlarm == origin + .milliseconds(3))
        #expect(schedule.due(at: origin + .milliseconds(3)) == 1..<4)
        #expect(schedule.nextAlarm == origin + .milliseconds(17))
        #expect(schedule.due(at: origin + .milliseconds(17)) == 4..<18)
        #expect(schedule.nextAlarm == origin + .milliseconds(23))
        schedule.stopPlaying(3)
        #expect(schedule.nextAlarm == origin + .milliseconds(23))
        schedule.stopPlaying(43)
        #expect(schedule.nextAlarm == origin + .milliseconds(37))
        schedule.stopPlaying(17)
        #expect(schedule.nextAlarm == origin + .milliseconds(37))
    }

    @Test func aRestartedScheduleCountsFromItsNewOrigin() {
        let schedule = Subject(origin: origin)
        #expect(schedule.due(at: origin + .milliseconds(50)).count == 50)
        schedule.restart(at: origin + .seconds(9))
        #expect(schedule.due(at: origin + .seconds(9)).isEmpty)
        #expect(schedule.due(at: origin + .milliseconds(9_002)) == 1..<3)
    }
}

/// The schedule under test. A class, because an expectation cannot call what mutates a value.
private final class Subject {
    private var schedule: TickSchedule

    init(origin: Instant) { schedule = TickSchedule(origin: origin) }

    func due(at now: Instant) -> Range<Int64> { schedule.due(at: now) }
    func restart(at now: Instant) { schedule.restart(at: now) }
    func startPlaying(_ slot: Int) { schedule.startPlaying(slot) }
    func stopPlaying(_ slot: Int) { schedule.stopPlaying(slot) }
    var nextAlarm: Instant { schedule.nextAlarm }
    func instant(of tick: Int64) -> Instant { schedule.instant(of: tick) }
}
