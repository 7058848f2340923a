import SIPTransactions
import SansIO
import Testing

@testable import CallSwitching

@Suite struct TargetHealthTests {
    static let start = Instant(nanoseconds: 0)

    func after(_ seconds: Int) -> Instant { Self.start + .seconds(seconds) }

    @Test func `an unreachable server is down at once, and worth a try again when its hold has passed`() {
        var health = TargetHealth()
        health.note(.unreachable, at: Self.start)
        #expect(!health.isUp && !health.isUsable(at: after(9)) && health.isUsable(at: after(10)))
        health.note(.answered, at: after(10))
        #expect(health.isUp)
    }

    @Test func `one silence is nothing, two in a row are down`() {
        var health = TargetHealth()
        for _ in 0..<3 {
            health.note(.silent, at: Self.start)
            health.note(.answered, at: Self.start)
        }
        #expect(health.isUp)
        health.note(.silent, at: Self.start)
        health.note(.silent, at: Self.start)
        #expect(!health.isUp)
    }

    @Test func `within its hold one answer does not make a server good, two in a row do`() {
        var health = TargetHealth()
        health.note(.unreachable, at: Self.start)
        health.note(.answered, at: after(1))
        health.note(.silent, at: after(2))
        health.note(.answered, at: after(3))
        #expect(!health.isUp)
        health.note(.answered, at: after(4))
        #expect(health.isUp && health.isUsable(at: after(4)))
    }

    @Test func `each failure doubles the hold up to its limit`() {
        var health = TargetHealth()
        var now = Self.start
        var holds: [Int] = []
        for _ in 0..<7 {
            health.note(.unreachable, at: now)
            let hold = (1...1_000).first { health.isUsable(at: now + .seconds($0)) } ?? 0
            holds.append(hold)
            now = now + .seconds(hold)
        }
        #expect(holds == [10, 20, 40, 80, 160, 320, 320])
    }
}

@Suite struct TargetOrderTests {
    static func flow(_ number: UInt32) -> Flow { Flow(remote: TransportAddress(ip: .v4(number), port: 5060)) }

    static func target(_ number: UInt32, priority: UInt16 = 0, weight: UInt16 = 0) -> TrunkTarget {
        TrunkTarget([flow(number)], priority: priority, weight: weight)
    }

    @Test func `lower priorities come first`() {
        var entropy = Entropy(seed: 1)
        let targets = [Self.target(1, priority: 20), Self.target(2, priority: 10), Self.target(3, priority: 30)]
        for _ in 0..<20 { #expect(targets.inTurn(using: &entropy) == [2, 1, 3].map { Self.flow($0) }) }
    }

    @Test func `the addresses of one server stay together in their order`() {
        var entropy = Entropy(seed: 1)
        let targets = [TrunkTarget([Self.flow(1), Self.flow(2)]), TrunkTarget([Self.flow(3), Self.flow(4)])]
        for _ in 0..<20 {
            let order = targets.inTurn(using: &entropy)
            #expect(order == [1, 2, 3, 4].map { Self.flow($0) } || order == [3, 4, 1, 2].map { Self.flow($0) })
        }
    }

    @Test func `equals share by their weights, and none is left out`() {
        var entropy = Entropy(seed: 2)
        let targets = [Self.target(1, weight: 10), Self.target(2, weight: 30), Self.target(3)]
        var first: [Flow: Int] = [:]
        for _ in 0..<4_000 {
            let order = targets.inTurn(using: &entropy)
            #expect(Set(order) == Set(targets.flatMap(\.flows)))
            first[order[0], default: 0] += 1
        }
        #expect((2_700...3_100).contains(first[Self.flow(2)] ?? 0))
        #expect((800...1_200).contains(first[Self.flow(1)] ?? 0))
        #expect((1...200).contains(first[Self.flow(3)] ?? 0))
    }

    @Test func `without weights each has the same chance`() {
        var entropy = Entropy(seed: 3)
        let targets = [Self.target(1), Self.target(2)]
        let firsts = (0..<1_000).filter { _ in targets.inTurn(using: &entropy)[0] == Self.flow(1) }.count
        #expect((400...600).contains(firsts))
    }
}
