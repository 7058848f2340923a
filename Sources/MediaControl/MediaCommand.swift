public import Audio
public import RTP
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
    /// What the leg is sent from now on, in its one continuous stream. Reports about it bear its number, so that what an
    /// earlier one of the leg came to is not taken for it.
    case feed(MediaLegID, MediaFeed, number: UInt32 = 0)
    /// What is reported about the leg's reception from now on. Setting it starts its timers anew.
    case watch(MediaLegID, MediaWatch)
    /// Has a voice file made ready for the leg, so that its sound begins within 20 ms of the `feed` that names it. It stays
    /// ready until the leg is closed. To be given as soon as the leg is open, for every file that its call may need: a
    /// `feed` alone has the file read only then, with silence until it is there.
    case load(MediaLegID, MediaVoiceID)
    /// Whether telephone keys are also listened for in the leg's audio. Off at first.
    case detectTones(MediaLegID, Bool)
    /// Begins a recording with this moment as its sample 0. Both legs are those of one call.
    case record(MediaRecording)
    /// From now on the recording's right channel is what party 2 says.
    case connectRecording(MediaRecordingID)
    /// Ends the recording with this moment and what is being heard then; answered by `.recorded`, once the file is on the disk,
    /// or `.recordFailed`.
    case stopRecording(MediaRecordingID)
    /// Stops the leg and frees its ports; answered by `.closed`. A recording ends with the second of its legs.
    case close(MediaLegID)
}

/// Our side of a leg.
public struct MediaEndpoint: Hashable, Sendable {
    /// The address to bind; `::` serves IPv4 and IPv6.
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
    public var protection: MediaProtection

    public init(
        rtp: TransportAddress, rtcp: TransportAddress, latching: LatchPolicy, sends: PayloadMapping,
        accepts: [PayloadMapping], sendsEventsAs: UInt8? = nil, acceptsEventsAs: UInt8? = nil,
        mayReceive: Bool = true, maySend: Bool = true, protection: MediaProtection = .plain
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
        self.protection = protection
    }
}

/// Whether a leg's packets are encrypted and authenticated.
public enum MediaProtection: Hashable, Sendable {
    case plain
    /// They will be, with keys that are not known yet: none is taken and none is sent.
    case awaitsKeys
    /// SRTP and SRTCP (RFC 3711). While a description keeps a key, what is known of its packets stays; where another key comes,
    /// the roll-over count stays (RFC 3711 §3.3.1).
    case srtp(SRTPKeys)
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
