import CallModel
import Simulation
import Testing

/// More than two thousand callbacks through the production switchboard; one seed repeats a run to the last datagram.
@Suite struct SeededRunTests {
    @Test(arguments: [UInt64(1), 2, 3])
    func `without faults every call between answering parties connects`(seed: UInt64) {
        var scenario = Scenario(seed: seed, calls: 100)
        scenario.parties = .answering
        scenario.cancels = 0
        let report = VirtualWorld(scenario).run()
        #expect(report.violations == [])
        #expect(report.accepted == 100)
        #expect(report.connected == 100)
    }

    @Test func `with five per cent of loss at least 99 of 100 calls between answering parties connect`() {
        var sum = RunReport(seed: 0)
        for seed in UInt64(10)..<14 {
            var scenario = Scenario(seed: seed, calls: 100)
            scenario.parties = .answering
            scenario.cancels = 0
            scenario.faults = .hostile(loss: 0.05)
            sum.add(VirtualWorld(scenario).run())
        }
        #expect(sum.violations == [])
        #expect(sum.accepted == 400)
        #expect(sum.connected >= 396)
    }

    @Test func `the field in all its variety breaks no rule, and everything rare occurs`() {
        var sum = RunReport(seed: 0)
        for scenario in Self.field { sum.add(VirtualWorld(scenario).run()) }
        Self.print(sum)
        #expect(sum.violations == [])
        #expect(sum.placed >= 2_000)
        for reason in EndReason.all where reason != .fault {
            #expect(sum.endReasons[reason, default: 0] >= 5, "\(reason.token) occurred too seldom")
        }
        for occurrence in Occurrence.allCases where occurrence != .broken {
            #expect(sum.occurrences[occurrence, default: 0] >= 10, "\(occurrence) occurred too seldom")
        }
    }

    @Test func `one seed repeats a run to the last datagram`() {
        var scenario = Scenario(seed: 77, calls: 40)
        scenario.faults = .hostile(loss: 0.1)
        let (one, other) = (VirtualWorld(scenario).run(), VirtualWorld(scenario).run())
        #expect(one.fingerprint == other.fingerprint)
        #expect(one.fingerprint != 0)
        scenario.seed = 78
        #expect(VirtualWorld(scenario).run().fingerprint != one.fingerprint)
    }

    @Test(arguments: [
        (Sabotage.noAck, Rule.acknowledgement), (.doubleBye, .singleBye), (.noCancel, .ringing), (.leakedPort, .ports),
        (.lostEvent, .event), (.doubleEvent, .event), (.deafParty, .sound), (.endlessRecording, .recording),
    ])
    func `a switchboard broken on purpose is caught by the checker of its rule`(sabotage: Sabotage, rule: Rule) {
        var scenario = Scenario(seed: 5, calls: 60)
        scenario.sabotage = sabotage
        #expect(VirtualWorld(scenario).run().violations.contains { $0.rule == rule })
    }

    @Test func `connections that break at any message break no rule`() {
        var sum = RunReport(seed: 0)
        for seed in UInt64(200)..<206 {
            var scenario = Scenario(seed: seed, calls: 100)
            scenario.usesStreams = true
            scenario.breaks = seed % 2 == 0 ? 0.03 : 0.1
            sum.add(VirtualWorld(scenario).run())
        }
        #expect(sum.violations == [])
        #expect(sum.occurrences[.broken, default: 0] >= 100)
    }

    @Test func `connections that break cut off no call between answering parties`() {
        var scenario = Scenario(seed: 210, calls: 100)
        scenario.parties = .answering
        scenario.cancels = 0
        scenario.usesStreams = true
        scenario.breaks = 0.03
        let report = VirtualWorld(scenario).run()
        #expect(report.violations == [])
        #expect(report.connected == 100)
    }

    @Test func `what a broken connection was carrying must be sent again`() {
        var scenario = Scenario(seed: 200, calls: 100)
        scenario.usesStreams = true
        scenario.breaks = 0.1
        scenario.sabotage = .noSecondTry
        #expect(VirtualWorld(scenario).run().violations.contains { $0.rule == .ending })
    }

    @Test(arguments: [false, true])
    func `a server that dies takes its calls with it, and no more`(usesStreams: Bool) {
        var sum = RunReport(seed: 0)
        for seed in UInt64(220)..<224 {
            var scenario = Scenario(seed: seed, calls: 100)
            scenario.usesStreams = usesStreams
            scenario.serverDiesAt = .seconds(10)
            scenario.parties = seed % 2 == 0 ? .answering : .ofTheField
            sum.add(VirtualWorld(scenario).run())
        }
        #expect(sum.violations == [])
        #expect(sum.accepted >= 390)
    }

    @Test func `the same run with nothing broken is clean`() {
        #expect(VirtualWorld(Scenario(seed: 5, calls: 60)).run().violations == [])
    }

    static let field: [Scenario] = (UInt64(100)..<116).map { seed in
        var scenario = Scenario(seed: seed, calls: 130)
        scenario.playFailures = 0.02
        scenario.recordFailures = 0.1
        switch seed % 4 {
        case 0: scenario.faults = .none
        case 1: scenario.faults = .hostile(loss: 0.02)
        case 2: scenario.faults = .hostile(loss: 0.1)
        default:
            scenario.faults = .hostile(loss: 0.2)
            scenario.storeFailures = 0.05
            scenario.portFailures = 0.05
        }
        if seed % 5 == 2 { scenario.crashesAt = .seconds(12) }
        if seed % 5 == 4 { scenario.stopsAt = .seconds(15) }
        return scenario
    }

    static func print(_ report: RunReport) {
        Swift.print("simulated callbacks: \(report.placed), accepted \(report.accepted), connected \(report.connected)")
        for reason in EndReason.all { Swift.print("  \(reason.token): \(report.endReasons[reason, default: 0])") }
        for occurrence in Occurrence.allCases {
            Swift.print("  \(occurrence): \(report.occurrences[occurrence, default: 0])")
        }
    }
}
