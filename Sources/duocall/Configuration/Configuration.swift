import CallModel
import CallSwitching
import SDP
import SIPNetwork
import SIPTransactions
import SansIO

/// Everything the server is told from outside, checked.
struct Configuration: Sendable {
    var http: HTTPSettings
    var sip: SIPSettings
    var media: MediaSettings
    /// The folder of the embedded database.
    var dataFolder: String
    var trunks: [ConfiguredTrunk]
    var extensions: [ConfiguredExtension]
    var tenants: TenantDirectory
    /// The own country, E.164 digits without `+`.
    var country: String
    /// The IANA name of the zone that `Timestamp` headers are in.
    var timestampZone: String
    /// Whether events may go to private and loopback addresses.
    var webhooksAllowPrivate: Bool
    /// How long calls are kept after their acceptance; `nil`: for ever.
    var callRetention: Duration?
    /// How long recordings are kept after they began; `nil`: for ever.
    var recordingRetention: Duration?
    /// How long running calls may last after SIGTERM.
    var drainTimeout: Duration
    var logLevel: LogLevel

    enum LogLevel: String, Sendable, CaseIterable {
        case debug, info, warning, error
    }
}

struct HTTPSettings: Sendable, Equatable {
    var listen: TransportAddress
    /// The base of every link handed out, without a slash at the end.
    /// The base of every link handed out; `nil`: the address that is listened on.
    var publicURL: String?
    /// Addresses or CIDR blocks whose `X-Forwarded-For` counts.
    var trustedProxies: [String]
    /// Without it `/metrics` answers loopback only.
    var metricsToken: String?
}

struct SIPSettings: Sendable, Equatable {
    var listen: [ListenAddress]
    var tls: TLSFiles
    /// Who is asked for trunks' names, in this order; empty: the system's name servers.
    var nameServers: [TransportAddress]
    /// What Via, Contact and SDP show; `nil`: the address that packets leave from.
    var publicAddress: IPAddress?
    /// The most bytes of SIP messages kept for traces.
    var traceBytes: Int
    /// How long a trunk may say nothing at all before the next one is tried.
    var trunkResponseTimeout: Duration
}

struct MediaSettings: Sendable, Equatable {
    var ports: ClosedRange<UInt16>
    /// The address to bind; `nil`: that of the route to the trunk.
    var address: IPAddress?
}

/// A trunk as configured; its host is not yet resolved.
struct ConfiguredTrunk: Sendable, Equatable {
    var name: String
    var host: String
    /// `nil` where the URI names none; then it is the transport's.
    var port: UInt16?
    /// `nil` where the URI names none; then requests go by UDP.
    var transport: Transport?
    /// Whether the trunk's certificate must hold.
    var verifiesTLS = true
    /// How often its servers are asked whether they are there; `nil`: never.
    var ping: Duration?
    /// `*` for all, or leading digits.
    var prefixes: [String]
    /// Caller numbers that the trunk lets through; empty: any.
    var callerIDs: [PhoneNumber]
    var maxCalls: Int?
    /// Calls started a second.
    var maxRate: Int?
    /// `PCMA` and `PCMU`, in order of preference.
    var codecs: [String]
    /// Whether media may be latched to any source.
    var nat: Bool
    var account: TrunkAccount?
    var identity = CallerIdentity.none
    var rewriting: [RewriteRule] = []
    var followsRedirects = false
    /// Whether its media is encrypted.
    var security = MediaSecurity.off

    /// Host and, where one was configured, port, as they stand in a SIP URI.
    var authority: String { port.map { "\(host):\($0)" } ?? host }
}
