import Foundation
import Glibc
@testable import LinuxIO
import SansIO
import Synchronization
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

    @Test func anUrgentThreadHasItsSchedulingFromTheStart() throws {
        let seen = Mutex<Int32?>(nil)
        let thread = try DedicatedThread(name: "urgent", urgency: .realTime) {
            var policy: Int32 = -1
            var parameters = sched_param()
            pthread_getschedparam(pthread_self(), &policy, &parameters)
            seen.withLock { $0 = policy }
        }
        thread.join()
        let policy = seen.withLock { $0 }
        switch thread.urgency {
        case .realTime: #expect(policy == SCHED_RR)
        case .prompt: #expect(policy == SCHED_OTHER)
        case .ordinary: Issue.record("an urgent thread has short turns at least")
        }
    }

    /// Linux grants them since 6.12.
    @Test func anybodyMayHaveShortTurns() throws {
        let granted = Mutex<UInt64?>(nil)
        let thread = try DedicatedThread(name: "prompt") {
            let length = DedicatedThread.takeShortTurns()
            granted.withLock { $0 = length }
        }
        thread.join()
        var name = utsname()
        uname(&name)
        let release = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let numbers = release.split { !$0.isNumber }.compactMap { Int($0) }
        let isKnown = numbers[0] > 6 || numbers[0] == 6 && numbers[1] >= 12
        #expect(granted.withLock { $0 } == (isKnown ? DedicatedThread.shortestTurn : 0))
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

    @Test func aReservedDescriptorIsToldOfOnlyOnceItIsWatched() throws {
        let wakeUp = try WakeUp()
        let poller = try Poller()
        try poller.reserve(wakeUp.descriptor)
        wakeUp.signal()
        let reserved = poller.wait(.zero)
        poller.watch(wakeUp.descriptor, token: 7)
        let event = try firstEvent(poller)
        #expect(reserved == 0)
        #expect(event.token == 7)
        #expect(throws: SystemError.self) { try poller.reserve(wakeUp.descriptor) }
    }

    @Test func theOpenFileLimitIsRaisedToTheHardLimit() throws {
        let raised = try ProcessLimits.raiseOpenFiles()
        #expect(try ProcessLimits.raiseOpenFiles() == raised)
        #expect(raised >= 256)
    }

    @Test func theProcessorsAreThoseThatThisThreadMayRunOn() {
        #expect(ProcessLimits.processors == ProcessInfo.processInfo.activeProcessorCount)
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
