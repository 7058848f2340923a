import SansIO
import Testing

@testable import SIPTransactions

@Suite struct NonInviteClientMachineTests {
    typealias Machine = NonInviteClientMachine

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
        case .terminated: _ = machine.handle(.transportFailed, at: now)
        }
        return machine
    }

    var table: MachineTable<Machine, Phase> {
        MachineTable(now: soon) { machine(in: $0, at: soon) }
    }

    func expected(_ phase: Phase, _ input: Machine.Input) -> (Machine.Action, next: Phase?) {
        switch (phase, input) {
        case (.trying, .provisional): (.deliver, .proceeding)
        case (.proceeding, .provisional): (.deliver, nil)
        case (.trying, .final), (.proceeding, .final): (.deliver, .completed)
        case (.trying, .transportFailed), (.proceeding, .transportFailed): (.reportTransportFailure, .terminated)
        default: (.none, nil)
        }
    }

    @Test func `every input in every state before any deadline`() { table.expectEveryInput(expected) }

    @Test func `every state but the last has a deadline and leaves it`() {
        table.expectEveryPhase(toEndIn: .terminated)
    }

    func retransmissions(of machine: Machine) -> [Duration] {
        var machine = machine
        var sent: [Duration] = []
        while let deadline = machine.deadline {
            switch machine.handle(.timeOut, at: deadline) {
            case .transmitRequest: sent.append(deadline - origin)
            case .reportTimeOut: #expect(deadline == origin + .seconds(32))
            case let other: Issue.record("\(other)")
            }
        }
        return sent
    }

    @Test func `intervals double up to T2 until Timer F`() {
        let expected = [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
        #expect(retransmissions(of: Machine(timers: timers, over: .udp, at: origin)) == expected.map { .seconds($0) })
    }

    @Test func `after a provisional response it is sent every T2`() {
        let expected = [0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5]
        #expect(retransmissions(of: machine(in: .proceeding, at: soon)) == expected.map { .seconds($0) })
    }

    @Test(arguments: [Transport.tcp, .tls])
    func `over a stream nothing is sent again, and nothing absorbed`(transport: Transport) {
        for phase in [Phase.trying, .proceeding] {
            #expect(retransmissions(of: machine(in: phase, over: transport, at: soon)) == [])
            #expect(machine(in: phase, over: transport, at: soon).deadline == origin + .seconds(32))
        }
        #expect(machine(in: .completed, over: transport, at: soon).deadline == nil)
    }

    @Test func `a completed transaction absorbs for T4`() {
        #expect(machine(in: .completed, at: soon).deadline == soon + .seconds(5))
    }
}
