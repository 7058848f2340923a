import SIPSyntax
public import SansIO

/// All transactions of one user agent, found by what messages bear (RFC 3261 §17.1.3, §17.2.3), with one
/// queue of deadlines.
///
/// A client transaction belongs to an owner, a number that only the user of the table understands.
/// A value to its owner, though the transactions are objects: keep one copy, on one thread.
public struct TransactionTable {
    let timers: SIPTimers
    let shard: UInt8
    /// The most server transactions of both kinds together.
    let serverLimit: Int
    var largeRequests: LargeRequests

    var inviteClients: [UInt64: InviteClient] = [:]
    var clients: [UInt64: NonInviteClient] = [:]
    var inviteServers: [UInt64: InviteServer] = [:]
    var servers: [UInt64: NonInviteServer] = [:]
    /// Every server transaction by its key.
    var serverNumbers: [ServerKey: UInt64] = [:]
    /// Client transactions without any response, by where their request went.
    var unheard = UnheardRequests()
    /// The request whose transaction ended with its final response, as it does over a reliable transport: for `takeRequest`.
    var concluded: (id: ClientTransactionID, request: Datagram)?
    var deadlines = DeadlineQueue<Name>()
    private var lastServer: UInt64 = 0
    var overflows: UInt64 = 0
    var retransmissions: UInt64 = 0

    /// - Parameter shard: responses whose branch names another shard are not ours.
    public init(
        timers: SIPTimers, shard: UInt8 = 0, serverLimit: Int, largeRequests: LargeRequests = .byUDP
    ) {
        self.timers = timers
        self.shard = shard
        self.serverLimit = serverLimit
        self.largeRequests = largeRequests
    }

    enum Name: Hashable, Sendable {
        case client(ClientTransactionID)
        case server(ServerTransactionID)
    }

    public var counts: TransactionCounts {
        var counts = TransactionCounts()
        counts.inviteClients = inviteClients.count
        counts.clients = clients.count
        counts.inviteServers = inviteServers.count
        counts.servers = servers.count
        counts.overflows = overflows
        counts.retransmissions = retransmissions
        return counts
    }

    /// When something is due next.
    public var deadline: Instant? {
        mutating get { deadlines.next }
    }

    /// Deals with one deadline that has passed; `nil` once none is left. To be called until then.
    public mutating func timeOut(at now: Instant) -> TimerEvent? {
        guard let name = deadlines.popDue(at: now) else { return nil }
        switch name {
        case .client(let id):
            return .client(id.isInvite ? timeOutInvite(id, at: now) : timeOutRequest(id, at: now))
        case .server(let id):
            return id.isInvite ? timeOutInviteServer(id, at: now) : timeOutServer(id, at: now)
        }
    }

    mutating func nextServer(isInvite: Bool) -> ServerTransactionID {
        lastServer += 1
        return ServerTransactionID(number: lastServer, isInvite: isInvite)
    }
}
