import SansIO
import Testing

@testable import SIPTransactions

@Suite struct InviteClientMachineTests {
    typealias Machine = InviteClientMachine

    enum Phase: CaseIterable { case calling, proceeding, accepted, completed, terminated }

    let timers = SIPTimers()
    let limit = Duration.seconds(300)
    /// Before anything is due.
    let soon = Instant(nanoseconds: 0) + .milliseconds(100)

    func machine(in phase: Phase, over transport: Transport = .udp, at now: Instant) -> Machine {
        var machine = Machine(timers: timers, over: transport, limit: limit, at: Instant(nanoseconds: 0))
        switch phase {
        case .calling: break
        case .proceeding: _ = machine.handle(.provisional, at: now)
        case .accepted: _ = machine.handle(.success, at: now)
        case .completed: _ = machine.handle(.failure, at: now)
        case .terminated: _ = machine.handle(.transportFailed, at: now)
        }
        return machine
    }

    var table: MachineTable<Machine, Phase> {
        MachineTable(now: soon) { machine(in: $0, at: soon) }
    }

    func expected(_ phase: Phase, _ input: Machine.Input) -> (Machine.Action, next: Phase?) {
        switch (phase, input) {
        case (.calling, .provisional): (.deliver, .proceeding)
        case (.calling, .success), (.proceeding, .success): (.deliver, .accepted)
        case (.calling, .failure), (.proceeding, .failure): (.acknowledgeAndDeliver, .completed)
        case (.calling, .transportFailed): (.reportTransportFailure, .terminated)
        case (.proceeding, .provisional), (.accepted, .success): (.deliver, nil)
        case (.completed, .failure): (.acknowledge, nil)
        default: (.none, nil)
        }
    }

    @Test func `every input in every state before any deadline`() {
        table.expectEveryInput(except: { ($0, $1) == (.proceeding, .cancelled) }, expected)
    }

    @Test func `every state but the last has a deadline and leaves it`() {
        table.expectEveryPhase(toEndIn: .terminated)
    }

    @Test func `the request is sent seven times in all, then Timer B fires`() {
        var machine = Machine(timers: timers, over: .udp, limit: limit, at: Instant(nanoseconds: 0))
        var sent: [Duration] = []
        while let deadline = machine.deadline {
            switch machine.handle(.timeOut, at: deadline) {
            case .transmitRequest: sent.append(deadline - Instant(nanoseconds: 0))
            case .reportTimeOut: #expect(deadline - Instant(nanoseconds: 0) == .seconds(32))
            case let other: Issue.record("\(other)")
            }
        }
        #expect(sent == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5].map { .seconds($0) })
    }

    @Test(arguments: [(Phase.proceeding, 300), (.accepted, 32), (.completed, 32)])
    func `the waiting states last as long as their timers`(phase: Phase, seconds: Int) {
        #expect(machine(in: phase, at: soon).deadline == soon + .seconds(seconds))
    }

    @Test(arguments: [Transport.tcp, .tls])
    func `over a stream nothing is sent again, and a failure ends the transaction at once`(transport: Transport) {
        var silent = machine(in: .calling, over: transport, at: soon)
        #expect(silent.deadline == Instant(nanoseconds: 0) + .seconds(32))
        #expect(silent.handle(.timeOut, at: Instant(nanoseconds: 0) + .seconds(32)) == .reportTimeOut)
        for phase in [Phase.calling, .proceeding] {
            var machine = machine(in: phase, over: transport, at: soon)
            #expect(machine.handle(.failure, at: soon) == .acknowledgeAndDeliver)
            #expect(machine.deadline == nil)
        }
        #expect(machine(in: .accepted, over: transport, at: soon).deadline == soon + .seconds(32))
    }

    @Test func `a proceeding transaction reports that its limit passed`() {
        var machine = machine(in: .proceeding, at: soon)
        #expect(machine.handle(.timeOut, at: soon + .seconds(299)) == .none)
        #expect(machine.handle(.timeOut, at: soon + .seconds(300)) == .reportTimeOut)
        #expect(machine.deadline == nil)
    }

    @Test func `a cancelled transaction waits for 64 T1 and never longer than its limit`() {
        var machine = machine(in: .proceeding, at: soon)
        #expect(machine.handle(.cancelled, at: soon) == .none)
        #expect(machine.deadline == soon + .seconds(32))
        var late = self.machine(in: .proceeding, at: soon)
        _ = late.handle(.cancelled, at: soon + .seconds(290))
        #expect(late.deadline == soon + .seconds(300))
    }

    @Test func `a resumed transaction starts in Proceeding`() {
        let resumed = Machine(resumedWith: timers, over: .udp, limit: limit, at: soon)
        #expect(resumed == machine(in: .proceeding, at: soon))
    }
}
