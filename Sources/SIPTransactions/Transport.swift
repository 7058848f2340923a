/// What carries SIP messages (RFC 3261 §18).
public enum Transport: UInt8, Hashable, Sendable, CaseIterable {
    case udp, tcp, tls

    /// Whether it loses nothing while its connection lives: then nothing is retransmitted.
    public var isReliable: Bool { self != .udp }

    /// As in a Via: `UDP`, `TCP`, `TLS` (RFC 3261 §20.42).
    public var viaName: String {
        switch self {
        case .udp: "UDP"
        case .tcp: "TCP"
        case .tls: "TLS"
        }
    }

    /// As in a URI's `transport` parameter: `udp`, `tcp`, `tls`.
    public var name: String {
        switch self {
        case .udp: "udp"
        case .tcp: "tcp"
        case .tls: "tls"
        }
    }

    /// Reads the value of a `transport` parameter, in any case of letters; `nil` for a transport that we do not speak.
    public init?(name: some StringProtocol) {
        guard let transport = Transport.allCases.first(where: { $0.name == name.lowercased() }) else { return nil }
        self = transport
    }

    /// The port where none is named (RFC 3261 §19.1.2).
    public var defaultPort: UInt16 { self == .tls ? 5061 : 5060 }
}
