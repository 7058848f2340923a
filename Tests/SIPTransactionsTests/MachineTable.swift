import SansIO
import Testing

@testable import SIPTransactions

/// What the four machines have in common.
protocol TestedMachine: Equatable {
    associatedtype Input: TestedInput
    associatedtype Action: Equatable

    var deadline: Instant? { get }
    mutating func handle(_ input: Input, at now: Instant) -> Action
}

protocol TestedInput: CaseIterable {
    static var timeOut: Self { get }
}

extension InviteClientMachine: TestedMachine {}
extension InviteClientMachine.Input: TestedInput {}
extension InviteServerMachine: TestedMachine {}
extension InviteServerMachine.Input: TestedInput {}
extension NonInviteClientMachine: TestedMachine {}
extension NonInviteClientMachine.Input: TestedInput {}
extension NonInviteServerMachine: TestedMachine {}
extension NonInviteServerMachine.Input: TestedInput {}

/// A machine in each of its phases.
struct MachineTable<Machine: TestedMachine, Phase: CaseIterable & Equatable> {
    /// When the machines got there, before anything is due.
    let now: Instant
    /// A machine that came into a phase at `now`.
    let machine: (Phase) -> Machine

    /// Holds every phase and input against what is expected: the action, and the phase that follows where it is another.
    ///
    /// - Parameter exception: an input that has more to it in one phase.
    func expectEveryInput(
        except exception: (Phase, Machine.Input) -> Bool = { _, _ in false },
        _ expected: (Phase, Machine.Input) -> (Machine.Action, next: Phase?)
    ) {
        for phase in Phase.allCases {
            for input in Machine.Input.allCases where !exception(phase, input) {
                var machine = machine(phase)
                let before = machine
                let (action, next) = expected(phase, input)
                #expect(machine.handle(input, at: now) == action, "\(phase) \(input)")
                #expect(machine == next.map(self.machine) ?? before, "\(phase) \(input)")
            }
        }
    }

    /// Lets time pass in every phase, until the machine is where it has no deadline any more.
    func expectEveryPhase(toEndIn last: Phase) {
        for phase in Phase.allCases {
            var machine = machine(phase)
            #expect((machine.deadline == nil) == (phase == last))
            var rounds = 0
            while let deadline = machine.deadline, rounds < 30 {
                _ = machine.handle(.timeOut, at: deadline)
                rounds += 1
            }
            #expect(machine == self.machine(last))
        }
    }
}
