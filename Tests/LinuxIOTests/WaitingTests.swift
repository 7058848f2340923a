import LinuxIO
import SansIO
import Testing

struct WaitingTests {
    @Test func aThreadWaitsUntilItIsWoken() throws {
        let shared = Shared(wakeUp: try WakeUp(), answered: try WakeUp())
        let thread = try DedicatedThread(name: "a name longer than fifteen bytes") { shared.waitAndAnswer() }
        let poller = try Poller()
        try poller.add(shared.answered.descriptor, token: 0)
        let early = poller.wait(.zero)
        #expect(early == 0)
        shared.wakeUp.signal()
        _ = try firstEvent(poller)
        thread.join()
        shared.answered.acknowledge()
        let late = poller.wait(.zero)
        #expect(late == 0)
    }

    @Test func anAlarmRingsAtItsInstantAndThenRegularly() throws {
        let alarm = try AlarmClock()
        let poller = try Poller()
        try poller.add(alarm.descriptor, token: 3)
        let before = alarm.acknowledge()
        #expect(before == 0)
        let start = MonotonicClock.now()
        alarm.ring(at: start + .milliseconds(5), every: .milliseconds(5))
        var rung: UInt64 = 0
        while rung < 4 {
            _ = try firstEvent(poller)
            rung += alarm.acknowledge()
        }
        #expect(MonotonicClock.now() >= start + .milliseconds(20))
        alarm.silence()
        let after = alarm.acknowledge()
        #expect(after == 0)
    }

    @Test func anInstantInThePastRingsAtOnce() throws {
        let alarm = try AlarmClock()
        let poller = try Poller()
        try poller.add(alarm.descriptor, token: 3)
        alarm.ring(at: Instant(nanoseconds: 0))
        _ = try firstEvent(poller)
        let rung = alarm.acknowledge()
        #expect(rung == 1)
    }

    @Test func aRemovedDescriptorIsNoLongerWatched() throws {
        let wakeUp = try WakeUp()
        let poller = try Poller()
        try poller.add(wakeUp.descriptor, token: 0)
        wakeUp.signal()
        let watched = poller.wait(.zero)
        try poller.remove(wakeUp.descriptor)
        let unwatched = poller.wait(.zero)
        #expect((watched, unwatched) == (1, 0))
    }

    @Test func theOpenFileLimitIsRaisedToTheHardLimit() throws {
        let raised = try ProcessLimits.raiseOpenFiles()
        #expect(try ProcessLimits.raiseOpenFiles() == raised)
        #expect(raised >= 256)
    }
}

private final class Shared: Sendable {
    let wakeUp: WakeUp
    let answered: WakeUp

    init(wakeUp: consuming WakeUp, answered: consuming WakeUp) {
        self.wakeUp = wakeUp
        self.answered = answered
    }

    func waitAndAnswer() {
        do {
            let poller = try Poller()
            try poller.add(wakeUp.descriptor, token: 0)
            while poller.wait() == 0 {}
            answered.signal()
        } catch {
            Issue.record("\(error)")
        }
    }
}
