internal import MediaControl
internal import RTP
internal import SansIO

/// A leg's end of its RTCP session: when its reports are due, and what they say.
struct ControlSession {
    /// Drawn from the stream's own random numbers, so that reports of many legs spread and a run repeats.
    private var random: SplitMix
    private(set) var nextReport: Instant
    /// The far end's last sender report, and when it came.
    private var heard: (report: NTPTime, at: Instant)?
    /// Packets sent when the last report, and the one before it, were made.
    private var sentAtLast: UInt32 = 0
    private var sentBeforeLast: UInt32 = 0
    private(set) var hasReported = false
    /// The time to the far end and back, as its newest report that tells has it.
    private(set) var roundTrip: Duration?
    /// What the far end's newest report says of our stream.
    private(set) var reported: ReportedReception?
    private let name: CanonicalName

    init(seed: UInt64, at now: Instant) {
        random = SplitMix(state: seed)
        name = CanonicalName(random: random.next(), random.next())
        nextReport = now + RTCPInterval.first(random: UInt32(truncatingIfNeeded: random.next()))
    }

    mutating func heard(_ report: SenderReport, at now: Instant) {
        heard = (report.ntp, now)
    }

    /// What the far end says of our stream, of which `sent` went out so far. `calendar` is the present wall-clock time, as our
    /// reports tell it.
    mutating func heard(_ block: ReportBlock, of sent: Leg.Sent, calendar: NTPTime) {
        let lost = Double(max(0, block.lost)) / Double(max(1, sent.packets))
        reported = ReportedReception(fractionLost: min(1, lost), jitter: .nanoseconds(Int64(block.jitter) * 125_000))
        if let nanoseconds = block.roundTrip(at: calendar) { roundTrip = .nanoseconds(nanoseconds) }
    }

    /// Makes the report that is due, or the last one. `calendar` is the present wall-clock time.
    mutating func report(
        of stream: OutgoingStream, sent: Leg.Sent, reception: inout ReceptionStatistics, isGoodbye: Bool,
        at now: Instant, calendar: NTPTime
    ) -> OutgoingRTCP {
        nextReport = now + RTCPInterval.next(random: UInt32(truncatingIfNeeded: random.next()))
        let isSender = sent.packets != sentBeforeLast
        sentBeforeLast = sentAtLast
        sentAtLast = sent.packets
        hasReported = true
        let echo = heard.map { SenderReportEcho(of: $0.report, nanosecondsAgo: now.nanoseconds - $0.at.nanoseconds) }
        let sender = SenderReport(
            ntp: calendar, timestamp: stream.timestamp(at: now), packets: sent.packets,
            octets: sent.octets)
        return OutgoingRTCP(
            ssrc: stream.ssrc, senderReport: isSender ? sender : nil, block: reception.report(of: echo),
            isGoodbye: isGoodbye)
    }

    func write(_ packet: OutgoingRTCP, to bytes: UnsafeMutableRawBufferPointer) -> Int {
        name.withBytes { packet.write(canonicalName: $0, to: bytes) }
    }
}

/// 24 hexadecimal digits, made anew for each leg and telling nothing about us (RFC 7022 §4.2).
private struct CanonicalName {
    private let digits: (UInt64, UInt64, UInt64)

    init(random first: UInt64, _ second: UInt64) {
        digits = (
            CanonicalName.hex(UInt32(truncatingIfNeeded: first)),
            CanonicalName.hex(UInt32(truncatingIfNeeded: first >> 32)),
            CanonicalName.hex(UInt32(truncatingIfNeeded: second))
        )
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: digits, body)
    }

    /// Eight digits as the bytes of one word.
    private static func hex(_ bits: UInt32) -> UInt64 {
        var word: UInt64 = 0
        for shift in stride(from: UInt32(0), to: 32, by: 4) {
            let digit = UInt64(bits >> shift & 15)
            word = word << 8 | (digit < 10 ? 48 + digit : 87 + digit)
        }
        return word
    }
}

/// A small generator for spreading things in time; not for secrets.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
