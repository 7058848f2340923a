import CallModel
import CallTracing
import MediaControl
import SIPTransactions
import SIPUserAgent
import SansIO

/// What all calls of a switchboard share, and what the event in hand has caused so far.
struct Exchange {
    let settings: SwitchboardSettings
    var agent: UserAgent
    var trunks: TrunkTable
    var ports: PortPool
    var traces: TraceBook
    var entropy: Entropy
    private(set) var effects: [SwitchboardEffect] = []
    private var owners: [SessionID: SessionOwner] = [:]
    /// Sessions from before a restart, whose calls are over.
    private var orphans: Set<SessionID> = []
    private var events: [SessionNews] = []
    private var recordings: [MediaRecordingID: CallSession] = [:]
    private var pings: [(PingID, PingOutcome)] = []
    private var acceptances: [CommitTicket: CallID] = [:]
    private var nextCommit: UInt64 = 0
    private var nextCall: UInt64 = 0

    init(settings: SwitchboardSettings, agent: UserAgent, entropy: Entropy) {
        self.settings = settings
        self.agent = agent
        self.entropy = entropy
        trunks = TrunkTable(
            trunks: settings.trunks, addresses: settings.trunkAddresses, country: settings.country)
        ports = PortPool(range: settings.mediaPorts)
        traces = TraceBook(limits: settings.traces)
    }

    /// How many SIP sessions are not released: those of calls, and those that a restart found.
    var sessionCount: Int { owners.count + orphans.count }

    mutating func takeEffects(at now: Instant) -> [SwitchboardEffect] {
        for case .transmit(let datagram) in effects { traces.note(datagram.bytes, .sent, datagram.flow, at: now) }
        defer { effects = [] }
        return effects
    }

    mutating func perform(_ effect: SwitchboardEffect) { effects.append(effect) }

    /// Whether the line's trunk takes calls: it is not at rest, and we are registered where it wants us to be.
    func isOpen(_ line: Line, at now: Instant) -> Bool {
        guard let trunk = line.trunk else { return true }
        return !trunks.isResting(line, at: now) && agent.isRegistered(AccountID(index: trunk), at: now) != false
    }

    /// Sorts what the user agent returned: datagrams leave now, events wait their turn.
    mutating func accept(_ actions: [UserAgentAction]) {
        for action in actions {
            switch action {
            case .transmit(let datagram): effects.append(.transmit(datagram))
            case .session(let session, let event):
                let owner = owners[session]
                if case .released = event {
                    owners[session] = nil
                    orphans.remove(session)
                }
                guard let owner else { continue }
                events.append(SessionNews(owner: owner, session: session, event: event))
            case .pinged(let ping, let outcome): pings.append((ping, outcome))
            case .phonesRegistered(let user, let phones):
                effects.append(.store([.phonesRegistered(of: user, phones.map(PhoneBinding.init))], nil))
            case .registrationRefused(let refusal): effects.append(.registrationRefused(refusal))
            }
        }
    }

    /// The outcomes of pings that nobody has seen yet.
    mutating func takePings() -> [(PingID, PingOutcome)] {
        guard !pings.isEmpty else { return [] }
        defer { pings = [] }
        return pings
    }

    /// The oldest event that its call has not seen yet.
    mutating func nextEvent() -> SessionNews? {
        events.isEmpty ? nil : events.removeFirst()
    }

    /// From now on `session`'s events are for `party` of `call`.
    mutating func assign(_ session: SessionID, to party: Party, of call: CallSession) {
        owners[session] = SessionOwner(call: call, party: party)
    }

    /// From now on reports about `recording` are for `call`.
    mutating func assign(_ recording: MediaRecordingID, to call: CallSession) { recordings[recording] = call }

    /// Nothing more is reported about `recording`.
    mutating func forget(_ recording: MediaRecordingID) { recordings[recording] = nil }

    /// Whose recording it is.
    func call(recordedAs recording: MediaRecordingID) -> CallSession? { recordings[recording] }

    /// `session` only wants to end; nobody hears of it.
    mutating func assignToNobody(_ session: SessionID) { orphans.insert(session) }

    mutating func newCommitTicket() -> CommitTicket {
        nextCommit += 1
        return CommitTicket(number: nextCommit)
    }

    /// Remembers that `commit` makes a call's acceptance durable.
    mutating func await(_ commit: CommitTicket, acceptanceOf call: CallID) { acceptances[commit] = call }

    /// The call whose acceptance `commit` made durable.
    mutating func takeAcceptance(_ commit: CommitTicket) -> CallID? { acceptances.removeValue(forKey: commit) }

    /// A number for a call's media legs; 2n and 2n+1 are its parties'.
    mutating func newCallNumber() -> UInt64 {
        nextCall += 1
        return nextCall
    }
}

/// Whose a SIP session is.
struct SessionOwner {
    let call: CallSession
    let party: Party
}

/// An event of a SIP session on its way to its call.
struct SessionNews {
    let owner: SessionOwner
    let session: SessionID
    let event: SessionEvent
}
