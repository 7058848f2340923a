internal import SansIO

/// The one RTP stream that a party is sent for the whole call, whatever feeds it.
///
/// Sequence numbers are continuous over all feeds, and a relayed packet's loss stays visible as a gap. Timestamps run
/// with the clock over seams and gaps, and with the source's within a feed. The first packet after each seam has the marker.
struct OutgoingStream {
    /// What the packet's header says beyond what never changes.
    struct Header: Hashable {
        var marker: Bool
        var sequence: UInt16
        var timestamp: UInt32
    }

    /// What matters of a packet that arrived.
    struct Packet {
        var ssrc: UInt32
        var sequence: UInt16
        var timestamp: UInt32
        var marker: Bool
        /// Its length in samples; `nil` for a telephone-event, whose timestamp stays that of its beginning.
        var samples: UInt32?
    }

    /// Further jumps of the source's sequence number are a new beginning (RFC 3550 §A.1).
    static let longestDropout: Int16 = 3000
    static let longestMisorder: Int16 = 100
    /// How far a source's timestamps may run from the clock between two packets, in samples: 2 s.
    static let longestSkew: Int64 = 16_000
    /// How far generated packets may fall behind before it is a gap, in samples: 100 ms.
    static let longestDelay: Int64 = 800

    private struct Mapping {
        let ssrc: UInt32
        /// The newest of the source's numbers so far.
        var newest: UInt16
        /// Older ones belong before a seam, or to numbers given away since.
        var oldest: UInt16
        var sequenceOffset: UInt16
        let timestampOffset: UInt32
    }

    private enum Feed {
        case seam
        case generating
        case relaying(Mapping)
    }

    /// The newest point where stream and clock met.
    private struct Anchor {
        var timestamp: UInt32
        var samples: UInt32
        var instant: Instant
    }

    let ssrc: UInt32
    private var nextSequence: UInt16
    private let firstTimestamp: UInt32
    private var anchor: Anchor?
    private var feed = Feed.seam
    /// By how many samples seams have put the stream ahead of the clock.
    private var lead: Int32 = 0
    /// Whether the packet made last is from elsewhere than the one before, and follows it without a gap.
    private(set) var isSplice = false

    init(ssrc: UInt32, firstSequence: UInt16, firstTimestamp: UInt32) {
        self.ssrc = ssrc
        nextSequence = firstSequence
        self.firstTimestamp = firstTimestamp
    }

    /// The stream's timestamp now, as sender reports tell it.
    func timestamp(at now: Instant) -> UInt32 {
        guard let anchor else { return firstTimestamp }
        return anchor.timestamp &+ UInt32(truncatingIfNeeded: samples(from: anchor.instant, to: now))
    }

    /// What is sent next comes from elsewhere than what was sent last.
    mutating func cut() { feed = .seam }

    /// The header of the next packet that we make ourselves.
    mutating func generate(samples count: UInt32, at now: Instant) -> Header {
        isSplice = false
        switch feed {
        case .generating:
            guard let anchor, delay(of: anchor, at: now) <= OutgoingStream.longestDelay else { break }
            return advance(to: anchor.timestamp &+ anchor.samples, samples: count, marker: false, at: now)
        case .seam, .relaying: break
        }
        feed = .generating
        return advance(to: seamTimestamp(at: now), samples: count, marker: true, at: now)
    }

    /// The header under which a packet is passed on; `nil` when it came too late to be.
    mutating func relay(_ packet: Packet, at now: Instant) -> Header? {
        isSplice = false
        switch feed {
        case .relaying(let mapping) where mapping.ssrc == packet.ssrc:
            let step = Int16(bitPattern: packet.sequence &- mapping.newest)
            if step > 0, step <= OutgoingStream.longestDropout, keepsTime(packet, mapping, at: now) {
                return follow(packet, mapping, at: now)
            }
            if step <= 0, step >= -OutgoingStream.longestMisorder { return late(packet, mapping) }
        case .relaying, .seam, .generating: break
        }
        return begin(with: packet, at: now)
    }

    /// A packet of the feed is not passed on: those after it close up, so that the receiver sees no loss.
    mutating func skip(ssrc: UInt32, sequence: UInt16) {
        switch feed {
        case .relaying(var mapping) where mapping.ssrc == ssrc:
            let step = Int16(bitPattern: sequence &- mapping.newest)
            guard step > 0, step <= OutgoingStream.longestDropout else { return }
            mapping.newest = sequence
            mapping.oldest = sequence &+ 1
            mapping.sequenceOffset &-= 1
            feed = .relaying(mapping)
        case .relaying, .seam, .generating: break
        }
    }

    // MARK: - Relaying

    private mutating func begin(with packet: Packet, at now: Instant) -> Header {
        let header = advance(to: seamTimestamp(at: now), samples: packet.samples ?? 0, marker: true, at: now)
        feed = .relaying(
            Mapping(
                ssrc: packet.ssrc, newest: packet.sequence, oldest: packet.sequence,
                sequenceOffset: header.sequence &- packet.sequence,
                timestampOffset: header.timestamp &- packet.timestamp))
        return header
    }

    private mutating func follow(_ packet: Packet, _ mapping: Mapping, at now: Instant) -> Header {
        var mapping = mapping
        mapping.newest = packet.sequence
        feed = .relaying(mapping)
        nextSequence = packet.sequence &+ mapping.sequenceOffset
        let timestamp = packet.timestamp &+ mapping.timestampOffset
        if let samples = packet.samples {
            return advance(to: timestamp, samples: samples, marker: packet.marker, at: now)
        }
        defer { nextSequence &+= 1 }
        return Header(marker: packet.marker, sequence: nextSequence, timestamp: timestamp)
    }

    private func late(_ packet: Packet, _ mapping: Mapping) -> Header? {
        guard Int16(bitPattern: packet.sequence &- mapping.oldest) >= 0 else { return nil }
        return Header(
            marker: packet.marker, sequence: packet.sequence &+ mapping.sequenceOffset,
            timestamp: packet.timestamp &+ mapping.timestampOffset)
    }

    /// Whether the source's timestamp has moved about as far as the clock since the last audio.
    private func keepsTime(_ packet: Packet, _ mapping: Mapping, at now: Instant) -> Bool {
        guard let anchor, packet.samples != nil else { return true }
        let moved = Int32(bitPattern: packet.timestamp &+ mapping.timestampOffset &- anchor.timestamp)
        return abs(Int64(moved) - samples(from: anchor.instant, to: now)) <= OutgoingStream.longestSkew
    }

    // MARK: - Time

    private mutating func advance(to timestamp: UInt32, samples: UInt32, marker: Bool, at now: Instant) -> Header {
        defer { nextSequence &+= 1 }
        anchor = Anchor(timestamp: timestamp, samples: samples, instant: now)
        return Header(marker: marker, sequence: nextSequence, timestamp: timestamp)
    }

    /// As far after the last packet as the clock has run, but not within it. How far that puts the stream ahead of the clock
    /// is made good at later seams, so that many of them do not add up.
    private mutating func seamTimestamp(at now: Instant) -> UInt32 {
        guard let anchor else { return firstTimestamp }
        let wanted = samples(from: anchor.instant, to: now) - Int64(lead)
        let step = max(wanted, Int64(anchor.samples))
        lead = Int32(clamping: step - wanted)
        isSplice = step == Int64(anchor.samples)
        return anchor.timestamp &+ UInt32(truncatingIfNeeded: step)
    }

    private func delay(of anchor: Anchor, at now: Instant) -> Int64 {
        samples(from: anchor.instant, to: now) - Int64(anchor.samples)
    }

    private func samples(from start: Instant, to end: Instant) -> Int64 {
        (end.nanoseconds - start.nanoseconds) / 125_000
    }
}
