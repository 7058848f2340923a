/// What a user agent can do, as far as a request may ask for it.
public struct SIPCapabilities: Sendable {
    /// The methods it serves; ACK and CANCEL need not be named.
    public let methods: [SIPMethod]
    /// The extensions it has, by option tag (RFC 3261 §19.2).
    public let extensions: [String]
    /// The media types of bodies it reads, such as `application/sdp`, in lower case. One of multipart bodies is enough.
    public let contentTypes: [String]

    public init(methods: [SIPMethod], extensions: [String], contentTypes: [String]) {
        self.methods = methods
        self.extensions = extensions
        self.contentTypes = contentTypes
    }
}

/// What a message deserves before anybody looks at its meaning.
public enum Judgement: Sendable {
    case accept
    /// The request is to be answered with this.
    case refuse(Refusal)
    /// The message is to be dropped: nobody wants an answer, or a response is no answer to us.
    case drop
}

/// An answer that refuses a request.
public struct Refusal: Sendable {
    public let status: SIPStatus
    /// The reason phrase, if not the usual one.
    public let phrase: String?
    /// What the answer must tell: Allow, Unsupported, Accept, Warning.
    public let headers: [(name: HeaderName, value: String)]

    init(_ status: SIPStatus, phrase: String? = nil, _ headers: [(name: HeaderName, value: String)] = []) {
        self.status = status
        self.phrase = phrase
        self.headers = headers
    }
}
