public import SIPTransactions

/// Who the user agent is on the wire.
public struct UserAgentIdentity: Hashable, Sendable {
    /// Each listener, in the order of `Flow.listener`; for Via and Contact.
    public var points: [ListeningPoint]
    /// The user part of our Contact; without one it is the host alone.
    public var user: String?
    /// For `User-Agent` and `Server`.
    public var product: String
    /// Names this agent in our tags, branches and Call-IDs, so that messages find their way to one of several.
    public var shard: UInt8
    /// Whether INVITEs outside a dialog become sessions; otherwise they are refused with 403.
    public var acceptsCalls: Bool

    public init(
        points: [ListeningPoint], user: String? = nil, product: String = "Duocall", shard: UInt8 = 0,
        acceptsCalls: Bool = false
    ) {
        self.points = points
        self.user = user
        self.product = product
        self.shard = shard
        self.acceptsCalls = acceptsCalls
    }
}

/// The bounds of what the user agent keeps.
public struct UserAgentLimits: Hashable, Sendable {
    /// INVITE sessions, those that are only waiting for late messages included. Beyond it a caller of ours gets `nil`, a far end 503.
    public var sessions: Int
    /// Server transactions. Beyond it new requests get no answer and are counted.
    public var serverTransactions: Int
    /// Dialogs of one INVITE: early ones followed, and 2xx of further forks ended. More are dropped and counted.
    public var forks: Int
    /// How long an offer of the far end may wait for our answer before it is refused with 504.
    public var offerLimit: Duration

    /// How long a call to us may ring before it is refused with 480.
    public var ringLimit: Duration

    public init(
        sessions: Int = 100_000, serverTransactions: Int = 200_000, forks: Int = 32,
        offerLimit: Duration = .seconds(30), ringLimit: Duration = .seconds(360)
    ) {
        self.sessions = sessions
        self.serverTransactions = serverTransactions
        self.forks = forks
        self.offerLimit = offerLimit
        self.ringLimit = ringLimit
    }
}
