import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct RegistrationMachineTests {
    let start = Instant(nanoseconds: 1_000_000_000)

    /// A machine that asked for 600 s and was granted so many.
    func registered(for seconds: Int = 600) -> RegistrationMachine {
        var machine = RegistrationMachine(seconds: 600, at: start)
        #expect(machine.handle(.timeOut, at: start) == .register(seconds: 600))
        #expect(machine.handle(.granted(.seconds(seconds)), at: start) == .none)
        return machine
    }

    @Test func `it registers at once and refreshes after four fifths of what is granted`() {
        var machine = registered(for: 100)
        #expect(machine.isRegistered(at: start))
        #expect(machine.deadline == start + .seconds(80))
        #expect(machine.handle(.timeOut, at: start + .milliseconds(79_999)) == .none)
        #expect(machine.handle(.timeOut, at: start + .seconds(80)) == .register(seconds: 600))
        #expect(machine.isRegistered(at: start + .milliseconds(99_999)), "the old binding still holds")
        #expect(!machine.isRegistered(at: start + .seconds(100)))
        #expect(machine.handle(.granted(.seconds(50)), at: start + .seconds(81)) == .none)
        #expect(machine.isRegistered(at: start + .seconds(130)))
        #expect(!machine.isRegistered(at: start + .seconds(131)))
    }

    @Test func `failures are waited out, twice as long each time, up to a limit`() {
        var machine = RegistrationMachine(seconds: 600, at: start)
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<10 {
            #expect(machine.handle(.timeOut, at: now) == .register(seconds: 600))
            #expect(machine.deadline == nil, "its transaction has the deadline")
            #expect(machine.handle(.failed(pause: nil, dice: 0), at: now) == .none)
            #expect(!machine.isRegistered(at: now))
            guard let next = machine.deadline else { return #expect(Bool(false)) }
            pauses.append(next - now)
            now = next
        }
        #expect(pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map { .seconds($0) })
    }

    @Test(arguments: [0, 1, 999_999_999, UInt64.max])
    func `chance takes at most half of a pause`(dice: UInt64) {
        var machine = RegistrationMachine(seconds: 600, at: start)
        _ = machine.handle(.timeOut, at: start)
        _ = machine.handle(.failed(pause: nil, dice: dice), at: start)
        guard let next = machine.deadline else { return #expect(Bool(false)) }
        #expect(next > start + .seconds(1) && next <= start + .seconds(2))
    }

    @Test(arguments: [(1, 2), (60, 60), (3_600, 3_600), (3_601, 3_600)])
    func `a registrar's pause is kept, within bounds`(asked: Int, kept: Int) {
        var machine = RegistrationMachine(seconds: 600, at: start)
        _ = machine.handle(.timeOut, at: start)
        _ = machine.handle(.failed(pause: .seconds(asked), dice: 0), at: start)
        #expect(machine.deadline == start + .seconds(kept))
    }

    @Test func `after a success the pauses begin anew`() {
        var machine = registered(for: 100)
        _ = machine.handle(.timeOut, at: start + .seconds(80))
        _ = machine.handle(.failed(pause: nil, dice: 0), at: start + .seconds(80))
        #expect(machine.deadline == start + .seconds(82))
        #expect(machine.isRegistered(at: start + .seconds(82)))
    }

    @Test(arguments: [601, RegistrationMachine.longestInterval] as [UInt32])
    func `too brief an interval is raised at once and kept`(least: UInt32) {
        var machine = RegistrationMachine(seconds: 600, at: start)
        _ = machine.handle(.timeOut, at: start)
        #expect(machine.handle(.tooBrief(least), at: start) == .register(seconds: least))
        _ = machine.handle(.granted(.seconds(10)), at: start)
        #expect(machine.handle(.timeOut, at: start + .seconds(8)) == .register(seconds: least))
    }

    @Test(arguments: [0, 600, RegistrationMachine.longestInterval + 1] as [UInt32])
    func `a 423 without sense is a failure`(least: UInt32) {
        var machine = RegistrationMachine(seconds: 600, at: start)
        _ = machine.handle(.timeOut, at: start)
        #expect(machine.handle(.tooBrief(least), at: start) == .none)
        #expect(machine.deadline == start + RegistrationMachine.longestPause)
    }

    @Test func `a binding that ends at once is none`() {
        let machine = registered(for: 0)
        #expect(!machine.isRegistered(at: start))
        #expect(machine.deadline == start + RegistrationMachine.longestPause)
    }

    @Test func `at the stop the binding is taken back, with an answer or without`() {
        var answered = registered()
        #expect(answered.handle(.stop, at: start) == .unregister)
        #expect(!answered.isRegistered(at: start))
        #expect(!answered.hasEnded)
        #expect(answered.handle(.granted(.zero), at: start) == .none)
        #expect(answered.hasEnded && answered.deadline == nil)
        var silent = registered()
        _ = silent.handle(.stop, at: start)
        #expect(silent.deadline == start + RegistrationMachine.farewell)
        _ = silent.handle(.timeOut, at: start + RegistrationMachine.farewell)
        #expect(silent.hasEnded)
    }

    @Test func `where nothing is bound, nothing is taken back`() {
        var machine = RegistrationMachine(seconds: 600, at: start)
        #expect(machine.handle(.stop, at: start) == .none)
        #expect(machine.hasEnded)
        var trying = RegistrationMachine(seconds: 600, at: start)
        _ = trying.handle(.timeOut, at: start)
        #expect(trying.handle(.stop, at: start) == .unregister, "the attempt may have succeeded")
    }

    /// Every sequence of six inputs: it never hangs, and after a stop nothing but one farewell comes.
    @Test func `no sequence of inputs leaves it without a way on`() {
        let inputs: [RegistrationMachine.Input] = [
            .granted(.seconds(100)), .granted(.zero), .tooBrief(700), .tooBrief(1), .failed(pause: nil, dice: 7),
            .failed(pause: .seconds(9), dice: 0), .timeOut, .stop,
        ]
        var reached: Set<RegistrationMachine> = [RegistrationMachine(seconds: 600, at: start)]
        for step in 1...6 {
            var next: Set<RegistrationMachine> = []
            for machine in reached {
                for input in inputs {
                    var machine = machine
                    let wasBusy = machine.deadline == nil && !machine.hasEnded
                    let now = max(start, machine.deadline ?? start + .seconds(step))
                    let action = machine.handle(input, at: now)
                    switch action {
                    case .register: #expect(machine.deadline == nil && !machine.hasEnded)
                    case .unregister: #expect(machine.deadline == now + RegistrationMachine.farewell)
                    case .none: #expect(machine.hasEnded || machine.deadline != nil || wasBusy)
                    }
                    if machine.hasEnded { #expect(!machine.isRegistered(at: start)) }
                    next.insert(machine)
                }
            }
            reached = next
        }
    }
}
