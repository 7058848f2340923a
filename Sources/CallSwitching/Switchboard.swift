public import CallModel
import CallTracing
import MediaControl
import SIPTransactions
public import SIPUserAgent
public import SansIO

/// All call logic as one value: what happened goes in, what is to be done comes out.
///
/// The server runs it in a short loop on one thread; the simulator runs it under a virtual clock. It holds no socket,
/// reads no clock and draws no randomness of its own.
public struct Switchboard: ~Copyable {
    var exchange: Exchange
    var calls: [CallID: CallSession] = [:]
    /// Calls by the number of their media legs.
    var callsByNumber: [UInt64: CallSession] = [:]
    var cancels = CancelTable()
    var isDraining = false
    public private(set) var counts = SwitchboardCounts()
    private var deadlines = DeadlineQueue<UInt64>()

    /// - Parameter entropy: the source of every tag, Call-ID, SSRC and call id.
    public init(settings: SwitchboardSettings, entropy: consuming Entropy) {
        var entropy = entropy
        let agent = UserAgent(
            identity: UserAgentIdentity(points: settings.listeners, user: "duocall", shard: settings.shard),
            accounts: settings.trunks.map { $0.account?.credentials },
            registrations: settings.trunks.indices.compactMap { settings.trunks[$0].registration($0) },
            registrar: RegistrarSettings(extensions: settings.phones.extensions), timers: settings.timers,
            largeRequests: settings.largeRequests, entropy: entropy.fork())
        exchange = Exchange(settings: settings, agent: agent, entropy: entropy)
    }

    /// When `handle(.timePassed)` is due at the latest; `nil`: nothing waits.
    public var deadline: Instant? {
        mutating get { earliest(exchange.agent.deadline, earliest(exchange.trunks.servers.deadline, deadlines.next)) }
    }

    /// Takes note of what happened and returns what is to be done, in order.
    public mutating func handle(_ input: SwitchboardInput, at now: Instant) -> [SwitchboardEffect] {
        switch input {
        case .received(let bytes, let flow):
            exchange.traces.note(bytes, .received, flow, at: now)
            let isTrunk = exchange.trunks.isTrunk(flow.remote.ip)
            exchange.accept(exchange.agent.receive(bytes, from: flow, isTrunk: isTrunk, at: now))
        case .connectionBroke(let flow): exchange.accept(exchange.agent.connectionBroke(flow, at: now))
        case .transportFailed(let flow): exchange.accept(exchange.agent.transportFailed(flow, at: now))
        case .place(let ticket, let placement): place(placement, ticket, at: now)
        case .cancel(let ticket, let call, let scope): cancel(call, by: scope, ticket, at: now)
        case .describe(let ticket, let call):
            exchange.perform(.answer(ticket, .described(calls[call]?.acceptedRecord)))
        case .trace(let ticket, let call):
            exchange.perform(.answer(ticket, .traced(exchange.traces.trace(of: call, at: now))))
        case .committed(let ticket): stored(ticket, true, at: now)
        case .commitFailed(let ticket): stored(ticket, false, at: now)
        case .media(let report): reported(report, at: now)
        case .recover(let interrupted, let wallTime): recover(interrupted, wallTime: wallTime, at: now)
        case .restorePhones(let phones): restore(phones, at: now)
        case .drain: isDraining = true
        case .hangUpAll: hangUpAll(at: now)
        case .located(let trunk, let targets): locate(trunk, at: targets, now: now)
        case .timePassed: timePassed(at: now)
        }
        deliverEvents(at: now)
        if isDraining, calls.isEmpty { exchange.accept(exchange.agent.unregister(at: now)) }
        attendToServers(at: now)
        return exchange.takeEffects(at: now)
    }

    private mutating func restore(_ phones: [String: [PhoneBinding]], at now: Instant) {
        let listeners = exchange.settings.listeners
        exchange.agent.restore(
            phones.mapValues { $0.compactMap { RegisteredPhone($0, at: listeners) } }, at: now)
    }

    private mutating func reported(_ report: MediaReport, at now: Instant) {
        guard let (call, party) = owner(of: report) else { return }
        if case .closed(_, let summary) = report, let trunk = call.record[party].trunk {
            counts.quality[trunk, default: QualityCounts()].record(summary)
        }
        call.mediaReported(report, party, at: now, &exchange)
        settle(call, at: now)
    }

    /// Whose leg the report is about, or whose recording: that is both parties', and told as party 1's.
    private func owner(of report: MediaReport) -> (CallSession, Party)? {
        switch report {
        case .opened(let leg), .openFailed(let leg), .flowing(let leg), .quiet(let leg), .idle(let leg),
            .digit(let leg, _), .played(let leg, _), .playFailed(let leg, _), .measured(let leg, _),
            .closed(let leg, _):
            callsByNumber[leg.number >> 1].map { ($0, leg.number & 1 == 0 ? .first : .second) }
        case .recorded(let recording, _), .recordFailed(let recording, _, _):
            exchange.call(recordedAs: recording).map { ($0, .first) }
        }
    }

    private mutating func timePassed(at now: Instant) {
        exchange.accept(exchange.agent.timeOut(at: now))
        pingServers(at: now)
        while let number = deadlines.popDue(at: now) {
            guard let call = callsByNumber[number] else { continue }
            call.timePassed(at: now, &exchange)
            settle(call, at: now)
        }
    }

    private mutating func hangUpAll(at now: Instant) {
        isDraining = true
        for call in calls.values.sorted(by: { $0.number < $1.number }) {
            call.stop(at: now, &exchange)
            settle(call, at: now)
        }
    }

    private mutating func deliverEvents(at now: Instant) {
        while let news = exchange.nextEvent() {
            news.owner.call.signalled(news.event, news.session, of: news.owner.party, at: now, &exchange)
            settle(news.owner.call, at: now)
        }
    }

    /// After a call was told something: what it wants written is written, its deadline is set, and if it is over it is forgotten.
    mutating func settle(_ call: CallSession, at now: Instant) {
        call.writeProgress(&exchange)
        if call.isNewlyDecided() { countEnding(call.record) }
        if call.isOver {
            calls[call.id] = nil
            callsByNumber[call.number] = nil
            deadlines.set(nil, for: call.number)
            exchange.traces.finish(call.id, at: now)
        } else {
            deadlines.set(call.deadline, for: call.number)
        }
    }

    mutating func admit(_ call: CallSession) {
        calls[call.id] = call
        callsByNumber[call.number] = call
    }

    mutating func countRefusal(_ code: AnswerCode) { counts.refused[code, default: 0] += 1 }
    mutating func countEnding(_ record: CallRecord) {
        if let reason = record.ending?.reason { counts.ended[reason, default: 0] += 1 }
    }
    mutating func countPlacement() { counts.placed += 1 }

    /// What the user agent holds and what it left unanswered, strangers among them.
    public var signalling: UserAgentCounts { exchange.agent.counts }

    /// Of each trunk that wants us to register, whether we are.
    public func registrations(at now: Instant) -> [(trunk: TrunkName, isRegistered: Bool)] {
        exchange.trunks.trunks.indices.compactMap { index in
            exchange.agent.isRegistered(AccountID(index: index), at: now).map {
                (exchange.trunks.trunks[index].name, $0)
            }
        }
    }

    /// What is in use now.
    public var occupancy: SwitchboardOccupancy {
        let agent = exchange.agent.counts
        return SwitchboardOccupancy(
            calls: calls.count, mediaPorts: exchange.ports.inUse, mediaPortsInAll: exchange.ports.size,
            sessions: exchange.sessionCount, rememberedSessions: agent.sessions,
            transactions: agent.transactions.living, registrations: exchange.agent.registrations,
            trunkCalls: exchange.trunks.trunks.indices.map {
                (exchange.trunks.trunks[$0].name, exchange.trunks.calls(on: $0))
            },
            servers: exchange.trunks.serverNotes)
    }
}

/// What a switchboard counted since its start.
public struct SwitchboardCounts: Hashable, Sendable {
    /// Requests to place a call that were taken in hand.
    public var placed = 0
    /// Requests refused by the switchboard, by code.
    public var refused: [AnswerCode: Int] = [:]
    /// Calls whose end was decided, by reason.
    public var ended: [EndReason: Int] = [:]
    /// How the media of ended legs fared, by trunk.
    public var quality: [TrunkName: QualityCounts] = [:]
}

/// What a switchboard has in use.
public struct SwitchboardOccupancy: Sendable {
    public var calls: Int
    /// Port pairs in use, those at rest excluded.
    public var mediaPorts: Int
    public var mediaPortsInAll: Int
    /// SIP sessions that are not released yet.
    public var sessions: Int
    /// SIP sessions that the user agent keeps, released ones that still wait for late messages included.
    public var rememberedSessions: Int
    /// SIP transactions, those that only absorb repetitions included.
    public var transactions: Int
    /// Registrations at trunks that are not taken back.
    public var registrations: Int
    public var trunkCalls: [(trunk: TrunkName, calls: Int)]
    /// The trunks' servers as they stand.
    public var servers: [ServerNote]
}
