/// What is wrong with a message.
public enum SIPFlaw: Hashable, Sendable {
    /// No line that begins a SIP message; keep-alives are among these.
    case notSIP
    /// Longer than `SIPLimits.messageBytes`.
    case messageTooLong
    case malformedStartLine
    /// A version other than SIP/2.0.
    case unknownVersion
    case malformedRequestURI
    /// Longer than `SIPLimits.uriBytes`.
    case requestURITooLong
    /// A line without a name and a colon, or with a control character.
    case malformedHeaderLine
    /// A name or a value longer than `SIPLimits` allows.
    case headerTooLong
    /// More than `SIPLimits.headers`.
    case tooManyHeaders
    /// No empty line behind the headers.
    case unfinishedHeaders
    case missing(HeaderName)
    case malformed(HeaderName)
    /// A header that may stand once stands twice.
    case repeated(HeaderName)
    /// CSeq names another method than the request line.
    case methodMismatch
    /// Content-Length announces more than arrived (RFC 3261 §18.3).
    case bodyTooShort
}

extension SIPFlaw {
    /// A reason phrase that names the flaw.
    public var phrase: String {
        switch self {
        case .notSIP, .malformedStartLine: "Malformed Start Line"
        case .messageTooLong: "Message Too Large"
        case .unknownVersion: "Version Not Supported"
        case .malformedRequestURI: "Malformed Request-URI"
        case .requestURITooLong: "Request-URI Too Long"
        case .malformedHeaderLine: "Malformed Header Line"
        case .headerTooLong: "Header Too Long"
        case .tooManyHeaders: "Too Many Headers"
        case .unfinishedHeaders: "Unfinished Headers"
        case .missing(let name): "Missing \(name)"
        case .malformed(let name): "Malformed \(name)"
        case .repeated(let name): "Repeated \(name)"
        case .methodMismatch: "CSeq Method Mismatch"
        case .bodyTooShort: "Body Shorter Than Content-Length"
        }
    }
}

/// Why bytes did not become a `SIPMessage`.
public enum SIPParseError: Error, Sendable {
    /// Nothing to answer: not SIP at all, a broken response or ACK, or a request whose top Via cannot be read.
    /// A UDP element drops it and counts.
    case unreadable(SIPFlaw)
    /// A broken request that still tells where an answer goes.
    case refused(BrokenRequest)
}

/// What could be read of a request that is not well formed: enough to refuse it.
public struct BrokenRequest: Sendable {
    public let flaw: SIPFlaw
    public let method: SIPMethod
    public let topVia: Via
    /// The header lines as far as they could be told apart, for `SIPWriter.begin(refusing:)`.
    public let headers: HeaderLines
}

extension BrokenRequest {
    /// The answer that the request deserves.
    public var status: SIPStatus {
        switch flaw {
        case .unknownVersion: .versionNotSupported
        case .requestURITooLong: .requestURITooLong
        case .messageTooLong, .headerTooLong, .tooManyHeaders: .messageTooLarge
        // What a method to come writes into CSeq we cannot know (RFC 4475 §3.1.2.18).
        case .methodMismatch: if case .other = method { .notImplemented } else { .badRequest }
        case .notSIP, .malformedStartLine, .malformedRequestURI, .malformedHeaderLine, .unfinishedHeaders, .missing,
            .malformed, .repeated, .bodyTooShort:
            .badRequest
        }
    }
}
