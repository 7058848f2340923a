import Audio
public import LinuxIO
import SDP
public import SIPNetwork
import SIPTransactions
import SIPUserAgent
public import SansIO

/// Phones that answer, ring or are busy, speak a tone and tell what they hear. Owned and run by one thread.
public final class PhoneBank {
    private static let stopToken: UInt64 = 255
    private static let alarmToken: UInt64 = 256
    /// Datagrams taken at a time, so that voices keep their pace under load.
    private static let batch = 64

    private let sockets: SignallingSockets
    private let poller: Poller
    private let alarm: AlarmClock
    private let buffer: UnsafeMutableRawBufferPointer
    private let report: (PhoneReport) -> Void
    private var calls: PhoneCalls
    private var lines: [UInt16: PhoneLine] = [:]
    private var voices = DeadlineQueue<UInt16>()
    private var tones: [ToneKey: RenderedTone] = [:]
    private var entropy: Entropy

    private struct ToneKey: Hashable {
        let voice: PhonePlan.Voice
        let codec: G711
    }

    /// Opens the SIP socket.
    ///
    /// - Parameters:
    ///   - listen: one address, not an unspecified one; port 0 lets the kernel choose.
    ///   - identity: for TCP and TLS; with it requests of the phones can leave by streams.
    ///   - rtpPorts: for voices, two for each call; above 256.
    ///   - report: called on the thread that runs.
    public init(
        listen: ListenAddress, identity: TLSIdentity? = nil, phones: [PhonePlan], rtpPorts: ClosedRange<UInt16>,
        seed: UInt64,
        report: @escaping (PhoneReport) -> Void
    ) throws(SystemError) {
        precondition(rtpPorts.lowerBound > Self.alarmToken && !listen.address.ip.isUnspecified)
        let sockets = try SignallingSockets(listen: [listen], identity: identity)
        var entropy = Entropy(seed: seed)
        let identity = UserAgentIdentity(
            points: sockets.listeners.map { ListeningPoint($0.address.description, over: $0.transport) },
            product: "Duocall phones",
            acceptsCalls: true)
        calls = PhoneCalls(
            plans: phones, address: listen.address.ip,
            agent: UserAgent(identity: identity, entropy: Entropy(seed: entropy.next())), ports: PortRing(rtpPorts),
            entropy: Entropy(seed: entropy.next()))
        poller = try Poller()
        alarm = try AlarmClock()
        buffer = .allocate(byteCount: 2048, alignment: 16)
        self.sockets = sockets
        self.entropy = entropy
        self.report = report
        try sockets.watch(by: poller)
        try poller.add(alarm.descriptor, token: Self.alarmToken)
    }

    deinit { buffer.deallocate() }

    /// Where calls are taken.
    public var address: TransportAddress { sockets.addresses[0] }

    /// Works until `stop` is signalled, then hangs up every call and returns.
    public func run(until stop: borrowing WakeUp) throws(SystemError) {
        try poller.add(stop.descriptor, token: Self.stopToken)
        while true {
            setAlarm()
            let count = poller.wait()
            var isStopped = false
            for index in 0..<count {
                let event = poller.event(at: index)
                if event.token == Self.stopToken { isStopped = true }
                try take(event)
            }
            let now = MonotonicClock.now()
            if isStopped { return try perform(calls.hangUpAll(at: now), at: now) }
            try perform(calls.timeOut(at: now), at: now)
            speak(at: now)
        }
    }

    private func take(_ event: Poller.Event) throws(SystemError) {
        let now = MonotonicClock.now()
        switch event.token {
        case Self.stopToken: break
        case Self.alarmToken: _ = alarm.acknowledge()
        case ..<Self.stopToken:
            var arrivals: [SignallingSockets.Arrival] = []
            try sockets.receive(at: Int(event.token), limit: Self.batch, into: &arrivals)
            for arrival in arrivals { try take(arrival, at: now) }
        case let token:
            // A port and the one above are one line.
            lines[UInt16(token) & ~1]?.receive(into: buffer, at: now)
        }
    }

    private func take(_ arrival: SignallingSockets.Arrival, at now: Instant) throws(SystemError) {
        switch arrival {
        case .datagram(let bytes, let flow): try perform(calls.receive(bytes, from: flow, at: now), at: now)
        case .undelivered(let flow): try perform(calls.transportFailed(flow, at: now), at: now)
        case .broken(let flow): try perform(calls.connectionBroke(flow, at: now), at: now)
        case .notConnected: break
        }
    }

    private func setAlarm() {
        guard let due = earliest(calls.deadline, voices.next) else { return alarm.silence() }
        alarm.ring(at: due)
    }

    private func speak(at now: Instant) {
        while let port = voices.popDue(at: now) {
            lines[port]?.send(from: buffer, at: now)
            voices.set(lines[port]?.due, for: port)
        }
    }

    private func perform(_ effects: [PhoneCalls.Effect], at now: Instant) throws(SystemError) {
        for effect in effects { try perform(effect, at: now) }
    }

    private func perform(_ effect: PhoneCalls.Effect, at now: Instant) throws(SystemError) {
        switch effect {
        case .transmit(let datagram):
            var arrivals: [SignallingSockets.Arrival] = []
            try sockets.send(datagram, arrivals: &arrivals)
            for arrival in arrivals { try take(arrival, at: now) }
        case .open(let port): try open(port, at: now)
        case .speak(let port, let agreed, let voice): speak(voice, agreed, on: port, at: now)
        case .report(let report): self.report(report)
        case .close(let port, var report):
            if let port { report.heard = close(port, at: now) }
            self.report(report)
        }
    }

    private func open(_ port: UInt16, at now: Instant) throws(SystemError) {
        do {
            lines[port] = try PhoneLine(address: address.ip, port: port, watchedBy: poller)
        } catch {
            try perform(calls.openFailed(port: port, at: now), at: now)
        }
    }

    private func speak(_ voice: PhonePlan.Voice, _ agreed: AgreedMedia, on port: UInt16, at now: Instant) {
        guard case .tone(let frequency, let level) = voice, let line = lines[port] else { return }
        let key = ToneKey(voice: voice, codec: agreed.sends.codec)
        let cadence = ToneCadence(frequency: frequency, level: level, on: .seconds(1), off: .zero)
        let tone = tones[key] ?? RenderedTone(cadence, codec: key.codec)
        tones[key] = tone
        line.speak(tone, agreed, at: now, entropy: &entropy)
        voices.set(line.due, for: port)
    }

    private func close(_ port: UInt16, at now: Instant) -> Heard? {
        voices.set(nil, for: port)
        guard let line = lines.removeValue(forKey: port) else { return nil }
        line.receive(into: buffer, at: now)
        return line.heard(at: now)
    }
}
