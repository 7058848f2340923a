public import SIPTransactions

/// A confirmed dialog in plain values (RFC 3261 §12), enough to send a BYE after a restart and to go on.
public struct DialogState: Hashable, Sendable {
    public var callID: String
    public var localTag: String
    public var remoteTag: String
    /// The `From` of our requests without the tag.
    public var localURI: String
    /// The `To` of our requests without the tag.
    public var remoteURI: String
    /// A URI without angle brackets.
    public var remoteTarget: String
    /// The route set as `Route` values, in the order in which they are sent.
    public var routes: [String]
    public var localSequence: UInt32
    /// `nil` while no request came.
    public var remoteSequence: UInt32?
    /// Where requests go.
    public var flow: Flow

    public init(
        callID: String, localTag: String, remoteTag: String, localURI: String, remoteURI: String, remoteTarget: String,
        routes: [String], localSequence: UInt32, remoteSequence: UInt32?, flow: Flow
    ) {
        self.callID = callID
        self.localTag = localTag
        self.remoteTag = remoteTag
        self.localURI = localURI
        self.remoteURI = remoteURI
        self.remoteTarget = remoteTarget
        self.routes = routes
        self.localSequence = localSequence
        self.remoteSequence = remoteSequence
        self.flow = flow
    }
}

/// An INVITE in plain values, enough to cancel it after a restart (RFC 3261 §9.1).
public struct InviteState: Hashable, Sendable {
    public var requestURI: String
    public var callID: String
    /// The `From` value with our tag.
    public var from: String
    /// The `To` value, as sent.
    public var to: String
    public var sequence: UInt32
    /// The topmost `Via` value, branch included.
    public var via: String
    public var routes: [String]
    public var flow: Flow

    public init(
        requestURI: String, callID: String, from: String, to: String, sequence: UInt32, via: String, routes: [String],
        flow: Flow
    ) {
        self.requestURI = requestURI
        self.callID = callID
        self.from = from
        self.to = to
        self.sequence = sequence
        self.via = via
        self.routes = routes
        self.flow = flow
    }
}
