import MediaControl
import SansIO
import Testing

@testable import MediaNetwork

struct ReceptionWatchTests {
    private func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: 0) + .milliseconds(milliseconds) }

    @Test func activityIsReportedInTurns() {
        let watch = Subject(.activity(quietAfter: .milliseconds(200)))
        #expect(watch.timeOut(at: at(10_000)) == nil)
        #expect(watch.heardAudio(at: at(10_000)) == .flowing)
        #expect(watch.heardAudio(at: at(10_020)) == nil)
        #expect(watch.timeOut(at: at(10_219)) == nil)
        #expect(watch.timeOut(at: at(10_220)) == .quiet)
        #expect(watch.timeOut(at: at(10_240)) == nil)
        #expect(watch.heardAudio(at: at(11_000)) == .flowing)
    }

    @Test func activityIsAudioOnly() {
        let watch = Subject(.activity(quietAfter: .milliseconds(200)))
        #expect(watch.heardSign(at: at(1)) == nil)
        #expect(watch.heardAudio(at: at(2)) == .flowing)
        #expect(watch.heardSign(at: at(150)) == nil)
        #expect(watch.timeOut(at: at(202)) == .quiet)
    }

    @Test func livenessCountsFromTheCommandAndAnySignRenewsIt() {
        let watch = Subject(.liveness(idleAfter: .seconds(20)))
        #expect(watch.timeOut(at: at(19_999)) == nil)
        #expect(watch.heardSign(at: at(19_999)) == nil)
        #expect(watch.timeOut(at: at(20_000)) == nil)
        #expect(watch.timeOut(at: at(39_999)) == .idle)
        #expect(watch.timeOut(at: at(40_000)) == nil)
        #expect(watch.heardAudio(at: at(41_000)) == .flowing)
        #expect(watch.heardAudio(at: at(41_020)) == nil)
        #expect(watch.timeOut(at: at(61_020)) == .idle)
    }

    @Test func nothingIsReportedUnlessAskedFor() {
        let watch = Subject(.nothing)
        #expect(watch.heardAudio(at: at(0)) == nil)
        #expect(watch.heardSign(at: at(0)) == nil)
        #expect(watch.timeOut(at: at(1_000_000)) == nil)
    }
}

/// The watch under test, set at the origin. A class, because an expectation cannot call what mutates a value.
private final class Subject {
    private var watch: ReceptionWatch

    init(_ command: MediaWatch) { watch = ReceptionWatch(command, at: Instant(nanoseconds: 0)) }

    func heardAudio(at now: Instant) -> ReceptionWatch.Change? { watch.heardAudio(at: now) }
    func heardSign(at now: Instant) -> ReceptionWatch.Change? { watch.heardSign(at: now) }
    func timeOut(at now: Instant) -> ReceptionWatch.Change? { watch.timeOut(at: now) }
}
