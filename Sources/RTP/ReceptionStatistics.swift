/// What is counted about the packets of one source (RFC 3550 §6.4.1, §A.1, §A.3, §A.8), all in plain numbers.
///
/// A source that changes its SSRC, or restarts its sequence, is counted anew; the totals go on.
public struct ReceptionStatistics: Hashable, Sendable {
    /// A jump forward by fewer packets than this is taken for loss (RFC 3550 §A.1).
    public static let longestDropout = 3000
    /// A packet less far behind than this is taken for reordered (RFC 3550 §A.1).
    public static let farthestMisorder = 100

    /// The source that is counted; `nil` before the first packet.
    public private(set) var ssrc: UInt32?
    /// Packets received from all sources, duplicates included.
    public private(set) var totalReceived: UInt64 = 0

    private var lostFromEarlierSources: Int64 = 0
    private var expectedFromEarlierSources: UInt64 = 0
    private var baseSequence: UInt16 = 0
    private var highestSequence: UInt16 = 0
    /// Full turns of the sequence number, times 65,536.
    private var cycles: UInt32 = 0
    /// Where a restarted sequence would go on, after one packet far away.
    private var restartSequence: UInt16?
    private var received: UInt32 = 0
    private var expectedBefore: UInt32 = 0
    private var receivedBefore: UInt32 = 0
    private var transit: UInt32?
    /// Sixteen times the jitter, so that whole numbers suffice.
    private var scaledJitter: UInt32 = 0

    public init() {}

    /// The highest sequence number received, with the turns of the counter in its upper half.
    public var extendedHighestSequence: UInt32 { cycles | UInt32(highestSequence) }

    /// Interarrival jitter in timestamp units.
    public var jitter: UInt32 { scaledJitter >> 4 }

    /// Packets that the present source sent, as far as its sequence numbers tell.
    public var expected: UInt32 { ssrc == nil ? 0 : extendedHighestSequence &- UInt32(baseSequence) &+ 1 }

    /// Packets of the present source that are missing; negative where duplicates outnumber them.
    public var lost: Int64 { Int64(expected) - Int64(received) }

    /// Packets lost from all sources; at least 0.
    public var totalLost: UInt64 { UInt64(max(0, lostFromEarlierSources + max(0, lost))) }

    /// The part of the packets that all sources sent, as far as their numbers tell, that is lost: 0 … 1.
    public var fractionLost: Double {
        let sent = expectedFromEarlierSources + UInt64(expected)
        return sent == 0 ? 0 : min(1, Double(totalLost) / Double(sent))
    }

    /// Counts a packet. `false` if it lies so far from its predecessors that it is not counted until the next
    /// one confirms it (RFC 3550 §A.1).
    @discardableResult
    public mutating func receive(sequence: UInt16, ssrc source: UInt32) -> Bool {
        totalReceived += 1
        guard source == ssrc else {
            begin(at: sequence, source: source)
            return true
        }
        let ahead = Int(sequence &- highestSequence)
        if ahead < ReceptionStatistics.longestDropout {
            if sequence < highestSequence { cycles &+= 1 << 16 }
            highestSequence = sequence
            restartSequence = nil
        } else if ahead <= 65536 - ReceptionStatistics.farthestMisorder {
            guard sequence == restartSequence else {
                restartSequence = sequence &+ 1
                return false
            }
            begin(at: sequence, source: source)
            return true
        }
        received &+= 1
        return true
    }

    /// Brings the jitter up to date (RFC 3550 §A.8). Not for packets that repeat a timestamp, as telephone-events do.
    ///
    /// - Parameter arrival: the packet's arrival on any clock that runs in timestamp units.
    public mutating func observe(timestamp: UInt32, arrival: UInt32) {
        let now = arrival &- timestamp
        defer { transit = now }
        guard let transit else { return }
        let difference = UInt32(Int32(bitPattern: now &- transit).magnitude)
        // A source that jumps in time says nothing about the network.
        guard difference < 1 << 24 else { return }
        scaledJitter = scaledJitter &+ difference &- ((scaledJitter &+ 8) >> 4)
    }

    private mutating func begin(at sequence: UInt16, source: UInt32) {
        lostFromEarlierSources += max(0, lost)
        expectedFromEarlierSources += UInt64(expected)
        ssrc = source
        baseSequence = sequence
        highestSequence = sequence
        cycles = 0
        restartSequence = nil
        received = 1
        expectedBefore = 0
        receivedBefore = 0
        transit = nil
        scaledJitter = 0
    }

    /// The block for the next report about the present source, `nil` while there is none. Begins the next interval
    /// for the fraction lost (RFC 3550 §A.3).
    public mutating func report(of lastSenderReport: SenderReportEcho?) -> ReportBlock? {
        guard let ssrc else { return nil }
        let expectedNow = expected &- expectedBefore
        let lostNow = Int64(expectedNow) - Int64(received &- receivedBefore)
        expectedBefore = expected
        receivedBefore = received
        let fraction = expectedNow == 0 || lostNow <= 0 ? 0 : min(255, lostNow << 8 / Int64(expectedNow))
        return ReportBlock(
            ssrc: ssrc, fractionLost: UInt8(fraction), lost: Int32(max(-0x80_0000, min(0x7F_FFFF, lost))),
            extendedHighestSequence: extendedHighestSequence, jitter: jitter,
            lastSenderReport: lastSenderReport?.middle ?? 0, delay: lastSenderReport?.delay ?? 0)
    }
}
