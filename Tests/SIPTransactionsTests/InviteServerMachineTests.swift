import SansIO
import Testing

@testable import SIPTransactions

@Suite struct InviteServerMachineTests {
    typealias Machine = InviteServerMachine

    enum Phase: CaseIterable { case fresh, proceeding, accepted, completed, confirmed, terminated }

    let timers = SIPTimers()
    let limit = Duration.seconds(60)
    let origin = Instant(nanoseconds: 0)
    /// Before anything is due.
    let soon = Instant(nanoseconds: 0) + .milliseconds(100)

    func machine(in phase: Phase, over transport: Transport = .udp, at now: Instant) -> Machine {
        var machine = Machine(timers: timers, over: transport, limit: limit, at: origin)
        switch phase {
        case .fresh: break
        case .proceeding: _ = machine.handle(.provisional, at: now)
        case .accepted: _ = machine.handle(.success, at: now)
        case .completed: _ = machine.handle(.failure, at: now)
        case .confirmed:
            _ = machine.handle(.failure, at: now)
            _ = machine.handle(.ack, at: now)
        case .terminated: _ = machine.handle(.timeOut, at: origin + limit)
        }
        return machine
    }

    var table: MachineTable<Machine, Phase> {
        MachineTable(now: soon) { machine(in: $0, at: soon) }
    }

    func expected(_ phase: Phase, _ input: Machine.Input) -> (Machine.Action, next: Phase?) {
        switch (phase, input) {
        case (.fresh, .request), (.proceeding, .request), (.completed, .request): (.transmitResponse, nil)
        case (.fresh, .provisional): (.transmitResponse, .proceeding)
        case (.proceeding, .provisional): (.transmitResponse, nil)
        case (.fresh, .success), (.proceeding, .success): (.transmitResponse, .accepted)
        case (.fresh, .failure), (.proceeding, .failure): (.transmitResponse, .completed)
        case (.accepted, .success): (.transmitResponse, nil)
        case (.accepted, .ack): (.deliverAck, nil)
        case (.completed, .ack): (.none, .confirmed)
        default: (.none, nil)
        }
    }

    @Test func `every input in every state before any deadline`() { table.expectEveryInput(expected) }

    @Test func `every state but the last has a deadline and leaves it`() {
        table.expectEveryPhase(toEndIn: .terminated)
    }

    @Test func `100 goes out after 200 ms unless the user was quicker`() {
        var silent = machine(in: .fresh, at: soon)
        #expect(silent.handle(.timeOut, at: origin + .milliseconds(200)) == .transmitTrying)
        #expect(silent.handle(.timeOut, at: origin + .milliseconds(400)) == .none)
        #expect(machine(in: .proceeding, at: soon).deadline == origin + limit)
    }

    @Test func `a user who never responds is reported at the limit`() {
        var machine = machine(in: .proceeding, at: soon)
        #expect(machine.handle(.timeOut, at: origin + limit) == .reportUnanswered)
        #expect(machine.deadline == nil)
    }

    @Test func `a failure is repeated by Timer G until Timer H`() {
        var machine = machine(in: .completed, at: origin)
        var sent: [Duration] = []
        while let deadline = machine.deadline {
            switch machine.handle(.timeOut, at: deadline) {
            case .transmitResponse: sent.append(deadline - origin)
            case .reportUnacknowledged: #expect(deadline == origin + .seconds(32))
            case let other: Issue.record("\(other)")
            }
        }
        #expect(sent == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5].map { .seconds($0) })
    }

    @Test(arguments: [Transport.tcp, .tls])
    func `over a stream a failure is sent once, and its ACK ends the transaction`(transport: Transport) {
        var machine = machine(in: .completed, over: transport, at: soon)
        #expect(machine.deadline == soon + .seconds(32))
        var unheard = machine
        #expect(unheard.handle(.timeOut, at: soon + .seconds(32)) == .reportUnacknowledged)
        #expect(machine.handle(.ack, at: soon) == .none)
        #expect(machine.deadline == nil)
    }

    @Test(arguments: [(Phase.accepted, 32), (.confirmed, 5)])
    func `the absorbing states last as long as their timers`(phase: Phase, seconds: Int) {
        #expect(machine(in: phase, at: soon).deadline == soon + .seconds(seconds))
    }
}
