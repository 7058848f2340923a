public import Audio
public import SansIO

/// One party's media in the packet loop: a port pair, what arrives there and what is sent from there.
public struct MediaLegID: Hashable, Sendable {
    public let number: UInt64
    public init(number: UInt64) { self.number = number }
}

/// What the packet loop is told. Commands for one leg take effect in the order given.
public enum MediaCommand: Hashable, Sendable {
    /// Binds the port pair; answered by `.opened` or `.openFailed`.
    case open(MediaLegID, MediaEndpoint)
    /// The far end's session description, or a new one. Latching starts again.
    case describe(MediaLegID, RemoteMedia)
    /// What the leg is sent from now on, in its one continuous stream.
    case feed(MediaLegID, MediaFeed)
    /// What is reported about the leg's reception from now on. Setting it starts its timers anew.
    case watch(MediaLegID, MediaWatch)
    /// Stops the leg and frees its ports; answered by `.closed`.
    case close(MediaLegID)
}

/// Our side of a leg.
public struct MediaEndpoint: Hashable, Sendable {
    /// The address to bind.
    public var address: IPAddress
    /// Even; RTCP is one above.
    public var port: UInt16
    public var ssrc: UInt32
    public var firstSequence: UInt16
    public var firstTimestamp: UInt32

    public init(address: IPAddress, port: UInt16, ssrc: UInt32, firstSequence: UInt16, firstTimestamp: UInt32) {
        self.address = address
        self.port = port
        self.ssrc = ssrc
        self.firstSequence = firstSequence
        self.firstTimestamp = firstTimestamp
    }
}

/// What the far end's session description says, reduced to what forwarding needs.
public struct RemoteMedia: Hashable, Sendable {
    public var rtp: TransportAddress
    public var rtcp: TransportAddress
    /// Where RTP may be latched to besides `rtp`.
    public var latching: LatchPolicy
    /// The codec and payload type that we send.
    public var sends: PayloadMapping
    /// Audio payload types that we accept from the far end.
    public var accepts: [PayloadMapping]
    /// The telephone-event payload type that we send with; `nil` where the leg negotiated none.
    public var sendsEventsAs: UInt8?
    /// The telephone-event payload type that we accept.
    public var acceptsEventsAs: UInt8?
    /// Whether the far end wants to receive (its direction is `sendrecv` or `recvonly`).
    public var mayReceive: Bool
    /// Whether the far end may send (its direction is `sendrecv` or `sendonly`).
    public var maySend: Bool

    public init(
        rtp: TransportAddress, rtcp: TransportAddress, latching: LatchPolicy, sends: PayloadMapping,
        accepts: [PayloadMapping], sendsEventsAs: UInt8? = nil, acceptsEventsAs: UInt8? = nil,
        mayReceive: Bool = true, maySend: Bool = true
    ) {
        self.rtp = rtp
        self.rtcp = rtcp
        self.latching = latching
        self.sends = sends
        self.accepts = accepts
        self.sendsEventsAs = sendsEventsAs
        self.acceptsEventsAs = acceptsEventsAs
        self.mayReceive = mayReceive
        self.maySend = maySend
    }
}

/// A codec under its negotiated payload type.
public struct PayloadMapping: Hashable, Sendable {
    public var payloadType: UInt8
    public var codec: G711

    public init(payloadType: UInt8, codec: G711) {
        self.payloadType = payloadType
        self.codec = codec
    }
}

/// Which sources besides the session description's address may become a leg's source.
public struct LatchPolicy: Hashable, Sendable {
    /// Any source (a trunk behind network address translation).
    public var anySource: Bool
    /// The address that the leg's signalling comes from.
    public var signallingPeer: IPAddress

    public init(anySource: Bool, signallingPeer: IPAddress) {
        self.anySource = anySource
        self.signallingPeer = signallingPeer
    }
}

/// What a leg is sent.
public enum MediaFeed: Hashable, Sendable {
    /// No packets.
    case nothing
    /// A running stream of silent packets.
    case silence
    /// A repeating tone, from its beginning.
    case tone(ToneCadence)
    /// What arrives on the other leg, which must be open by now; nothing once it is closed. Legs `2n` and `2n + 1` can
    /// feed each other, others cannot.
    case leg(MediaLegID)
}

/// What is reported about a leg's reception.
public enum MediaWatch: Hashable, Sendable {
    case nothing
    /// `.flowing` at the first RTP packet, `.quiet` once none came for the duration, and so on in turn.
    /// Starts as quiet, unreported.
    case activity(quietAfter: Duration)
    /// `.idle` once neither RTP nor RTCP came for the duration (counted from this command on), `.flowing` when something comes again.
    case liveness(idleAfter: Duration)
}

/// What the packet loop reports.
public enum MediaReport: Hashable, Sendable {
    case opened(MediaLegID)
    /// The port pair could not be bound; the leg does not exist.
    case openFailed(MediaLegID)
    case flowing(MediaLegID)
    case quiet(MediaLegID)
    case idle(MediaLegID)
    /// A telephone-event that ended, or whose end was lost: 0–9, `*`, `#`, A–D as the event code 0–15.
    case digit(MediaLegID, event: UInt8)
    case closed(MediaLegID, MediaSummary)
}

/// What went through a leg.
public struct MediaSummary: Hashable, Sendable {
    public var packetsReceived: UInt64
    public var packetsSent: UInt64
    public var packetsLost: UInt64
    /// Packets with payload types that were not negotiated, or malformed.
    public var packetsRefused: UInt64
    /// Packets from sources that may not be latched to.
    public var packetsFromStrangers: UInt64
    /// Good packets that were not passed on: telephone-events to a leg that negotiated none, and packets from before a seam.
    public var packetsDropped: UInt64
    /// Packets that the system refused to send, or whose destination had refused an earlier one (ICMP).
    public var sendFailures: UInt64

    public init(
        packetsReceived: UInt64 = 0, packetsSent: UInt64 = 0, packetsLost: UInt64 = 0, packetsRefused: UInt64 = 0,
        packetsFromStrangers: UInt64 = 0, packetsDropped: UInt64 = 0, sendFailures: UInt64 = 0
    ) {
        self.packetsReceived = packetsReceived
        self.packetsSent = packetsSent
        self.packetsLost = packetsLost
        self.packetsRefused = packetsRefused
        self.packetsFromStrangers = packetsFromStrangers
        self.packetsDropped = packetsDropped
        self.sendFailures = sendFailures
    }
}
