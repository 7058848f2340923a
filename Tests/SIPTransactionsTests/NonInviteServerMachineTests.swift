import SansIO
import Testing

@testable import SIPTransactions

@Suite struct NonInviteServerMachineTests {
    typealias Machine = NonInviteServerMachine

    enum Phase: CaseIterable { case trying, proceeding, completed, terminated }

    let timers = SIPTimers()
    let origin = Instant(nanoseconds: 0)
    /// Before anything is due.
    let soon = Instant(nanoseconds: 0) + .milliseconds(100)

    func machine(in phase: Phase, over transport: Transport = .udp, at now: Instant) -> Machine {
        var machine = Machine(timers: timers, over: transport, at: origin)
        switch phase {
        case .trying: break
        case .proceeding: _ = machine.handle(.provisional, at: now)
        case .completed: _ = machine.handle(.final, at: now)
        case .terminated: _ = machine.handle(.timeOut, at: origin + .seconds(32))
        }
        return machine
    }

    var table: MachineTable<Machine, Phase> {
        MachineTable(now: soon) { machine(in: $0, at: soon) }
    }

    func expected(_ phase: Phase, _ input: Machine.Input) -> (Machine.Action, next: Phase?) {
        switch (phase, input) {
        case (.trying, .provisional): (.transmitResponse, .proceeding)
        case (.proceeding, .request), (.proceeding, .provisional), (.completed, .request): (.transmitResponse, nil)
        case (.trying, .final), (.proceeding, .final): (.transmitResponse, .completed)
        default: (.none, nil)
        }
    }

    @Test func `every input in every state before any deadline`() { table.expectEveryInput(expected) }

    @Test func `over a stream the final response ends the transaction`() {
        for transport in [Transport.tcp, .tls] {
            #expect(machine(in: .completed, over: transport, at: soon).deadline == nil)
            #expect(machine(in: .proceeding, over: transport, at: soon).deadline == origin + .seconds(32))
        }
    }

    @Test(arguments: [
        (Phase.trying, Machine.Action.reportUnanswered), (.proceeding, .reportUnanswered), (.completed, .none),
    ])
    func `every state ends 64 T1 after it began to wait`(phase: Phase, action: Machine.Action) {
        var machine = machine(in: phase, at: origin)
        #expect(machine.deadline == origin + .seconds(32))
        #expect(machine.handle(.timeOut, at: origin + .seconds(31)) == .none)
        #expect(machine.handle(.timeOut, at: origin + .seconds(32)) == action)
        #expect(machine.deadline == nil)
    }
}
