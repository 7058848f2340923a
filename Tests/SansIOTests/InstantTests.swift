import SansIO
import Testing

@Suite struct InstantTests {
    @Test func `instants and durations add and subtract exactly`() {
        let start = Instant(nanoseconds: 5)
        #expect(start + .seconds(21600) == Instant(nanoseconds: 21_600_000_000_005))
        #expect(start - .milliseconds(1) == Instant(nanoseconds: -999_995))
        #expect(start + .seconds(3) - start == .seconds(3))
        #expect(start - (start + .nanoseconds(1)) == .nanoseconds(-1))
        #expect(start + .seconds(-1) == start - .seconds(1))
    }

    @Test func `instants are ordered by time`() {
        #expect(Instant(nanoseconds: -1) < Instant(nanoseconds: 0))
        #expect(!(Instant(nanoseconds: 7) < Instant(nanoseconds: 7)))
    }

    @Test func `whole nanoseconds and milliseconds are rounded towards zero`() {
        let oneAndAHalf = Duration(secondsComponent: 0, attosecondsComponent: 1_500_000_000)
        #expect(oneAndAHalf.wholeNanoseconds == 1)
        #expect((.zero - oneAndAHalf).wholeNanoseconds == -1)
        #expect(Duration.nanoseconds(-1_999_999).wholeMilliseconds == -1)
        #expect(Duration.nanoseconds(1_999_999).wholeMilliseconds == 1)
        #expect((Duration.seconds(-2) + .nanoseconds(1)).wholeNanoseconds == -1_999_999_999)
        #expect(Duration.seconds(200 * 365 * 86400).wholeNanoseconds == 6_307_200_000_000_000_000)
    }

    @Test func `the earlier of two deadlines is found, and never is later than any`() {
        let early = Instant(nanoseconds: 1)
        let late = Instant(nanoseconds: 2)
        #expect(earliest(early, late) == early)
        #expect(earliest(late, early) == early)
        #expect(earliest(early, nil) == early)
        #expect(earliest(nil, late) == late)
        #expect(earliest(nil, nil) == nil)
    }
}
