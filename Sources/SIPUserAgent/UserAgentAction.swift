public import SIPSyntax
public import SIPTransactions

/// What the user agent wants done, or tells.
public enum UserAgentAction: Hashable, Sendable {
    case transmit(Datagram)
    case session(SessionID, SessionEvent)
    /// The outcome of a ping, exactly once.
    case pinged(PingID, PingOutcome)
    /// An extension's phones are these from now on, the one that registered last at the end; only those that a restart can
    /// take up.
    case phonesRegistered(user: String, [RegisteredPhone])
    /// A phone that may not register, told once in a while.
    indirect case registrationRefused(RegistrationRefusal)
}

/// What happened to a session. Passed from hand to hand, so that what is large has a place of its own.
public enum SessionEvent: Hashable, Sendable {
    /// 100: somebody has the INVITE.
    case trying
    /// Every 101–199.
    indirect case progressed(Progress)
    /// The first 2xx; its ACK was sent. Retransmissions and further forks are dealt with inside.
    indirect case answered(SessionAnswer)
    /// The INVITE came to nothing. `.released` follows.
    indirect case failed(SessionFailure)
    /// A 2xx crossed our CANCEL; ACK and BYE were sent. `.released` follows.
    case lateAnswer
    /// A call to us; only where the identity accepts calls. Wants `respond`.
    indirect case incoming(IncomingCall)
    /// The far end acknowledged our 2xx; with its answer where the INVITE brought no offer.
    case acknowledged(body: [UInt8])
    /// The far end offers a new session description in the dialog. Wants `answerOffer`.
    case offered(OfferID, body: [UInt8])
    /// The far end asks for our offer (re-INVITE without a body). Wants `answerOffer`.
    case offerRequested(OfferID)
    /// The far end's answer to the offer it had asked for.
    case offerAnswered(OfferID, body: [UInt8])
    /// The far end's answer to the description that we repeated in a re-INVITE; mostly the one in force.
    case reanswered(body: [UInt8])
    /// The far end pressed a key and told so by INFO: the number of the telephone-event (RFC 4733 §3.2), 0–15.
    case digit(event: UInt8)
    /// The dialog's plain values changed (remote target, sequence numbers).
    indirect case dialogChanged(DialogState)
    /// BYE came and was answered, or, for a call to us, CANCEL. `.released` follows.
    case hungUp(FarEndReason)
    /// The agent gave the dialog up with a BYE, as no ACK came for our 2xx. `.released` follows.
    case unacknowledged
    /// The agent gave the dialog up with a BYE, as nothing refreshed the session in time (RFC 4028 §10). `.released`
    /// follows.
    case expired
    /// Nothing is left to do for the session; exactly once and last. Its id is dead.
    case released
}

/// A provisional response.
public struct Progress: Hashable, Sendable {
    /// 101–199.
    public var status: Int
    public var reason: String
    /// Empty without a body.
    public var body: [UInt8]
    /// The early dialog; `nil` if the response bears no To tag.
    public var remoteTag: String?
    /// What a restart needs to cancel the INVITE.
    public var invite: InviteState
}

/// A 2xx to our INVITE.
public struct SessionAnswer: Hashable, Sendable {
    public var status: Int
    public var reason: String
    /// Empty without a body.
    public var body: [UInt8]
    /// Where it came from.
    public var source: Flow
    public var dialog: DialogState
}

/// Why an INVITE came to nothing.
public enum SessionFailure: Hashable, Sendable {
    /// A final response 300–699, acknowledged.
    case refused(Rejection)
    /// No final response in time.
    case timedOut(after: ResponseProgress)
    /// The network reported the destination unreachable before any response.
    case transport
    /// We cancelled it, and the far end confirmed with 487 or never came back.
    case cancelled
}

/// How far an INVITE got before it timed out.
public enum ResponseProgress: Hashable, Sendable {
    case nothing
    /// 100.
    case trying
    /// 101–199.
    case provisional
}

/// A final response 300–699.
public struct Rejection: Hashable, Sendable {
    public var status: Int
    public var reason: String
    /// The Q.850 cause of its `Reason` header (RFC 6432).
    public var q850: Int?
    /// Seconds, from `Retry-After`.
    public var retryAfter: Int?
    /// Where 3xx points: URIs without angle brackets, in order.
    public var contacts: [String]
}

/// What the far end said about its hanging up.
public struct FarEndReason: Hashable, Sendable {
    /// The Q.850 cause of its `Reason` header.
    public var q850: Int?

    public init(q850: Int? = nil) {
        self.q850 = q850
    }
}

/// A call to us.
public struct IncomingCall: Hashable, Sendable {
    /// The user part of the Request-URI.
    public var user: String
    /// The `From` URI, without angle brackets and tag.
    public var caller: String
    /// The offer; empty if the INVITE brought none.
    public var body: [UInt8]
    /// Where it came from.
    public var source: Flow
}

/// One offer of the far end, or its request for one.
public struct OfferID: Hashable, Sendable {
    public let session: SessionID
    let sequence: UInt32
}

/// What becomes of an offer.
public enum OfferAnswer: Hashable, Sendable {
    /// With our session description: the answer, or the offer asked for.
    case accept(body: [UInt8])
    /// With a status 400–699, usually 488, and the cause in words.
    case reject(status: Int, warning: SIPWarning? = nil)
}
