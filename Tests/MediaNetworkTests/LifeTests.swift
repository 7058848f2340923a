import LinuxIO
import MediaControl
import SansIO
import Testing

@testable import MediaNetwork

/// Opening, watching and closing of legs.
struct LifeTests {
    let bench: Bench
    let phone: TestPhone

    init() throws {
        bench = try Bench(legLimit: 4)
        phone = try TestPhone()
    }

    @Test func aTakenPortFailsTheOpeningAndLeavesNothingBehind() throws {
        let endpoint = MediaEndpoint.test(port: phone.server.port)
        let leg = MediaLegID(number: 8)
        // Its RTP port is free; the one for RTCP is not.
        var taken: TestPort? = try TestPort(phone.server.port + 1)
        bench.engine.perform([.open(leg, endpoint), .describe(leg, phone.media()), .close(leg)])
        try bench.log.take(.openFailed(leg))
        let rtpPort = try TestPort(phone.server.port)
        #expect(rtpPort.number == phone.server.port)
        #expect(taken?.number == phone.server.port + 1)
        taken = nil
        #expect(bench.log.all.isEmpty)
    }

    @Test func legsBeyondTheLimitAreRefused() throws {
        for number in UInt64(0)..<4 { _ = try bench.open(number, TestPhone()) }
        let fifth = MediaLegID(number: 4)
        let endpoint = try MediaEndpoint.test(port: freePorts())
        bench.engine.perform([.open(fifth, endpoint)])
        try bench.log.take(.openFailed(fifth))
        bench.engine.perform([.close(MediaLegID(number: 0))])
        _ = try bench.log.summary(of: MediaLegID(number: 0))
        bench.engine.perform([.open(fifth, endpoint)])
        try bench.log.take(.opened(fifth))
    }

    @Test func commandsForUnknownLegsAreIgnored() throws {
        let unknown = MediaLegID(number: 77)
        let partner = try bench.open(76, phone)
        bench.engine.perform([
            .describe(unknown, phone.media()), .feed(unknown, .silence), .watch(unknown, .nothing), .close(unknown),
            .feed(partner, .leg(unknown)), .close(partner),
        ])
        #expect(try bench.log.summary(of: partner).packetsSent == 0)
        #expect(bench.log.all.isEmpty)
    }

    @Test func aClosedLegsPortsAndNumberCanBeUsedAgain() throws {
        for _ in 0..<50 {
            let leg = try bench.open(6, phone)
            bench.engine.perform([.watch(leg, .activity(quietAfter: .seconds(5)))])
            try phone.send(1)
            try bench.log.take(.flowing(leg))
            bench.engine.perform([.close(leg)])
            #expect(try bench.log.summary(of: leg).packetsReceived == 1)
        }
    }

    @Test func anUndescribedLegHearsNobodyAndSendsNothing() throws {
        let leg = MediaLegID(number: 6)
        bench.engine.perform([
            .open(leg, .test(port: phone.server.port)), .feed(leg, .silence),
            .watch(leg, .activity(quietAfter: .seconds(5))),
        ])
        try bench.log.take(.opened(leg))
        try phone.send(1)
        let beat = try Beat(bench)
        for _ in 0..<3 { try beat.wait() }
        bench.engine.perform([.close(leg)])
        let summary = try bench.log.summary(of: leg)
        #expect((summary.packetsReceived, summary.packetsFromStrangers, summary.packetsSent) == (0, 1, 0))
    }

    @Test func earlyAudioIsReportedAsItComesAndGoes() throws {
        let leg = try bench.open(6, phone)
        bench.engine.perform([.watch(leg, .activity(quietAfter: .milliseconds(60)))])
        for number: UInt16 in [1, 2] {
            try phone.send(number)
            try bench.log.take(.flowing(leg))
            try bench.log.take(.quiet(leg))
        }
    }

    @Test func deadMediaIsReportedAndEitherProtocolRevivesIt() throws {
        let leg = try bench.open(6, phone)
        bench.engine.perform([.watch(leg, .liveness(idleAfter: .milliseconds(60)))])
        try bench.log.take(.idle(leg))
        try phone.send(1)
        try bench.log.take(.flowing(leg))
        try bench.log.take(.idle(leg))
        try phone.sendControl(Control.receiverReport(from: 5))
        try bench.log.take(.flowing(leg))
        try bench.log.take(.idle(leg))
    }

    @Test func stoppingClosesEveryLegOnEveryThread() throws {
        let log = try ReportLog()
        let engine = try MediaEngine(threads: 3, voiceFolder: "", recordingFolder: "") { log.add($0) }
        for number in UInt64(0)..<8 {
            engine.perform([.open(MediaLegID(number: number), .test(port: try freePorts()))])
        }
        engine.stop()
        let closed = log.all.filter { if case .closed = $0 { true } else { false } }
        #expect(closed.count == 8)
        #expect(log.all.count == 16)
    }

    @Test func anEventForAnEarlierLegOfTheSlotIsKnownAsSuch() throws {
        var table = LegTable(capacity: 2)
        let first = table.insert(try leg(1))
        let generation = table.generation(of: first)
        let fresh = table.isCurrent(first, generation: generation)
        table.remove(first)
        let removed = table.isCurrent(first, generation: generation)
        let second = table.insert(try leg(2))
        let stale = table.isCurrent(second, generation: generation)
        let current = table.isCurrent(second, generation: table.generation(of: second))
        let beyond = table.isCurrent(1, generation: 0)
        #expect(second == first)
        #expect((fresh, removed, stale, current) == (true, false, false, true))
        #expect(!beyond)
    }

    @Test func aLegTakesLittleMemory() {
        #expect(MemoryLayout<Leg>.stride <= 768)
    }

    @Test func listenersAreChainedAndUnchained() throws {
        var table = LegTable(capacity: 4)
        let slots = try (0..<4).map { table.insert(try leg(UInt64($0))) }
        for slot in slots[1...] { table.feed(slot, from: .leg(slots[0])) }
        #expect(listeners(of: 0, in: table) == [3, 2, 1])
        table.feed(slots[2], from: .silence)
        #expect(listeners(of: 0, in: table) == [3, 1])
        table.feed(slots[3], from: .leg(slots[1]))
        #expect(listeners(of: 0, in: table) == [1])
        #expect(listeners(of: 1, in: table) == [3])
        table.remove(slots[0])
        guard case .nothing = table.legs[1].feed else {
            Issue.record("still fed from a leg that is gone")
            return
        }
        #expect(listeners(of: 1, in: table) == [3])
    }

    private func leg(_ number: UInt64) throws -> Leg {
        let any = TransportAddress(ip: loopback, port: 0)
        return Leg(
            MediaLegID(number: number), endpoint: .test(port: 4000),
            PortPair.Sockets(rtp: try UDPSocket(boundTo: any), rtcp: try UDPSocket(boundTo: any)),
            at: Instant(nanoseconds: 0))
    }

    private func listeners(of slot: Int, in table: borrowing LegTable) -> [Int] {
        var found: [Int] = []
        var next = table.legs[slot].firstListener
        while next != LegTable.none {
            found.append(Int(next))
            next = table.legs[Int(next)].nextListener
        }
        return found
    }

    @Test(arguments: [UInt64(0), 0x1234_5678_9ABC_DEF0])
    func tokensComeBackAsTheyWere(_ seed: UInt64) {
        let slot = Int(seed & 0xFFFF)
        let generation = UInt32(truncatingIfNeeded: seed >> 13)
        for port in [MediaLoop.Token.Port.rtp, .rtcp] {
            let bits = MediaLoop.Token.leg(slot: slot, generation: generation, port).bits
            guard case .leg(slot, generation, port) = MediaLoop.Token(bits) else {
                Issue.record("\(bits)")
                continue
            }
        }
        guard case .inbox = MediaLoop.Token(MediaLoop.Token.inbox.bits),
            case .ticks = MediaLoop.Token(MediaLoop.Token.ticks.bits)
        else {
            Issue.record("inbox or ticks")
            return
        }
    }
}
