public import SIPTransactions
import SIPSyntax
public import SansIO

/// All INVITE sessions of one switchboard: commands and datagrams go in, datagrams and events come out.
///
/// A value to its owner, though its sessions are objects: keep one copy, on one thread.
public struct UserAgent {
    let identity: UserAgentIdentity
    let timers: SIPTimers
    let limits: UserAgentLimits
    /// Our Contact values, by listener.
    let contacts: [String]
    /// Our Vias up to the branch, by listener and transport.
    let viaBeginnings: [[String]]
    /// What each account can prove.
    var keyrings: [AccountID: Keyring] = [:]
    var registrants: [Registrant] = []
    var entropy: Entropy
    var writer = SIPWriter()
    var transactions: TransactionTable
    var sessions: [UInt64: Session] = [:]
    /// Pings without an outcome, by the owner of their transaction.
    var pings: Set<UInt64> = []
    var deadlines = DeadlineQueue<UInt64>()
    var drops = DropCounts()
    var registrar: Registrar

    /// - Parameters:
    ///   - accounts: the credentials by which requests answer challenges, in the order of `AccountID.index`.
    ///   - registrations: those to be kept, from the first time that `timeOut` is called.
    ///   - registrar: the phones that may register; without any, REGISTER gets no answer.
    public init(
        identity: UserAgentIdentity, accounts: [Credentials?] = [], registrations: [RegistrationSettings] = [],
        registrar: RegistrarSettings = RegistrarSettings(extensions: []), timers: SIPTimers = SIPTimers(),
        limits: UserAgentLimits = UserAgentLimits(), largeRequests: LargeRequests = .byUDP, entropy: Entropy
    ) {
        self.identity = identity
        for (index, credentials) in accounts.enumerated() {
            keyrings[AccountID(index: index)] = credentials.map(Keyring.init)
        }
        self.timers = timers
        self.limits = limits
        self.entropy = entropy
        self.registrar = Registrar(registrar, using: &self.entropy)
        let user = identity.user.map { $0 + "@" } ?? ""
        contacts = identity.points.map { point in
            let transport = point.transport == .udp ? "" : ";transport=\(point.transport.name)"
            return "<sip:\(user)\(point.host)\(transport)>"
        }
        viaBeginnings = identity.points.map { point in
            Transport.allCases.map { "SIP/2.0/\($0.viaName) \(point.host);branch=" }
        }
        transactions = TransactionTable(
            timers: timers, shard: identity.shard, serverLimit: limits.serverTransactions,
            largeRequests: largeRequests)
        for settings in registrations {
            let registrant = Registrant(settings, tag: newToken(), callID: newCallID())
            registrants.append(registrant)
            deadlines.set(registrant.machine.deadline, for: registrant.number)
        }
    }

    /// When `timeOut` wants to be called next.
    public var deadline: Instant? {
        mutating get { earliest(earliest(transactions.deadline, deadlines.next), registrar.bindings.deadline) }
    }

    public var counts: UserAgentCounts {
        UserAgentCounts(
            sessions: sessions.count, transactions: transactions.counts, drops: drops,
            registrar: registrar.counts)
    }

    /// Deals with everything that is due.
    public mutating func timeOut(at now: Instant) -> [UserAgentAction] {
        var actions: [UserAgentAction] = []
        while let event = transactions.timeOut(at: now) { handle(event, at: now, into: &actions) }
        while let number = deadlines.popDue(at: now) {
            if let session = sessions[number] {
                timeOut(session, at: now, into: &actions)
                deadlines.set(session.deadline, for: number)
            } else if let registrant = registrant(number) {
                advance(registrant, .timeOut, at: now, into: &actions)
            }
        }
        registrar.bindings.timeOut(at: now)
        tellRegistrations(into: &actions)
        return actions
    }

    /// The network reported that nothing is reached over this flow (ICMP, or no connection): what waits there for a first
    /// response fails.
    public mutating func transportFailed(_ flow: Flow, at now: Instant) -> [UserAgentAction] {
        registrar.bindings.connectionFailed(flow)
        return take(transactions.transportFailed(flow, at: now), at: now)
    }

    /// A connection that this flow took has ended: what waits there for a first response goes out once more, on another.
    public mutating func connectionBroke(_ flow: Flow, at now: Instant) -> [UserAgentAction] {
        registrar.bindings.connectionFailed(flow)
        return take(transactions.connectionBroke(flow, at: now), at: now)
    }

    private mutating func take(_ events: [ClientEvent], at now: Instant) -> [UserAgentAction] {
        var actions: [UserAgentAction] = []
        for event in events { handle(event, at: now, into: &actions) }
        return actions
    }

    private mutating func handle(_ event: TimerEvent, at now: Instant, into actions: inout [UserAgentAction]) {
        switch event {
        case .client(let event): handle(event, at: now, into: &actions)
        case .transmit(let datagram): actions.append(.transmit(datagram))
        case .unanswered, .unacknowledged, .silent: break
        }
    }

    /// A client transaction's event other than a response.
    private mutating func handle(_ event: ClientEvent, at now: Instant, into actions: inout [UserAgentAction]) {
        switch event {
        case .absorbed, .unmatched, .response: break
        case .transmit(let datagram): actions.append(.transmit(datagram))
        case .timedOut(let owner, let id):
            if endPing(owner, .silent, into: &actions) { return }
            requestFailed(owner, id, .time, at: now, into: &actions)
        case .unreachable(let owner, let id):
            if endPing(owner, .unreachable, into: &actions) { return }
            requestFailed(owner, id, .transport, at: now, into: &actions)
        case .ended(let owner, let id): sessions[owner].map { inviteEnded($0, id) }
        }
    }

    private mutating func requestFailed(
        _ owner: UInt64, _ id: ClientTransactionID, _ trouble: RequestTrouble, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        if let session = sessions[owner] {
            requestFailed(session, id, trouble, at: now, into: &actions)
        } else if let registrant = registrant(owner) {
            registrationFailed(registrant, id, at: now, into: &actions)
        }
    }

    func registrant(_ number: UInt64) -> Registrant? { registrants.first { $0.number == number } }

    func token(_ number: UInt64) -> WireToken { WireToken(shard: identity.shard, number: number) }

    /// A token that nothing bears yet.
    mutating func newToken() -> WireToken { token(entropy.next()) }
}

/// How many sessions and transactions there are, and what was dropped.
public struct UserAgentCounts: Hashable, Sendable {
    /// Those that only wait for late messages included.
    public var sessions: Int
    public var transactions: TransactionCounts
    public var drops: DropCounts
    public var registrar: RegistrarCounts
}

/// What got no answer, by reason.
public struct DropCounts: Hashable, Sendable {
    /// Not SIP, or too broken to be answered.
    public var unreadable: UInt64 = 0
    /// Requests from strangers (broken ones included).
    public var strangers: UInt64 = 0
    /// Of these, those of sources that are blocked for a while.
    public var blocked: UInt64 = 0
    /// Responses that no transaction waits for.
    public var strayResponses: UInt64 = 0
    /// ACKs that nothing waits for.
    public var strayAcknowledgements: UInt64 = 0
    /// Early dialogs and 2xx beyond `UserAgentLimits.forks`.
    public var forks: UInt64 = 0
}
