import CallModel
public import CallTracing
public import SIPTransactions
public import SansIO

/// What a switchboard is told once, at its start.
public struct SwitchboardSettings: Sendable {
    public var trunks: [TrunkSettings]
    /// Peers beside the trunks' own addresses that are trusted as trunks (all resolved addresses).
    public var trunkAddresses: Set<IPAddress>
    public var phones: PhoneSettings
    /// Our listeners, in the order of `Flow.listener`.
    public var listeners: [ListeningPoint]
    /// Ports for media, two for each leg.
    public var mediaPorts: ClosedRange<UInt16>
    /// Where media sockets are bound; `::` serves IPv4 and IPv6.
    public var mediaBindAddress: IPAddress
    /// E.164 digits without `+`: for comparing numbers, and the ring-back's country.
    public var country: String
    /// How long a trunk may be silent before the next one is tried.
    public var trunkResponseTimeout: Duration
    public var timers: SIPTimers
    public var largeRequests: LargeRequests
    /// The most calls at a time; one more is answered 000004.
    public var maxCalls: Int
    public var traces: TraceLimits
    /// Names this switchboard in our tags and Call-IDs.
    public var shard: UInt8

    public init(
        trunks: [TrunkSettings], trunkAddresses: Set<IPAddress>, phones: PhoneSettings = PhoneSettings(),
        listeners: [ListeningPoint],
        mediaPorts: ClosedRange<UInt16> = 10000...29999,
        mediaBindAddress: IPAddress, country: String = "86", trunkResponseTimeout: Duration = .seconds(4),
        timers: SIPTimers = SIPTimers(), largeRequests: LargeRequests = .byUDP, maxCalls: Int = 20_000,
        traces: TraceLimits = TraceLimits(), shard: UInt8 = 0
    ) {
        self.trunks = trunks
        self.trunkAddresses = trunkAddresses
        self.phones = phones
        self.listeners = listeners
        self.mediaPorts = mediaPorts
        self.mediaBindAddress = mediaBindAddress
        self.country = country
        self.trunkResponseTimeout = trunkResponseTimeout
        self.timers = timers
        self.largeRequests = largeRequests
        self.maxCalls = maxCalls
        self.traces = traces
        self.shard = shard
    }
}
