import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// What strangers can use up, and how they are blocked.
@Suite struct BlockingTests {
    static func stranger(_ number: UInt32) -> Flow {
        Flow(remote: TransportAddress(ip: .v4(0x0B00_0000 + number), port: 5060))
    }

    @Test func `one source's questions are answered at its rate`() throws {
        let desk = RegistrarDesk(rates: RegistrarRates(burstPerSource: 3, perSource: 2, burst: 100, inAll: 100))
        let request = RegistrarDesk.Request().text()
        for _ in 1...3 { #expect(try desk.send(request)?.status == .unauthorized) }
        #expect(try desk.send(request) == nil)
        #expect(try desk.send(request, from: RegistrarDesk.elsewhere)?.status == .unauthorized)
        desk.pass(.milliseconds(499))
        #expect(try desk.send(request) == nil)
        desk.pass(.milliseconds(1))
        #expect(try desk.send(request)?.status == .unauthorized)
        #expect(try desk.send(request) == nil)
        #expect(desk.agent.counts.registrar.limited == 3)
    }

    @Test func `all sources' questions are answered at one rate, and who is registered comes before`() throws {
        let desk = RegistrarDesk(rates: RegistrarRates(burstPerSource: 9, perSource: 9, burst: 10, inAll: 1))
        _ = try desk.register()
        let request = RegistrarDesk.Request(user: "1002", callID: "other").text()
        var answered = 0
        for number: UInt32 in 1...50 where try desk.send(request, from: Self.stranger(number)) != nil { answered += 1 }
        // The right credentials gave their question back; the challenge before them did not.
        #expect(answered == 9)
        #expect(try desk.register(RegistrarDesk.Request(sequence: 5)).status == .ok)
    }

    @Test func `right credentials cost nothing`() throws {
        let extensions = (1...40).map { Extension(user: "u\($0)", password: "secret") }
        let desk = RegistrarDesk(
            extensions, rates: RegistrarRates(burstPerSource: 2, perSource: 1, burst: 2, inAll: 1))
        for number in 1...40 {
            let flow = Flow(remote: TransportAddress(ip: RegistrarDesk.phone.remote.ip, port: UInt16(6000 + number)))
            #expect(try desk.register(RegistrarDesk.Request(user: "u\(number)"), from: flow).status == .ok)
            desk.pass(.seconds(1))
        }
    }

    @Test func `a repeated stranger is blocked for a while, from registering too`() throws {
        let desk = RegistrarDesk()
        let source = Self.stranger(1)
        for number in 1...21 {
            let noise = StrangerTests().request("INVITE", branch: "z9hG4bK\(number)")
            #expect(try desk.send(noise, from: source) == nil)
        }
        #expect(desk.agent.counts.registrar.blocks == 1)
        #expect(desk.agent.counts.drops.blocked == 0)
        #expect(try desk.send(RegistrarDesk.Request().text(), from: source) == nil)
        #expect(desk.agent.counts.drops.blocked == 1)
        #expect(try desk.send(RegistrarDesk.Request().text(), from: Self.stranger(2)) != nil)
        desk.pass(SourceWatch.blockTime - .nanoseconds(1))
        #expect(try desk.send(RegistrarDesk.Request().text(), from: source) == nil)
        desk.pass(.nanoseconds(1))
        #expect(try desk.register(from: source).status == .ok)
    }

    @Test func `twenty of a stranger's requests at once, and one a second, block nobody`() throws {
        let desk = RegistrarDesk()
        let source = Self.stranger(1)
        for number in 1...100 {
            _ = try desk.send(StrangerTests().request("OPTIONS", branch: "z9hG4bK\(number)"), from: source)
            if number >= 20 { desk.pass(.seconds(1)) }
        }
        #expect(desk.agent.counts.registrar.blocks == 0)
        #expect(desk.agent.counts.drops.strangers == 100)
    }

    @Test func `a refusal is told once in a while, with who claimed what from where`() throws {
        let desk = RegistrarDesk()
        _ = try desk.register(password: "wrong")
        _ = try desk.register(.init(user: "1003"))
        desk.pass(.seconds(9))
        _ = try desk.register(password: "wrong")
        #expect(desk.refusals.map(\.reason) == [.wrongPassword])
        #expect(desk.refusals[0].user == "1001" && desk.refusals[0].source == RegistrarDesk.phone.remote)
        desk.pass(.seconds(1))
        _ = try desk.register(.init(user: String(repeating: "9", count: 100)))
        #expect(desk.refusals.map(\.reason) == [.wrongPassword, .unknownUser])
        #expect(desk.refusals[1].user?.count == 64)
        #expect(desk.refusals.map(\.untold) == [0, 2])
        desk.pass(.seconds(10))
        #expect(try desk.register().status == .ok)
        #expect(desk.refusals.count == 2, "who is let in is no refusal")
    }

    @Test func `guessing passwords is over after the fifth`() throws {
        let desk = RegistrarDesk()
        for guess in 1...5 { #expect(try desk.register(password: "guess\(guess)").status == .unauthorized) }
        #expect(desk.agent.counts.registrar.blocks == 1)
        #expect(try desk.send(RegistrarDesk.Request().text()) == nil)
    }

    @Test func `where a phone is registered nobody is blocked, nor a trunk`() throws {
        let desk = RegistrarDesk()
        _ = try desk.register()
        let neighbour = Flow(remote: TransportAddress(ip: RegistrarDesk.phone.remote.ip, port: 5062))
        for number in 1...100 {
            let noise = StrangerTests().request("INVITE", branch: "z9hG4bK\(number)")
            _ = try desk.send(noise, from: neighbour)
            _ = try desk.send(RegistrarDesk.Request().text(), from: Party.trunk, isTrunk: true)
        }
        #expect(desk.agent.counts.registrar.blocks == 0)
        let second = RegistrarDesk.Request(user: "1002", callID: "2")
        #expect(try desk.register(second, password: "x", from: neighbour).status == .ok)
    }

    @Test func `a blocked source's packets of a live dialog are served`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        for number in 1...30 {
            let noise = StrangerTests().request("INVITE", branch: "z9hG4bK\(number)")
            _ = party.receive(noise, from: Party.stranger, isTrunk: false)
        }
        #expect(party.agent.counts.registrar.blocks == 1)
        let bye = party.receive(Party.request("BYE", in: invite, sequence: 1), from: Party.stranger, isTrunk: false)
        #expect(try sent(bye).message.status == .ok)
    }

    @Test func `a flood from everywhere leaves nothing behind`() throws {
        let desk = RegistrarDesk()
        var answered = 0
        for number: UInt32 in 1...20_000 {
            let flow = Self.stranger(number)
            if try desk.send(RegistrarDesk.Request(callID: "\(number)").text(), from: flow) != nil { answered += 1 }
            let noise = StrangerTests().request("INVITE", branch: "z9hG4bK\(number)")
            #expect(try desk.send(noise, from: flow) == nil)
        }
        #expect(answered == 1_000)
        #expect(desk.agent.counts.transactions == TransactionCounts())
        #expect(desk.agent.counts.sessions == 0)
        #expect(desk.agent.deadline == nil)
    }

    @Test func `a block outlasts those who want its place`() {
        var watch = SourceWatch(key: 1, rates: RegistrarRates())
        let now = Instant(nanoseconds: 0)
        for _ in 1...21 { watch.note(.v4(1), at: now) }
        for number: UInt32 in 2...100_000 { watch.note(.v4(number), at: now) }
        #expect(watch.isBlocked(.v4(1), at: now))
        #expect(!watch.isBlocked(.v4(2), at: now))
        #expect(watch.blocks == 1)
    }

    @Test func `an IPv6 network is one source`() {
        var watch = SourceWatch(key: 1, rates: RegistrarRates())
        let now = Instant(nanoseconds: 0)
        for host: UInt64 in 1...21 { watch.note(.v6(0x2001_0DB8 << 32, host), at: now) }
        #expect(watch.isBlocked(.v6(0x2001_0DB8 << 32, 99), at: now))
        #expect(!watch.isBlocked(.v6(0x2001_0DB8 << 32 | 1, 1), at: now))
    }
}
