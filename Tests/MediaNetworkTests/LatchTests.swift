import MediaControl
import SansIO
import Testing

@testable import MediaNetwork

struct LatchTests {
    static let described = TransportAddress(ip: .v4(0x0A00_0001), port: 4000)
    static let otherPort = TransportAddress(ip: .v4(0x0A00_0001), port: 4010)
    static let signalling = TransportAddress(ip: .v4(0x0A00_0002), port: 9000)
    static let elsewhere = TransportAddress(ip: .v4(0x0A00_0003), port: 9000)
    static let attacker = TransportAddress(ip: .v4(0x0A00_0004), port: 6666)

    struct Step: Sendable {
        var source: TransportAddress
        var ssrc: UInt32 = 1
        var negotiated = true
        var after = Duration.milliseconds(20)
        var verdict: Latch.Verdict
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var anySource = false
        var steps: [Step]
        var destination: TransportAddress
        var isLocked: Bool
    }

    static let cases = [
        Case(
            testDescription: "nothing heard", steps: [], destination: described, isLocked: false),
        Case(
            testDescription: "the described address locks with its first packet",
            steps: [.init(source: described, verdict: .locked), .init(source: described, verdict: .accepted)],
            destination: described, isLocked: true),
        Case(
            testDescription: "the described address locks with a payload type that was not negotiated",
            steps: [.init(source: described, negotiated: false, verdict: .locked)], destination: described,
            isLocked: true),
        Case(
            testDescription: "a stranger never locks",
            steps: [Step](repeating: .init(source: elsewhere, verdict: .stranger), count: 5), destination: described,
            isLocked: false),
        Case(
            testDescription: "another port of the described address locks with its third packet",
            steps: [
                .init(source: otherPort, verdict: .candidate), .init(source: otherPort, verdict: .candidate),
                .init(source: otherPort, verdict: .locked), .init(source: otherPort, verdict: .accepted),
            ], destination: otherPort, isLocked: true),
        Case(
            testDescription: "the signalling peer locks with its third packet",
            steps: [
                .init(source: signalling, verdict: .candidate), .init(source: signalling, verdict: .candidate),
                .init(source: signalling, verdict: .locked),
            ], destination: signalling, isLocked: true),
        Case(
            testDescription: "any source locks with its third packet where the policy says so", anySource: true,
            steps: [
                .init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .candidate),
                .init(source: elsewhere, verdict: .locked),
            ], destination: elsewhere, isLocked: true),
        Case(
            testDescription: "two packets are not enough", anySource: true,
            steps: [.init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .candidate)],
            destination: described, isLocked: false),
        Case(
            testDescription: "a second SSRC begins the count again", anySource: true,
            steps: [
                .init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .candidate),
                .init(source: elsewhere, ssrc: 2, verdict: .candidate),
                .init(source: elsewhere, ssrc: 2, verdict: .candidate),
                .init(source: elsewhere, ssrc: 2, verdict: .locked),
            ], destination: elsewhere, isLocked: true),
        Case(
            testDescription: "a payload type that was not negotiated begins the count again", anySource: true,
            steps: [
                .init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .candidate),
                .init(source: elsewhere, negotiated: false, verdict: .candidate),
                .init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .candidate),
                .init(source: elsewhere, verdict: .locked),
            ], destination: elsewhere, isLocked: true),
        Case(
            testDescription: "another source in between begins the count again", anySource: true,
            steps: [
                .init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .candidate),
                .init(source: attacker, verdict: .candidate), .init(source: elsewhere, verdict: .candidate),
                .init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .locked),
            ], destination: elsewhere, isLocked: true),
        Case(
            testDescription: "the described address wins over a source that was being considered", anySource: true,
            steps: [
                .init(source: attacker, verdict: .candidate), .init(source: attacker, verdict: .candidate),
                .init(source: described, verdict: .locked), .init(source: attacker, verdict: .stranger),
            ], destination: described, isLocked: true),
        Case(
            testDescription: "theft of a locked stream fails, many packets or not", anySource: true,
            steps: [.init(source: described, verdict: .locked)]
                + [Step](repeating: .init(source: attacker, verdict: .stranger), count: 10)
                + [.init(source: described, verdict: .accepted)],
            destination: described, isLocked: true),
        Case(
            testDescription: "not even the described address takes over from a source that is heard", anySource: true,
            steps: [
                .init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .candidate),
                .init(source: elsewhere, verdict: .locked), .init(source: described, verdict: .stranger),
            ], destination: elsewhere, isLocked: true),
        Case(
            testDescription: "a source silent for two seconds may be replaced under the same rule", anySource: true,
            steps: [
                .init(source: described, verdict: .locked),
                .init(source: elsewhere, after: .seconds(2), verdict: .candidate),
                .init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .locked),
                .init(source: described, verdict: .stranger),
            ], destination: elsewhere, isLocked: true),
        Case(
            testDescription: "just under two seconds of silence change nothing", anySource: true,
            steps: [
                .init(source: described, verdict: .locked),
                .init(source: attacker, after: .milliseconds(1999), verdict: .stranger),
            ], destination: described, isLocked: true),
        Case(
            testDescription: "silence does not let in a stranger",
            steps: [
                .init(source: described, verdict: .locked),
                .init(source: attacker, after: .seconds(60), verdict: .stranger),
                .init(source: attacker, verdict: .stranger), .init(source: attacker, verdict: .stranger),
            ], destination: described, isLocked: false),
        Case(
            testDescription: "a lapsed source that is heard again locks at once", anySource: true,
            steps: [
                .init(source: elsewhere, verdict: .candidate), .init(source: elsewhere, verdict: .candidate),
                .init(source: elsewhere, verdict: .locked),
                .init(source: attacker, after: .seconds(3), verdict: .candidate),
                .init(source: attacker, verdict: .candidate), .init(source: elsewhere, verdict: .locked),
                .init(source: attacker, verdict: .stranger),
            ], destination: elsewhere, isLocked: true),
    ]

    @Test(arguments: cases)
    func latches(_ example: Case) {
        let policy = LatchPolicy(anySource: example.anySource, signallingPeer: LatchTests.signalling.ip)
        var latch = Latch(described: LatchTests.described, policy: policy)
        var now = Instant(nanoseconds: 1_000_000_000)
        for (index, step) in example.steps.enumerated() {
            now = now + step.after
            _ = latch.timeOut(at: now)
            let verdict = latch.judge(step.source, ssrc: step.ssrc, negotiated: step.negotiated, at: now)
            #expect(verdict == step.verdict, "step \(index)")
        }
        #expect(latch.destination == example.destination)
        // Only a lock keeps out those who may lock otherwise.
        let other = example.destination == LatchTests.described ? LatchTests.otherPort : LatchTests.described
        #expect(latch.excludes(other) == example.isLocked)
    }

    @Test func packetsOnAConnectedSocketKeepTheLock() {
        var latch = Latch(
            described: LatchTests.described, policy: LatchPolicy(anySource: true, signallingPeer: .v4(0)))
        let start = Instant(nanoseconds: 0)
        _ = latch.judge(LatchTests.described, ssrc: 1, negotiated: true, at: start)
        latch.heard(at: start + .seconds(1))
        let lapses = [2_999, 3_000, 4_000].map { latch.timeOut(at: start + .milliseconds($0)) }
        #expect(lapses == [false, true, false])
    }

    @Test func controlPacketsAreTrustedFromTheDescribedAndTheLockedAddressOnly() {
        var latch = Latch(
            described: LatchTests.described, policy: LatchPolicy(anySource: true, signallingPeer: .v4(0)))
        #expect(latch.trusts(LatchTests.described.ip))
        #expect(!latch.trusts(LatchTests.elsewhere.ip))
        for _ in 0..<3 {
            _ = latch.judge(LatchTests.elsewhere, ssrc: 1, negotiated: true, at: Instant(nanoseconds: 0))
        }
        #expect(latch.trusts(LatchTests.elsewhere.ip))
        #expect(!latch.trusts(LatchTests.attacker.ip))
    }
}
