import Audio
import SDP
import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO
import Testing

@testable import Phones

extension OurMedia {
    /// An offer without keys.
    mutating func offer() -> [UInt8] {
        var entropy = Entropy(seed: 1)
        return offer(using: &entropy)
    }
}

/// A caller and a bank of phones, joined without a network.
struct Exchange {
    static let phones = TransportAddress(ip: .v4(0x7F00_0001), port: 5070)
    static let caller = TransportAddress(ip: .v4(0x7F00_0001), port: 5060)

    var agent: UserAgent
    var calls: PhoneCalls
    var now = Instant(nanoseconds: 0)
    var reports: [PhoneReport] = []
    var events: [SessionEvent] = []
    var effects: [PhoneCalls.Effect] = []

    init(_ plans: [PhonePlan], ports: ClosedRange<UInt16> = 40_000...40_099) {
        agent = UserAgent(
            identity: UserAgentIdentity(points: [ListeningPoint(Exchange.caller.description)]),
            entropy: Entropy(seed: 1))
        let phones = UserAgentIdentity(points: [ListeningPoint(Exchange.phones.description)], acceptsCalls: true)
        calls = PhoneCalls(
            plans: plans, address: Exchange.phones.ip, agent: UserAgent(identity: phones, entropy: Entropy(seed: 2)),
            ports: PortRing(ports), entropy: Entropy(seed: 3))
    }

    mutating func call(_ number: String, offer: [UInt8]? = nil) throws -> SessionID {
        var media = OurMedia(address: Exchange.caller.ip, port: 30_000, codecs: [.pcmu, .pcma], sessionID: 1)
        let invitation = Invitation(
            requestURI: "sip:\(number)@\(Exchange.phones)", from: "<sip:0755@127.0.0.1>",
            to: "<sip:\(number)@127.0.0.1>",
            flow: Flow(remote: Exchange.phones), body: offer ?? media.offer())
        let begun = agent.invite(invitation, at: now)
        let (session, actions) = try #require(begun)
        deliver(actions)
        return session
    }

    mutating func deliver(_ actions: [UserAgentAction]) {
        for action in actions {
            switch action {
            case .transmit(let datagram):
                perform(calls.receive(datagram.bytes, from: Flow(remote: Exchange.caller), at: now))
            case .session(_, let event): events.append(event)
            case .pinged, .phonesRegistered, .registrationRefused: break
            }
        }
    }

    mutating func perform(_ effects: [PhoneCalls.Effect]) {
        for effect in effects {
            switch effect {
            case .transmit(let datagram):
                deliver(agent.receive(datagram.bytes, from: Flow(remote: Exchange.phones), isTrunk: true, at: now))
            case .report(let report), .close(_, let report): reports.append(report)
            case .open, .speak: break
            }
            self.effects.append(effect)
        }
    }

    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while let due = earliest(calls.deadline, agent.deadline), due <= end {
            now = max(now, due)
            perform(calls.timeOut(at: now))
            deliver(agent.timeOut(at: now))
        }
        now = end
    }

    mutating func hangUp(_ session: SessionID) {
        deliver(agent.hangUp(session, reason: nil, at: now))
    }

    var statuses: [Int] {
        events.compactMap { event in
            switch event {
            case .progressed(let progress): progress.status
            case .answered(let answer): answer.status
            case .failed(.refused(let rejection)): rejection.status
            default: nil
            }
        }
    }
}

@Suite struct PhoneCallsTests {
    @Test func `a phone rings, answers after its delay, speaks and is released`() throws {
        var exchange = Exchange([PhonePlan(number: "1001", behaviour: .answer(after: .seconds(2)))])
        let session = try exchange.call("1001")
        #expect(exchange.reports.map(\.kind) == [.rang])
        exchange.pass(.milliseconds(1_999))
        #expect(exchange.statuses == [180])
        exchange.pass(.milliseconds(1))
        #expect(exchange.statuses == [180, 200])
        #expect(exchange.reports.map(\.kind) == [.rang, .answered])
        let spoken = exchange.effects.compactMap { effect -> AgreedMedia? in
            guard case .speak(40_000, let agreed, .tone(440, -13)) = effect else { return nil }
            return agreed
        }
        #expect(spoken.map(\.rtp.port) == [30_000])
        #expect(spoken.map(\.sends.codec) == [.pcmu])
        #expect(exchange.effects.contains(.open(port: 40_000)))
        exchange.hangUp(session)
        #expect(exchange.reports.map(\.kind) == [.rang, .answered, .released])
        #expect(exchange.reports.allSatisfy { $0.phone == "1001" && $0.caller == "sip:0755@127.0.0.1" })
        exchange.pass(.seconds(70))
        #expect(exchange.calls.deadline == nil)
    }

    @Test func `a phone hangs up after its talk and tells it once`() throws {
        var exchange = Exchange([PhonePlan(number: "1", behaviour: .answer(after: .zero), talk: .seconds(3))])
        _ = try exchange.call("1")
        #expect(exchange.statuses == [180, 200])
        exchange.pass(.seconds(3))
        #expect(exchange.reports.map(\.kind) == [.rang, .answered, .hungUp])
        #expect(exchange.events.suffix(2) == [.hungUp(FarEndReason(q850: 16)), .released])
    }

    @Test func `early media is spoken before the answer`() throws {
        var exchange = Exchange([PhonePlan(number: "1", behaviour: .answer(after: .seconds(1), speaksEarly: true))])
        _ = try exchange.call("1")
        #expect(exchange.statuses == [183])
        guard case .progressed(let progress) = exchange.events.first else { return #expect(Bool(false)) }
        #expect(String(decoding: progress.body, as: UTF8.self).contains("m=audio 40000"))
        exchange.pass(.seconds(1))
        let speaks = exchange.effects.filter { effect in
            if case .speak = effect { true } else { false }
        }
        #expect(speaks.count == 1)
    }

    @Test func `a busy phone refuses at once or after ringing`() throws {
        var exchange = Exchange([
            PhonePlan(number: "1", behaviour: .refuse(status: 486)),
            PhonePlan(number: "2", behaviour: .refuse(status: 603, after: .seconds(2))),
        ])
        _ = try exchange.call("1")
        #expect(exchange.statuses == [486])
        _ = try exchange.call("2")
        exchange.pass(.seconds(2))
        #expect(exchange.statuses == [486, 180, 603])
        #expect(exchange.reports.map(\.kind) == [.released, .rang, .released])
    }

    @Test func `a phone that only rings is released by CANCEL`() throws {
        var exchange = Exchange([PhonePlan(number: "1", behaviour: .ring)])
        let session = try exchange.call("1")
        exchange.pass(.seconds(100))
        exchange.hangUp(session)
        #expect(exchange.reports.map(\.kind) == [.rang, .released])
        #expect(exchange.events.suffix(2) == [.failed(.cancelled), .released])
    }

    @Test func `numbers find their phone, or the one for all others, or 404`() throws {
        let named = PhonePlan(number: "1", behaviour: .refuse(status: 486))
        var strict = Exchange([named])
        _ = try strict.call("2")
        #expect(strict.statuses == [404])
        var lenient = Exchange([named, PhonePlan(number: nil, behaviour: .refuse(status: 600))])
        _ = try lenient.call("2")
        _ = try lenient.call("1")
        #expect(lenient.statuses == [600, 486])
    }

    @Test func `an offer without a common codec or none at all is refused`() throws {
        var exchange = Exchange([PhonePlan(number: "1")])
        let video = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 9 RTP/AVP 31\r\n"
        _ = try exchange.call("1", offer: Array(video.utf8))
        _ = try exchange.call("1", offer: Array("nonsense".utf8))
        #expect(exchange.statuses == [488, 400])
        #expect(exchange.reports.isEmpty)
    }

    @Test func `without a free port a call gets 480, and a port comes back with its call`() throws {
        var exchange = Exchange([PhonePlan(number: "1", behaviour: .ring)], ports: 40_000...40_003)
        let first = try exchange.call("1")
        _ = try exchange.call("1")
        _ = try exchange.call("1")
        #expect(exchange.statuses == [180, 180, 480])
        exchange.hangUp(first)
        _ = try exchange.call("1")
        #expect(exchange.statuses == [180, 180, 480, 180])
        #expect(exchange.effects.filter { $0 == .open(port: 40_000) }.count == 2)
    }

    @Test func `a port that cannot be bound ends its call`() throws {
        var exchange = Exchange([PhonePlan(number: "1", behaviour: .ring)])
        _ = try exchange.call("1")
        exchange.perform(exchange.calls.openFailed(port: 40_000, at: exchange.now))
        #expect(exchange.statuses == [180, 480])
    }

    @Test func `phones without a voice take no port`() throws {
        var exchange = Exchange(
            [PhonePlan(number: nil, behaviour: .answer(after: .zero), voice: .none)], ports: 40_000...40_001)
        for number in 0..<5 { _ = try exchange.call(String(number)) }
        #expect(exchange.statuses.filter { $0 == 200 }.count == 5)
        #expect(!exchange.effects.contains(.open(port: 40_000)))
    }

    @Test func `switching the phones off hangs up what talks and refuses what rings`() throws {
        var exchange = Exchange([
            PhonePlan(number: "1", behaviour: .answer(after: .zero)), PhonePlan(number: "2", behaviour: .ring),
        ])
        _ = try exchange.call("1")
        _ = try exchange.call("2")
        exchange.perform(exchange.calls.hangUpAll(at: exchange.now))
        #expect(exchange.statuses == [180, 200, 180, 480])
        #expect(exchange.reports.suffix(2).map(\.kind) == [.hungUp, .hungUp])
        #expect(exchange.events.contains(.hungUp(FarEndReason(q850: 16))))
    }
}
