/// A client transaction: the number of its branch, and whether it is an INVITE's (a CANCEL shares the branch).
public struct ClientTransactionID: Hashable, Sendable {
    public let branch: UInt64
    public let isInvite: Bool
}

/// A server transaction.
public struct ServerTransactionID: Hashable, Sendable {
    let number: UInt64
    public let isInvite: Bool
}

/// What came of a response, a transport failure or a timer for a client transaction.
public enum ClientEvent: Hashable, Sendable {
    /// The transaction absorbed it.
    case absorbed
    /// No transaction of ours.
    case unmatched
    /// Sent again: the request, or the ACK for a failure.
    case transmit(Datagram)
    /// The response is the owner's to deal with; the ACK of an INVITE's failure goes out besides.
    case response(owner: UInt64, ClientTransactionID, acknowledgement: Datagram?)
    /// Timer B or F, or the limit of an INVITE that had a provisional response.
    case timedOut(owner: UInt64, ClientTransactionID)
    case unreachable(owner: UInt64, ClientTransactionID)
    /// No further 2xx of the INVITE will be recognised (Timer M).
    case ended(owner: UInt64, ClientTransactionID)
}

/// What came of a request.
public enum ServerEvent: Hashable, Sendable {
    /// A request seen for the first time, with its transaction.
    case new(ServerTransactionID)
    /// It was seen before; the response, if there is one yet, goes out again.
    case repeated(Datagram?)
    /// An ACK for a failure response.
    case absorbed
    /// An ACK that no failure response waits for: one for a 2xx, or a stray one.
    case acknowledgement
    /// Unknown, and not to be made known.
    case stranger
    /// The table is full: no answer.
    case overflow
}

/// What a passed deadline brought.
public enum TimerEvent: Hashable, Sendable {
    case client(ClientEvent)
    /// A response goes out (again).
    case transmit(Datagram)
    /// The owner never responded; the transaction is gone.
    case unanswered(ServerTransactionID)
    /// No ACK came for a failure response to an INVITE.
    case unacknowledged(ServerTransactionID)
    /// A transaction came to its end, and nobody needs to know.
    case silent
}

/// How many transactions there are, and what went wrong.
public struct TransactionCounts: Hashable, Sendable {
    public var inviteClients = 0
    public var clients = 0
    public var inviteServers = 0
    public var servers = 0
    /// Requests without an answer, as the table was full.
    public var overflows: UInt64 = 0
    /// Retransmissions of ours.
    public var retransmissions: UInt64 = 0

    public init() {}

    /// All there are.
    public var living: Int { inviteClients + clients + inviteServers + servers }
}
