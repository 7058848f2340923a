import Audio
import LinuxIO
import RTP
import SDP
import SIPNetwork
import SIPTransactions
import SIPUserAgent
import SansIO
import Synchronization
import Testing

@testable import Phones

/// A bank of phones on a thread of its own.
final class RunningBank: Sendable {
    private let state = Mutex<(address: TransportAddress?, reports: [PhoneReport])>((nil, []))
    private let began: WakeUp
    private let stop: WakeUp

    init() throws {
        began = try WakeUp()
        stop = try WakeUp()
    }

    /// Runs until `end`; the body is called with the phones' address.
    static func run(_ plans: [PhonePlan], _ body: (TransportAddress) throws -> Void) throws -> [PhoneReport] {
        let bank = try RunningBank()
        let thread = try DedicatedThread(name: "phones") { bank.serve(plans) }
        let poller = try Poller()
        try poller.add(bank.began.descriptor, token: 0)
        _ = poller.wait(.seconds(10))
        do {
            try body(try #require(bank.state.withLock { $0.address }))
        } catch {
            bank.stop.signal()
            thread.join()
            throw error
        }
        bank.stop.signal()
        thread.join()
        return bank.state.withLock { $0.reports }
    }

    private func serve(_ plans: [PhonePlan]) {
        do {
            let bank = try PhoneBank(
                listen: ListenAddress(TransportAddress(ip: .v4(0x7F00_0001), port: 0)), phones: plans,
                rtpPorts: 41_000...41_999,
                seed: 1
            ) { report in self.state.withLock { $0.reports.append(report) } }
            state.withLock { $0.address = bank.address }
            began.signal()
            try bank.run(until: stop)
        } catch {
            Issue.record("\(error)")
            began.signal()
        }
    }
}

/// A caller on loopback.
final class Caller {
    let sockets: SignallingSockets
    let rtp: UDPSocket
    let poller: Poller
    var agent: UserAgent
    var answer: SessionAnswer?
    var heard = 0

    init() throws {
        sockets = try SignallingSockets(listen: [TransportAddress(ip: .v4(0x7F00_0001), port: 0)])
        rtp = try UDPSocket(boundTo: TransportAddress(ip: .v4(0x7F00_0001), port: 0))
        poller = try Poller()
        agent = UserAgent(
            identity: UserAgentIdentity(points: sockets.addresses.map { ListeningPoint($0.description) }),
            entropy: Entropy(seed: 9))
        try sockets.watch(by: poller)
        try poller.add(rtp.descriptor, token: 1)
    }

    func perform(_ actions: [UserAgentAction]) throws -> [SessionEvent] {
        var events: [SessionEvent] = []
        for action in actions {
            switch action {
            case .transmit(let datagram):
                var arrivals: [SignallingSockets.Arrival] = []
                try sockets.send(datagram, arrivals: &arrivals)
            case .session(_, let event): events.append(event)
            case .pinged, .phonesRegistered, .registrationRefused: break
            }
        }
        return events
    }

    /// Handles what arrives until `isEnough`.
    func run(until isEnough: (Caller, SessionEvent?) -> Bool) throws {
        var buffer = [UInt8](repeating: 0, count: 2048)
        for _ in 0..<2_000 {
            _ = poller.wait(.seconds(5))
            var arrivals: [SignallingSockets.Arrival] = []
            try sockets.receive(at: 0, limit: 10, into: &arrivals)
            for case .datagram(let bytes, let flow) in arrivals {
                let actions = agent.receive(bytes, from: flow, isTrunk: true, at: MonotonicClock.now())
                for event in try perform(actions) {
                    if case .answered(let answer) = event { self.answer = answer }
                    if isEnough(self, event) { return }
                }
            }
            buffer.withUnsafeMutableBytes { buffer in
                while case .datagram(let length) = rtp.receive(into: buffer) {
                    if ReceivedRTP(UnsafeRawBufferPointer(rebasing: buffer[..<length])) != nil { heard += 1 }
                }
            }
            if isEnough(self, nil) { return }
        }
        Issue.record("the phones did not do what was waited for")
    }
}

@Suite struct PhoneBankTests {
    @Test func `a phone on loopback answers, speaks, listens and hangs up`() throws {
        let plan = PhonePlan(
            number: "1001", behaviour: .answer(after: .zero), voice: .tone(frequency: 880), talk: .milliseconds(300))
        let reports = try RunningBank.run([plan]) { phones in
            let caller = try Caller()
            let port = try caller.rtp.localAddress().port
            var media = OurMedia(address: phones.ip, port: port, codecs: [.pcma], sessionID: 1)
            let invitation = Invitation(
                requestURI: "sip:1001@\(phones)", from: "<sip:a@127.0.0.1>", to: "<sip:1001@\(phones)>",
                flow: Flow(remote: phones), body: media.offer())
            let begun = caller.agent.invite(invitation, at: MonotonicClock.now())
            let events = try caller.perform(try #require(begun).actions)
            #expect(events == [])
            try caller.run { caller, _ in caller.answer != nil && caller.heard >= 3 }
            let agreed = try media.judge(answer: try #require(caller.answer).body)
            var entropy = Entropy(seed: 1)
            let cadence = ToneCadence(frequency: 440, level: -10, on: .seconds(1), off: .zero)
            var speaker = Speaker(
                RenderedTone(cadence, codec: .pcma), payloadType: 8, to: agreed.rtp, at: Instant(nanoseconds: 0),
                entropy: &entropy)
            var packet = [UInt8](repeating: 0, count: Speaker.packetSize)
            for _ in 0..<5 {
                packet.withUnsafeMutableBytes { speaker.write(to: $0, at: speaker.due) }
                let sent = packet.withUnsafeBytes { caller.rtp.send($0, to: agreed.rtp) }
                #expect(sent == .sent)
            }
            try caller.run { _, event in event == .released }
        }
        #expect(reports.map(\.kind) == [.rang, .answered, .hungUp])
        let heard = try #require(reports.last?.heard)
        #expect(heard.packets == 5)
        #expect(heard.tone?.frequency == 440)
        #expect(abs((heard.tone?.level ?? 0) + 10) < 0.3)
    }

    @Test func `stopping hangs up`() throws {
        let plan = PhonePlan(number: nil, behaviour: .answer(after: .zero), voice: .none)
        let reports = try RunningBank.run([plan]) { phones in
            let caller = try Caller()
            var media = OurMedia(address: phones.ip, port: 39_998, codecs: [.pcma], sessionID: 1)
            let begun = caller.agent.invite(
                Invitation(
                    requestURI: "sip:7@\(phones)", from: "<sip:a@127.0.0.1>", to: "<sip:7@\(phones)>",
                    flow: Flow(remote: phones), body: media.offer()), at: MonotonicClock.now())
            _ = try caller.perform(try #require(begun).actions)
            try caller.run { caller, _ in caller.answer != nil }
        }
        #expect(reports.map(\.kind) == [.rang, .answered, .hungUp])
    }
}
