/// Recognising a header name by its length and first letter, without making a string of it.
extension HeaderName {
    /// The name that `bytes` spell, in any case, long or compact (RFC 3261 §7.3.3).
    static func reading(_ bytes: UnsafeRawBufferPointer) -> HeaderName {
        guard let first = bytes.first else { return .other }
        if bytes.count == 1 { return compact(first | 0x20) }
        let candidate = candidate(
            length: bytes.count, Unicode.Scalar(first | 0x20), Unicode.Scalar(bytes[bytes.count - 1] | 0x20))
        return ASCII.spell(bytes, candidate.canonical) ? candidate : .other
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

    /// The only known name of this length with these first and last letters, if there is one.
    private static func candidate(length: Int, _ first: Unicode.Scalar, _ last: Unicode.Scalar) -> HeaderName {
        switch length {
        case 2: .to
        case 3: .via
        case 4:
            switch (first, last) {
            case ("c", _): .cseq
            case ("d", _): .date
            case ("f", _): .from
            case ("r", "k"): .rack
            case ("r", "q"): .rseq
            default: .other
            }
        case 5:
            switch (first, last) {
            case ("a", _): .allow
            case ("e", _): .event
            case ("r", _): .route
            default: .other
            }
        case 6:
            switch (first, last) {
            case ("a", _): .accept
            case ("m", _): .minSE
            case ("r", _): .reason
            case ("s", _): .server
            default: .other
            }
        case 7:
            switch (first, last) {
            case ("c", "d"): .callID
            case ("c", "t"): .contact
            case ("e", _): .expires
            case ("p", _): .privacy
            case ("r", _): .require
            case ("s", _): .subject
            case ("w", _): .warning
            default: .other
            }
        case 8:
            switch (first, last) {
            case ("r", "o"): .referTo
            case ("r", "s"): .replaces
            default: .other
            }
        case 9: .supported
        case 10:
            switch (first, last) {
            case ("a", _): .alertingInformation
            case ("u", _): .userAgent
            default: .other
            }
        case 11:
            switch (first, last) {
            case ("m", _): .minExpires
            case ("r", "y"): .referredBy
            case ("r", "r"): .retryAfter
            case ("u", _): .unsupported
            default: .other
            }
        case 12:
            switch (first, last) {
            case ("a", _): .allowEvents
            case ("c", _): .contentType
            case ("m", _): .maxForwards
            case ("r", _): .recordRoute
            default: .other
            }
        case 13:
            switch (first, last) {
            case ("a", _): .authorization
            case ("p", _): .proxyRequire
            default: .other
            }
        case 14: .contentLength
        case 15: .sessionExpires
        case 16:
            switch (first, last) {
            case ("c", _): .contentEncoding
            case ("w", _): .wwwAuthenticate
            default: .other
            }
        case 18:
            switch (first, last) {
            case ("p", _): .proxyAuthenticate
            case ("s", _): .subscriptionState
            default: .other
            }
        case 19:
            switch (first, last) {
            case ("a", _): .authenticationInformation
            case ("c", _): .contentDisposition
            case ("p", "y"): .pAssertedIdentity
            case ("p", "n"): .proxyAuthorization
            default: .other
            }
        default: .other
        }
    }
}
