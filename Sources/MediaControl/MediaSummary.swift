/// What went through a leg.
public struct MediaSummary: Hashable, Sendable {
    public var packetsReceived: UInt64
    public var packetsSent: UInt64
    public var packetsLost: UInt64
    /// Packets with payload types that were not negotiated, or malformed.
    public var packetsRefused: UInt64
    /// Packets from sources that may not be latched to.
    public var packetsFromStrangers: UInt64
    /// Packets whose authentication failed, of RTP and RTCP.
    public var packetsForged: UInt64
    /// Authentic packets that had come before, or too long after others to tell.
    public var packetsReplayed: UInt64
    /// Good packets that were not passed on: telephone-events to a leg that negotiated none, and packets from before a seam.
    public var packetsDropped: UInt64
    /// Packets that the system refused to send, or whose destination had refused an earlier one (ICMP).
    public var sendFailures: UInt64
    /// `nil` as long as nothing was received to judge by.
    public var quality: MediaQuality?
    /// What the far end reported of our stream last; `nil` where it never did.
    public var reported: ReportedReception?

    public init(
        packetsReceived: UInt64 = 0, packetsSent: UInt64 = 0, packetsLost: UInt64 = 0, packetsRefused: UInt64 = 0,
        packetsFromStrangers: UInt64 = 0, packetsForged: UInt64 = 0, packetsReplayed: UInt64 = 0,
        packetsDropped: UInt64 = 0, sendFailures: UInt64 = 0,
        quality: MediaQuality? = nil, reported: ReportedReception? = nil
    ) {
        self.packetsReceived = packetsReceived
        self.packetsSent = packetsSent
        self.packetsLost = packetsLost
        self.packetsRefused = packetsRefused
        self.packetsFromStrangers = packetsFromStrangers
        self.packetsForged = packetsForged
        self.packetsReplayed = packetsReplayed
        self.packetsDropped = packetsDropped
        self.sendFailures = sendFailures
        self.quality = quality
        self.reported = reported
    }
}

/// How a leg's far end hears us, as its reports tell it (RFC 3550 §6.4.1).
public struct ReportedReception: Hashable, Sendable {
    /// The part of our packets that did not reach it, 0 … 1.
    public var fractionLost: Double
    /// The interarrival jitter of our stream there.
    public var jitter: Duration

    public init(fractionLost: Double, jitter: Duration) {
        self.fractionLost = fractionLost
        self.jitter = jitter
    }
}

/// How well a leg's far end is heard, and how far away it is.
public struct MediaQuality: Hashable, Sendable {
    /// Interarrival jitter of what is received (RFC 3550 §6.4.1).
    public var jitter: Duration
    /// The time to the far end and back, from the newest of its reports that tells; `nil` where none did.
    public var roundTrip: Duration?
    /// The part of the packets sent by the far end that was lost on the way, 0 … 1.
    public var fractionLost: Double
    /// The mean opinion score that listeners would give, 1 … 4.5, estimated from the above.
    public var meanOpinionScore: Double

    public init(jitter: Duration, roundTrip: Duration?, fractionLost: Double, meanOpinionScore: Double) {
        self.jitter = jitter
        self.roundTrip = roundTrip
        self.fractionLost = fractionLost
        self.meanOpinionScore = meanOpinionScore
    }
}
