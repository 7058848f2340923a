internal import Audio
internal import LinuxIO
internal import MediaControl
internal import RTP
internal import SansIO

/// One party's media as the packet loop keeps it: plain memory, its sockets closed with it.
struct Leg: ~Copyable {
    let id: MediaLegID
    let rtp: UDPSocket
    let rtcp: UDPSocket
    /// What was agreed with the far end; nothing before its description is known.
    var agreement = Agreement()
    var latch = Latch()
    /// Where control packets go.
    var rtcpDestination = TransportAddress.nowhere
    var hearing = Hearing.everybody
    var stream: OutgoingStream
    var feed = Feed.nothing
    /// The legs that are fed from this one are a chain through the table.
    var firstListener = LegTable.none
    var nextListener = LegTable.none
    var reception = ReceptionStatistics()
    var watch = ReceptionWatch()
    var digits = TelephoneEventReceiver()
    var control: ControlSession
    var counts = Counts()

    init(
        _ id: MediaLegID, endpoint: MediaEndpoint, rtp: consuming UDPSocket, rtcp: consuming UDPSocket, at now: Instant
    ) {
        self.id = id
        self.rtp = rtp
        self.rtcp = rtcp
        stream = OutgoingStream(
            ssrc: endpoint.ssrc, firstSequence: endpoint.firstSequence, firstTimestamp: endpoint.firstTimestamp)
        control = ControlSession(seed: UInt64(endpoint.ssrc) << 32 | UInt64(endpoint.firstTimestamp), at: now)
    }

    /// What the far end's description says of packets; plain and always there, so that the packet path copies none of it.
    struct Agreement {
        var payloads = NegotiatedPayloads()
        var mayReceive = false
        var maySend = false

        init() {}

        init(_ media: RemoteMedia) {
            payloads = NegotiatedPayloads(media)
            mayReceive = media.mayReceive && media.rtp.canBeReached
            maySend = media.maySend
        }
    }

    /// Whom the RTP socket hears.
    enum Hearing {
        case everybody
        /// Connected, but what is queued may still be from others.
        case sourceSoon
        case source
    }

    enum Feed {
        case nothing
        case silence
        case tone(ToneFrames, next: Int)
        case leg(Int)
    }

    struct Counts {
        var received: UInt64 = 0
        var sent: UInt64 = 0
        var octetsSent: UInt64 = 0
        var refused: UInt64 = 0
        var fromStrangers: UInt64 = 0
        var dropped: UInt64 = 0
        var sendFailures: UInt64 = 0
    }

    /// Whether we make the packets that it is sent.
    var isPlayedTo: Bool {
        switch feed {
        case .silence, .tone: true
        case .nothing, .leg: false
        }
    }

    var isConnected: Bool {
        switch hearing {
        case .everybody: false
        case .sourceSoon, .source: true
        }
    }

    var summary: MediaSummary {
        MediaSummary(
            packetsReceived: counts.received, packetsSent: counts.sent, packetsLost: reception.totalLost,
            packetsRefused: counts.refused, packetsFromStrangers: counts.fromStrangers,
            packetsDropped: counts.dropped, sendFailures: counts.sendFailures)
    }
}

extension TransportAddress {
    static let nowhere = TransportAddress(ip: .v4(0), port: 0)

    /// Not where a description says that nothing is wanted: port 0, or the old way to hold, address 0.0.0.0.
    var canBeReached: Bool { port != 0 && ip != .v4(0) && ip != .v6(0, 0) }
}
