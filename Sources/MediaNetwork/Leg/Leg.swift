internal import Audio
internal import LinuxIO
internal import MediaControl
internal import RTP
internal import SansIO

/// One party's media as the packet loop keeps it: plain memory, its sockets closed with it.
struct Leg: ~Copyable {
    // What each packet needs comes first and together: with many legs, its cost is the cache lines it touches.
    var stream: OutgoingStream
    var sent = Sent()
    /// The last code of the audio sent last.
    var lastCode = G711.pcma.silence
    var reception = ReceptionStatistics()
    let rtp: UDPSocket
    var hearing = Hearing.everybody
    var cipher = PacketCipher()
    /// What was agreed with the far end; nothing before its description is known.
    var agreement = Agreement()
    /// The legs that are fed from this one are a chain through the table.
    var firstListener = LegTable.none
    var nextListener = LegTable.none
    var tap = RecordingTap()
    var watch = ReceptionWatch()
    var latch = Latch()
    var feed = Feed.nothing
    /// What reports about the feed call it.
    var feedNumber: UInt32 = 0
    var digits = TelephoneEventReceiver()
    var control: ControlSession
    var counts = Counts()
    /// Where the tones of keys are listened for: apart, since few legs need so much memory.
    private(set) var tones: UnsafeMutablePointer<ToneListener>?
    let rtcp: UDPSocket
    /// Where control packets go.
    var rtcpDestination = TransportAddress.nowhere
    let id: MediaLegID

    init(_ id: MediaLegID, endpoint: MediaEndpoint, _ sockets: consuming PortPair.Sockets, at now: Instant) {
        self.id = id
        rtp = sockets.rtp
        rtcp = sockets.rtcp
        stream = OutgoingStream(
            ssrc: endpoint.ssrc, firstSequence: endpoint.firstSequence, firstTimestamp: endpoint.firstTimestamp)
        control = ControlSession(seed: UInt64(endpoint.ssrc) << 32 | UInt64(endpoint.firstTimestamp), at: now)
    }

    deinit { tones?.deallocate() }

    mutating func listenForTones(_ listens: Bool) {
        tones?.deallocate()
        tones = listens ? .allocate(capacity: 1) : nil
        tones?.initialize(to: ToneListener())
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
        case frames(CodedFrames, next: Int, repeats: Bool)
        /// Silence until the file is there.
        case awaiting(MediaVoiceID, repeats: Bool)
        case leg(Int)

        /// Whether we make its packets.
        var isPlayed: Bool {
            switch self {
            case .silence, .frames, .awaiting: true
            case .nothing, .leg: false
            }
        }
    }

    /// What went out, in the widths of sender reports.
    struct Sent {
        var packets: UInt32 = 0
        var octets: UInt32 = 0
    }

    struct Counts {
        var refused: UInt64 = 0
        var fromStrangers: UInt64 = 0
        var forged: UInt64 = 0
        var replayed: UInt64 = 0
        var dropped: UInt64 = 0
        var sendFailures: UInt64 = 0
    }

    var isConnected: Bool {
        switch hearing {
        case .everybody: false
        case .sourceSoon, .source: true
        }
    }

    private var quality: MediaQuality? {
        guard reception.ssrc != nil else { return nil }
        let jitter = Double(reception.jitter) / Double(G711.sampleRate / 1000)
        let roundTrip = control.roundTrip
        return MediaQuality(
            jitter: .nanoseconds(Int64(reception.jitter) * 125_000), roundTrip: roundTrip,
            fractionLost: reception.fractionLost,
            meanOpinionScore: VoiceQuality.meanOpinionScore(
                fractionLost: reception.fractionLost, jitter: jitter,
                roundTrip: Double((roundTrip ?? .zero).wholeNanoseconds) / 1e6))
    }

    var summary: MediaSummary {
        MediaSummary(
            packetsReceived: reception.totalReceived, packetsSent: UInt64(sent.packets),
            packetsLost: reception.totalLost,
            packetsRefused: counts.refused, packetsFromStrangers: counts.fromStrangers,
            packetsForged: counts.forged, packetsReplayed: counts.replayed,
            packetsDropped: counts.dropped, sendFailures: counts.sendFailures, quality: quality,
            reported: control.reported)
    }
}

extension TransportAddress {
    static let nowhere = TransportAddress(ip: .v4(0), port: 0)

    /// Not where a description says that nothing is wanted: port 0, or the old way to hold, address 0.0.0.0.
    var canBeReached: Bool { port != 0 && ip != .v4(0) && ip != .v6(0, 0) }
}
