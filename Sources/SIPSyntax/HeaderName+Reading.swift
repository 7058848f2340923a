/// Recognising a header name by its length and first letter, without making a string of it.
extension HeaderName {
    /// The name that `bytes` spell, in any case, long or compact (RFC 3261 §7.3.3). They have no control characters.
    static func reading(_ bytes: UnsafeRawBufferPointer) -> HeaderName {
        guard let first = bytes.first else { return .other }
        if bytes.count == 1 { return compact(first | 0x20) }
        let last = Unicode.Scalar(bytes[bytes.count - 1] | 0x20)
        return long(bytes, Unicode.Scalar(first | 0x20), last)
    }

    private static func compact(_ letter: UInt8) -> HeaderName {
        switch Unicode.Scalar(letter) {
        case "b": .referredBy
        case "c": .contentType
        case "e": .contentEncoding
        case "f": .from
        case "i": .callID
        case "k": .supported
        case "l": .contentLength
        case "m": .contact
        case "o": .event
        case "r": .referTo
        case "s": .subject
        case "t": .to
        case "u": .allowEvents
        case "v": .via
        case "x": .sessionExpires
        default: .other
        }
    }

    /// Length, first and last letter leave one known name at most, which `bytes` must spell.
    private static func long(
        _ bytes: UnsafeRawBufferPointer, _ first: Unicode.Scalar, _ last: Unicode.Scalar
    ) -> HeaderName {
        /// The literal is known where it is compared, so that this becomes a few comparisons of words.
        @inline(__always)
        func named(_ word: StaticString, _ name: HeaderName) -> HeaderName {
            ASCII.spell(bytes, word) ? name : .other
        }
        switch bytes.count {
        case 2: return named("To", .to)
        case 3: return named("Via", .via)
        case 4:
            switch (first, last) {
            case ("c", _): return named("CSeq", .cseq)
            case ("d", _): return named("Date", .date)
            case ("f", _): return named("From", .from)
            case ("r", "k"): return named("RAck", .rack)
            case ("r", "q"): return named("RSeq", .rseq)
            default: return .other
            }
        case 5:
            switch (first, last) {
            case ("a", _): return named("Allow", .allow)
            case ("e", _): return named("Event", .event)
            case ("r", _): return named("Route", .route)
            default: return .other
            }
        case 6:
            switch (first, last) {
            case ("a", _): return named("Accept", .accept)
            case ("m", _): return named("Min-SE", .minSE)
            case ("r", _): return named("Reason", .reason)
            case ("s", _): return named("Server", .server)
            default: return .other
            }
        case 7:
            switch (first, last) {
            case ("c", "d"): return named("Call-ID", .callID)
            case ("c", "t"): return named("Contact", .contact)
            case ("e", _): return named("Expires", .expires)
            case ("p", _): return named("Privacy", .privacy)
            case ("r", _): return named("Require", .require)
            case ("s", _): return named("Subject", .subject)
            case ("w", _): return named("Warning", .warning)
            default: return .other
            }
        case 8:
            switch (first, last) {
            case ("r", "o"): return named("Refer-To", .referTo)
            case ("r", "s"): return named("Replaces", .replaces)
            default: return .other
            }
        case 9: return named("Supported", .supported)
        case 10:
            switch (first, last) {
            case ("a", _): return named("Alert-Info", .alertingInformation)
            case ("u", _): return named("User-Agent", .userAgent)
            default: return .other
            }
        case 11:
            switch (first, last) {
            case ("m", _): return named("Min-Expires", .minExpires)
            case ("r", "y"): return named("Referred-By", .referredBy)
            case ("r", "r"): return named("Retry-After", .retryAfter)
            case ("u", _): return named("Unsupported", .unsupported)
            default: return .other
            }
        case 12:
            switch (first, last) {
            case ("a", _): return named("Allow-Events", .allowEvents)
            case ("c", _): return named("Content-Type", .contentType)
            case ("m", _): return named("Max-Forwards", .maxForwards)
            case ("r", _): return named("Record-Route", .recordRoute)
            default: return .other
            }
        case 13:
            switch (first, last) {
            case ("a", _): return named("Authorization", .authorization)
            case ("p", _): return named("Proxy-Require", .proxyRequire)
            case ("s", _): return named("Service-Route", .serviceRoute)
            default: return .other
            }
        case 14: return named("Content-Length", .contentLength)
        case 15: return named("Session-Expires", .sessionExpires)
        case 16:
            switch (first, last) {
            case ("c", _): return named("Content-Encoding", .contentEncoding)
            case ("w", _): return named("WWW-Authenticate", .wwwAuthenticate)
            default: return .other
            }
        case 18:
            switch (first, last) {
            case ("p", _): return named("Proxy-Authenticate", .proxyAuthenticate)
            case ("s", _): return named("Subscription-State", .subscriptionState)
            default: return .other
            }
        case 19:
            switch (first, last) {
            case ("a", _): return named("Authentication-Info", .authenticationInformation)
            case ("c", _): return named("Content-Disposition", .contentDisposition)
            case ("p", "y"): return named("P-Asserted-Identity", .pAssertedIdentity)
            case ("p", "n"): return named("Proxy-Authorization", .proxyAuthorization)
            default: return .other
            }
        default: return .other
        }
    }
}
