public import SIPTransactions

/// One INVITE session: an attempt to reach somebody, and the dialog that comes of it.
public struct SessionID: Hashable, Sendable {
    /// Also names the session in our tag.
    public let number: UInt64
}

/// What an INVITE says.
public struct Invitation: Hashable, Sendable {
    /// A URI without angle brackets.
    public var requestURI: String
    /// The `From` value without a tag: `"075589877675" <sip:075589877675@host>`.
    public var from: String
    /// The `To` value: `<sip:13911112222@carrier>`.
    public var to: String
    /// Where it is sent.
    public var flow: Flow
    /// `Route` values, in order.
    public var routes: [String]
    public var body: [UInt8]
    public var contentType: String
    /// Further header fields, sent as they are.
    public var headers: [HeaderField]
    /// How long it may go without a final response after the first provisional one, before it fails as timed out.
    public var limit: Duration
    /// How long the session may go without a refresh (RFC 4028), in seconds; `nil` leaves it to the far end.
    public var sessionExpires: UInt32?
    /// By which the session's requests answer challenges.
    public var account: AccountID?
    /// Whether requests in the dialog go where the INVITE went, whatever the far end's Contact says (a trunk behind
    /// network address translation).
    public var keepsFlow: Bool

    public init(
        requestURI: String, from: String, to: String, flow: Flow, routes: [String] = [], body: [UInt8],
        contentType: String = "application/sdp", headers: [HeaderField] = [], limit: Duration = .seconds(360),
        sessionExpires: UInt32? = nil, account: AccountID? = nil, keepsFlow: Bool = false
    ) {
        self.requestURI = requestURI
        self.from = from
        self.to = to
        self.flow = flow
        self.routes = routes
        self.body = body
        self.contentType = contentType
        self.headers = headers
        self.limit = limit
        self.sessionExpires = sessionExpires
        self.account = account
        self.keepsFlow = keepsFlow
    }
}

/// A header field to be written as given.
public struct HeaderField: Hashable, Sendable {
    public var name: String
    /// One line. Line breaks in it are written as spaces.
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
