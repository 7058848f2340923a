/// The header fields this room knows by name; `other` stands for all the rest, which are kept as text.
public enum HeaderName: UInt8, Sendable, CaseIterable {
    case other
    case accept, alertingInformation, allow, allowEvents, authenticationInformation, authorization
    case callID, contact, contentDisposition, contentEncoding, contentLength, contentType, cseq
    case date, event, expires, from, maxForwards, minExpires, minSE
    case pAssertedIdentity, privacy, proxyAuthenticate, proxyAuthorization, proxyRequire
    case rack, reason, recordRoute, referTo, referredBy, replaces, require, retryAfter, route, rseq
    case server, serviceRoute, sessionExpires, subject, subscriptionState, supported, to, unsupported, userAgent
    case via, warning, wwwAuthenticate
}

extension HeaderName {
    /// The name as it is written; empty for `other`.
    var canonical: StaticString {
        switch self {
        case .other: ""
        case .accept: "Accept"
        case .alertingInformation: "Alert-Info"
        case .allow: "Allow"
        case .allowEvents: "Allow-Events"
        case .authenticationInformation: "Authentication-Info"
        case .authorization: "Authorization"
        case .callID: "Call-ID"
        case .contact: "Contact"
        case .contentDisposition: "Content-Disposition"
        case .contentEncoding: "Content-Encoding"
        case .contentLength: "Content-Length"
        case .contentType: "Content-Type"
        case .cseq: "CSeq"
        case .date: "Date"
        case .event: "Event"
        case .expires: "Expires"
        case .from: "From"
        case .maxForwards: "Max-Forwards"
        case .minExpires: "Min-Expires"
        case .minSE: "Min-SE"
        case .pAssertedIdentity: "P-Asserted-Identity"
        case .privacy: "Privacy"
        case .proxyAuthenticate: "Proxy-Authenticate"
        case .proxyAuthorization: "Proxy-Authorization"
        case .proxyRequire: "Proxy-Require"
        case .rack: "RAck"
        case .reason: "Reason"
        case .recordRoute: "Record-Route"
        case .referTo: "Refer-To"
        case .referredBy: "Referred-By"
        case .replaces: "Replaces"
        case .require: "Require"
        case .retryAfter: "Retry-After"
        case .route: "Route"
        case .rseq: "RSeq"
        case .server: "Server"
        case .serviceRoute: "Service-Route"
        case .sessionExpires: "Session-Expires"
        case .subject: "Subject"
        case .subscriptionState: "Subscription-State"
        case .supported: "Supported"
        case .to: "To"
        case .unsupported: "Unsupported"
        case .userAgent: "User-Agent"
        case .via: "Via"
        case .warning: "Warning"
        case .wwwAuthenticate: "WWW-Authenticate"
        }
    }
}

extension HeaderName: CustomStringConvertible {
    public var description: String { canonical.description }
}
