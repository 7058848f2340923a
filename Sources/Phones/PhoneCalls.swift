import Audio
import SDP
import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO

/// The calls at a bank of phones, without its sockets: datagrams go in, effects come out.
struct PhoneCalls {
    enum Effect: Hashable {
        case transmit(Datagram)
        /// Bind `port` and the one above for this call and listen.
        case open(port: UInt16)
        /// Speak there from now on.
        case speak(port: UInt16, AgreedMedia, PhonePlan.Voice)
        case report(PhoneReport)
        /// The call is over: close its port if it has one, and report with what was heard.
        case close(port: UInt16?, PhoneReport)
    }

    private struct Call {
        let plan: PhonePlan
        let phone: String
        let caller: String
        let port: UInt16
        let answer: [UInt8]
        let agreed: AgreedMedia
        var stage: Stage
    }

    private enum Stage {
        /// Answers or refuses at that time, if at all.
        case ringing(until: Instant?)
        /// Hangs up at that time, if at all.
        case talking(until: Instant?)
        /// Over for the phone; its signalling ends.
        case over
    }

    private let plans: [String?: PhonePlan]
    private let address: IPAddress
    private var agent: UserAgent
    private var ports: PortRing
    private var entropy: Entropy
    private var calls: [SessionID: Call] = [:]
    private var deadlines = DeadlineQueue<SessionID>()

    /// - Parameters:
    ///   - address: of the media.
    ///   - agent: one that accepts calls.
    init(plans: [PhonePlan], address: IPAddress, agent: UserAgent, ports: PortRing, entropy: Entropy) {
        self.plans = Dictionary(plans.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        self.address = address
        self.agent = agent
        self.ports = ports
        self.entropy = entropy
    }

    var deadline: Instant? {
        mutating get { earliest(agent.deadline, deadlines.next) }
    }

    mutating func receive(_ bytes: [UInt8], from flow: Flow, at now: Instant) -> [Effect] {
        effects(of: agent.receive(bytes, from: flow, isTrunk: true, at: now), at: now)
    }

    mutating func transportFailed(_ flow: Flow, at now: Instant) -> [Effect] {
        effects(of: agent.transportFailed(flow, at: now), at: now)
    }

    mutating func connectionBroke(_ flow: Flow, at now: Instant) -> [Effect] {
        effects(of: agent.connectionBroke(flow, at: now), at: now)
    }

    mutating func timeOut(at now: Instant) -> [Effect] {
        var effects = effects(of: agent.timeOut(at: now), at: now)
        while let id = deadlines.popDue(at: now) { effects += due(id, at: now) }
        return effects
    }

    /// Ends all calls, as when the phones are switched off.
    mutating func hangUpAll(at now: Instant) -> [Effect] {
        calls.keys.sorted { $0.number < $1.number }.flatMap { hangUp($0, at: now) }
    }

    /// The port of a call could not be bound.
    mutating func openFailed(port: UInt16, at now: Instant) -> [Effect] {
        guard let id = calls.first(where: { $0.value.port == port })?.key else { return [] }
        return hangUp(id, at: now)
    }

    private mutating func effects(of actions: [UserAgentAction], at now: Instant) -> [Effect] {
        actions.flatMap { action -> [Effect] in
            switch action {
            case .transmit(let datagram): [.transmit(datagram)]
            case .session(let id, let event): handle(event, of: id, at: now)
            case .pinged, .phonesRegistered, .registrationRefused: []
            }
        }
    }

    private mutating func handle(_ event: SessionEvent, of id: SessionID, at now: Instant) -> [Effect] {
        switch event {
        case .incoming(let call): return take(call, id, at: now)
        case .hungUp, .unacknowledged, .expired: return close(id, .released)
        case .released:
            let effects = close(id, .released)
            if let call = calls.removeValue(forKey: id), call.plan.voice != .none { ports.giveBack(call.port) }
            return effects
        case .offered(let offer, _), .offerRequested(let offer):
            // These phones keep the description they answered with.
            return effects(of: agent.answerOffer(offer, .reject(status: 488), at: now), at: now)
        case .acknowledged, .dialogChanged, .offerAnswered, .reanswered, .digit, .trying, .progressed, .answered,
            .failed, .lateAnswer:
            return []
        }
    }

    private mutating func take(_ incoming: IncomingCall, _ id: SessionID, at now: Instant) -> [Effect] {
        guard let plan = plans[incoming.user] ?? plans[nil] else { return respond(id, 404, at: now) }
        guard let port = plan.voice == .none ? ports.first : ports.take() else { return respond(id, 480, at: now) }
        var media = OurMedia(address: address, port: port, codecs: [.pcma, .pcmu], sessionID: entropy.next())
        do throws(SDPRefusal) {
            let (answer, agreed) = try media.answer(offer: incoming.body, using: &entropy)
            calls[id] = Call(
                plan: plan, phone: incoming.user, caller: incoming.caller, port: port, answer: answer, agreed: agreed,
                stage: .ringing(until: nil))
        } catch {
            if plan.voice != .none { ports.giveBack(port) }
            return respond(id, error.status, at: now)
        }
        return (plan.voice == .none ? [] : [.open(port: port)]) + ring(id, plan, at: now)
    }

    private mutating func ring(_ id: SessionID, _ plan: PhonePlan, at now: Instant) -> [Effect] {
        switch plan.behaviour {
        case .answer(let delay, let speaksEarly):
            setStage(.ringing(until: now + delay), of: id)
            return ring(id, speaksEarly: speaksEarly, at: now) + (delay == .zero ? due(id, at: now) : [])
        case .ring:
            return ring(id, speaksEarly: false, at: now)
        case .refuse(_, let delay):
            setStage(.ringing(until: now + delay), of: id)
            return delay == .zero ? due(id, at: now) : ring(id, speaksEarly: false, at: now)
        }
    }

    private mutating func ring(_ id: SessionID, speaksEarly: Bool, at now: Instant) -> [Effect] {
        guard let call = calls[id] else { return [] }
        let rang = Effect.report(PhoneReport(phone: call.phone, caller: call.caller, kind: .rang))
        guard speaksEarly else { return [rang] + respond(id, 180, at: now) }
        return [rang] + respond(id, 183, call.answer, at: now) + speak(call)
    }

    private func speak(_ call: Call) -> [Effect] {
        call.plan.voice == .none ? [] : [.speak(port: call.port, call.agreed, call.plan.voice)]
    }

    private mutating func due(_ id: SessionID, at now: Instant) -> [Effect] {
        guard let call = calls[id] else { return [] }
        switch (call.stage, call.plan.behaviour) {
        case (.ringing, .answer(_, let speaksEarly)):
            setStage(.talking(until: call.plan.talk.map { now + $0 }), of: id)
            let answered = Effect.report(PhoneReport(phone: call.phone, caller: call.caller, kind: .answered))
            return respond(id, 200, call.answer, at: now) + [answered] + (speaksEarly ? [] : speak(call))
        case (.ringing, .refuse(let status, _)): return respond(id, status, at: now)
        case (.talking, _): return hangUp(id, at: now)
        case (.ringing, .ring), (.over, _): return []
        }
    }

    private mutating func hangUp(_ id: SessionID, at now: Instant) -> [Effect] {
        let actions = agent.hangUp(id, reason: .q850(16), at: now)
        // Told first, so that a session released at once is not told as released by the other side; done last.
        let told = close(id, .hungUp)
        return effects(of: actions, at: now) + told
    }

    /// Tells a call's end, once.
    private mutating func close(_ id: SessionID, _ kind: PhoneReport.Kind) -> [Effect] {
        guard let call = calls[id] else { return [] }
        if case .over = call.stage { return [] }
        setStage(.over, of: id)
        let report = PhoneReport(phone: call.phone, caller: call.caller, kind: kind)
        return [.close(port: call.plan.voice == .none ? nil : call.port, report)]
    }

    private mutating func respond(_ id: SessionID, _ status: Int, _ body: [UInt8] = [], at now: Instant) -> [Effect] {
        effects(of: agent.respond(id, status: status, body: body, at: now), at: now)
    }

    private mutating func setStage(_ stage: Stage, of id: SessionID) {
        calls[id]?.stage = stage
        switch stage {
        case .ringing(let instant), .talking(let instant): deadlines.set(instant, for: id)
        case .over: deadlines.set(nil, for: id)
        }
    }
}
