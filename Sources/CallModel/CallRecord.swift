/// What is known of a call, while it lives and after: the row in the store and the source of the CDR.
public struct CallRecord: Hashable, Sendable, Codable {
    public var id: CallID
    public var request: CallbackRequest
    public var state: CallState
    /// When the call was accepted.
    public var beginTime: WallTime
    /// When both parties were connected.
    public var connectTime: WallTime?
    public var endTime: WallTime?
    public var ending: CallEnding?
    /// The name of the recording, once it began; `nil` again if it came to nothing.
    public var recordFile: String?
    /// How many events were told so far: the number of the last one.
    public var eventCount = 0
    public var leg1: LegRecord
    public var leg2: LegRecord

    public init(id: CallID, request: CallbackRequest, beginTime: WallTime) {
        self.id = id
        self.request = request
        self.state = .dialling1
        self.beginTime = beginTime
        self.leg1 = LegRecord()
        self.leg2 = LegRecord()
    }

    @inlinable public subscript(party: Party) -> LegRecord {
        get { party == .first ? leg1 : leg2 }
        // In place: a leg's record is large, and changes with every message.
        _modify { if party == .first { yield &leg1 } else { yield &leg2 } }
    }
}

/// How a call ended.
public struct CallEnding: Hashable, Sendable, Codable {
    public var reason: EndReason
    /// The party that sent BYE after it had answered; `nil` for everything else.
    public var hangupBy: Party?
    /// Whole seconds of conversation, rounded down, from the monotonic clock.
    public var duration: Int

    public init(reason: EndReason, hangupBy: Party?, duration: Int) {
        self.reason = reason
        self.hangupBy = hangupBy
        self.duration = duration
    }
}

/// A call's state as the API tells it.
public enum CallState: Int, Sendable, Codable, CaseIterable {
    case unknown = 0
    case ringing1 = 1
    case answered1 = 2
    case ringing2 = 3
    case talking = 4
    case ended = 5
    case queued = 6
    case scheduled = 7
    case dialling1 = 8
    case dialling2 = 9
}

/// What is known of one leg.
public struct LegRecord: Hashable, Sendable, Codable {
    /// The caller number shown to the party.
    public var from: String?
    /// The trunk of the last attempt.
    public var trunk: TrunkName?
    public var dialTime: WallTime?
    /// The first 180.
    public var ringTime: WallTime?
    public var answerTime: WallTime?
    public var endTime: WallTime?
    /// The last final status received; with `sipReason` and `q850` always as received.
    public var sipStatus: Int?
    public var sipReason: String?
    public var q850: Int?
    /// From the INVITE to the first 18x or 200.
    public var postDialDelay: Duration?
    /// The codec agreed on, `PCMA` or `PCMU`.
    public var codec: String?
    /// The `Call-ID` of the last attempt.
    public var sipCallID: String?
    public var media: MediaCounts?
    /// What a restart needs to release the leg; `nil` before a provisional response and after the end.
    public var signalling: LegSignalling?

    public init() {}
}

/// What went through a leg's media.
public struct MediaCounts: Hashable, Sendable, Codable {
    public var packetsReceived: UInt64
    public var packetsSent: UInt64
    /// RFC 3550 §6.4.1, never negative here.
    public var packetsLost: UInt64
    /// `nil` where nothing was received to judge by.
    public var quality: HearingQuality?

    public init(
        packetsReceived: UInt64 = 0, packetsSent: UInt64 = 0, packetsLost: UInt64 = 0, quality: HearingQuality? = nil
    ) {
        self.packetsReceived = packetsReceived
        self.packetsSent = packetsSent
        self.packetsLost = packetsLost
        self.quality = quality
    }
}

/// How well a party was heard.
public struct HearingQuality: Hashable, Sendable, Codable {
    /// The part of the party's packets that was lost on the way, 0 … 1.
    public var loss: Double
    /// Interarrival jitter (RFC 3550 §6.4.1).
    public var jitter: Duration
    /// To the party and back; `nil` where it never told.
    public var roundTrip: Duration?
    /// The estimated mean opinion score, 1 … 4.5.
    public var meanOpinionScore: Double

    public init(loss: Double, jitter: Duration, roundTrip: Duration?, meanOpinionScore: Double) {
        self.loss = loss
        self.jitter = jitter
        self.roundTrip = roundTrip
        self.meanOpinionScore = meanOpinionScore
    }
}

/// The SIP state of a leg in plain values, enough to end it after a restart (and, with the SDPs, to go on). It is large and
/// changes seldom, so that the copies of a leg's record share it.
public indirect enum LegSignalling: Hashable, Sendable, Codable {
    /// An INVITE that had a provisional response: it can be cancelled.
    case early(InviteSnapshot)
    case confirmed(DialogSnapshot)
}

/// What a CANCEL must repeat of its INVITE (RFC 3261 §9.1).
public struct InviteSnapshot: Hashable, Sendable, Codable {
    public var requestURI: String
    public var callID: String
    /// The whole `From` and `To` values of the INVITE.
    public var from: String
    public var to: String
    public var sequence: UInt32
    /// The whole topmost `Via` value, branch included.
    public var via: String
    public var routes: [String]
    /// Where the INVITE was sent, as `address:port`, over a stream as `tcp:address:port` or `tls:address:port`.
    public var destination: String

    public init(
        requestURI: String, callID: String, from: String, to: String, sequence: UInt32, via: String,
        routes: [String], destination: String
    ) {
        self.requestURI = requestURI
        self.callID = callID
        self.from = from
        self.to = to
        self.sequence = sequence
        self.via = via
        self.routes = routes
        self.destination = destination
    }
}

/// A confirmed dialog (RFC 3261 §12) and its media.
public struct DialogSnapshot: Hashable, Sendable, Codable {
    public var callID: String
    public var localTag: String
    public var remoteTag: String
    public var localURI: String
    public var remoteURI: String
    public var remoteTarget: String
    /// The route set, in the order in which it is sent.
    public var routes: [String]
    public var localSequence: UInt32
    public var remoteSequence: UInt32?
    /// Where the last request went, as `address:port`, over a stream as `tcp:address:port` or `tls:address:port`.
    public var destination: String
    public var localDescription: [UInt8]
    public var remoteDescription: [UInt8]

    public init(
        callID: String, localTag: String, remoteTag: String, localURI: String, remoteURI: String,
        remoteTarget: String, routes: [String], localSequence: UInt32, remoteSequence: UInt32?,
        destination: String, localDescription: [UInt8] = [], remoteDescription: [UInt8] = []
    ) {
        self.callID = callID
        self.localTag = localTag
        self.remoteTag = remoteTag
        self.localURI = localURI
        self.remoteURI = remoteURI
        self.remoteTarget = remoteTarget
        self.routes = routes
        self.localSequence = localSequence
        self.remoteSequence = remoteSequence
        self.destination = destination
        self.localDescription = localDescription
        self.remoteDescription = remoteDescription
    }
}
