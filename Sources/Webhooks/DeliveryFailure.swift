import SansIO

/// Why an attempt to deliver an event failed; its text is kept with the event.
enum DeliveryFailure: Error, Hashable, Sendable {
    /// The URL is not one that events are sent to; the text says why.
    case badURL(String)
    /// The account whose key signs is not there.
    case unknownSigner
    /// The name was not found.
    case unknownHost(String)
    /// The receiver lies where events are not sent to.
    case refusedAddress(IPAddress, AddressClass)
    case status(Int)
    case timeout
    /// No connection, no TLS, or the connection broke.
    case connection(String)
}

extension DeliveryFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .badURL(let reason): "callback URL: \(reason)"
        case .unknownSigner: "no account to sign for"
        case .unknownHost(let reason): "host not found: \(reason)"
        case .refusedAddress(let address, let kind): "\(address) is not public (\(kind.rawValue))"
        case .status(let status): "status \(status)"
        case .timeout: "time-out"
        case .connection(let reason): String(reason.prefix(200))
        }
    }
}
