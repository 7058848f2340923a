/// How the carrier is reached and what it asks, and what of the server is turned off.
enum CarrierVariant {
    /// UDP, no questions asked, everything as it is by default.
    case plain
    /// The same without traces of calls.
    case untraced
    /// One TLS connection, each INVITE challenged, each call with a session timer.
    case secured

    var isSecured: Bool {
        switch self {
        case .plain, .untraced: false
        case .secured: true
        }
    }

    var name: String {
        switch self {
        case .plain: "callback"
        case .untraced: "callback without traces"
        case .secured: "challenged, timed callback over TLS"
        }
    }
}

/// Where the carrier is to be found, as its messages have it.
struct CarrierAddress {
    let port: UInt16
    let isSecured: Bool

    var via: String { "SIP/2.0/\(isSecured ? "TLS" : "UDP") 127.0.0.1:\(port)" }
    /// What follows the user in its URIs.
    var host: String { "127.0.0.1:\(port)\(isSecured ? ";transport=tls" : "")" }
}
