/// Where the packets of one party lie on a time line that runs with our clock, in samples.
///
/// A talk spurt is placed by its smoothed arrival, and its packets within it by their timestamps. What the source's clock
/// runs too fast or too slow is corrected where a spurt begins, and within one by a sample in every 160 at most, so that
/// it is not heard.
public struct TalkSpurtPlacement: Hashable, Sendable {
    /// What matters of a packet.
    public struct Packet: Hashable, Sendable {
        public var ssrc: UInt32
        public var sequence: UInt16
        public var timestamp: UInt32
        public var marker: Bool
        /// Its length.
        public var samples: Int
        /// In nanoseconds since the time line's sample 0; negative before.
        public var arrival: Int64

        public init(
            ssrc: UInt32, sequence: UInt16, timestamp: UInt32, marker: Bool, samples: Int, arrival: Int64
        ) {
            self.ssrc = ssrc
            self.sequence = sequence
            self.timestamp = timestamp
            self.marker = marker
            self.samples = samples
            self.arrival = arrival
        }
    }

    /// Where a packet lies.
    public struct Place: Hashable, Sendable {
        /// Its first sample's number; may be negative.
        public var start: Int64
        /// The samples it fills: its length, or one more (its last one twice) or one less.
        public var count: Int
    }

    /// Within a spurt there is at most one correction, by one sample, in so many.
    static let correctionInterval = 160
    /// A misplacement up to this is left alone: 5 ms. Nobody hears it, but a tone would hear its correction.
    static let tolerance: Int64 = 40
    /// What is more is corrected down to this: 1 ms.
    static let precision: Int64 = 8
    /// Further from where it is expected, a source is not merely drifting: 40 ms.
    static let longestDrift: Int64 = 320
    /// A spurt whose first packet comes later than its timestamp by this has a timestamp that stood still: 80 ms.
    static let longestDelay: Int64 = 640
    /// Beyond 2 s a timestamp says nothing about time.
    static let longestJump: Int64 = 16_000
    /// Packets, arriving late one after the other, that show a longer way: 1 s of them.
    static let lateRun = 50
    /// The most packets that the smoothing remembers.
    static let memory: Int64 = 64
    /// A packet's deviation counts for at most this much in the smoothing: 20 ms.
    static let greatestDeviation: Int64 = 160
    /// Sequence numbers this far behind are a new beginning (RFC 3550 §A.1).
    static let farthestMisorder = 100

    /// Positions are kept in 1,024ths of a sample where they are smoothed.
    fileprivate static let scale: Int64 = 1024

    fileprivate struct Source: Hashable {
        let ssrc: UInt32
        var sequence: UInt16
        var timestamp: UInt32
        /// The newest packet's timestamp without wraps.
        var extended: Int64
        /// By how much arrivals are ahead of timestamps, smoothed, in `scale`ths.
        var offset: Int64
        /// How many packets that was learnt from.
        var weight: Int64 = 1
        /// What leads from a timestamp to a place.
        var shift: Int64
        /// Samples placed since the last correction.
        var sinceCorrection = 0
        var isCorrecting = false
        /// Packets in a row that came far later than expected, and the least late of them.
        var late = 0
        var leastLate = Int64.max
    }

    private var source: Source?
    /// What follows begins here at the earliest.
    private var end = Int64.min

    public init() {}

    /// What comes next is from elsewhere.
    public mutating func cut() { source = nil }

    /// Places a packet.
    public mutating func place(_ packet: Packet) -> Place {
        guard let source, source.ssrc == packet.ssrc else { return begin(with: packet) }
        let step = sequenceDistance(from: source.sequence, to: packet.sequence)
        let distance = Int64(timestampDistance(from: source.timestamp, to: packet.timestamp))
        if step <= 0 {
            guard step > -TalkSpurtPlacement.farthestMisorder, distance <= 0 else { return begin(with: packet) }
            return Place(start: source.extended + distance + source.shift, count: packet.samples)
        }
        let error = arrival(of: packet) - (source.extended + distance) * Self.scale - source.offset
        guard distance > 0, abs(error) <= Self.longestJump * Self.scale else { return begin(with: packet) }
        let isSpurt = packet.marker || (step == 1 && distance > 2 * Int64(packet.samples))
        return follow(packet, source, distance: distance, error: error, isSpurt: isSpurt)
    }

    private mutating func begin(with packet: Packet) -> Place {
        let arrival = arrival(of: packet)
        let start = max(Self.rounded(arrival), free(at: arrival))
        let extended = Int64(packet.timestamp)
        source = Source(
            ssrc: packet.ssrc, sequence: packet.sequence, timestamp: packet.timestamp, extended: extended,
            offset: arrival - extended * Self.scale, shift: start - extended)
        end = start + Int64(packet.samples)
        return Place(start: start, count: packet.samples)
    }

    private mutating func follow(
        _ packet: Packet, _ before: Source, distance: Int64, error: Int64, isSpurt: Bool
    ) -> Place {
        var source = before
        source.sequence = packet.sequence
        source.timestamp = packet.timestamp
        source.extended += distance
        source.learn(error, isSpurt: isSpurt)
        let wanted = Self.rounded(source.offset)
        var count = packet.samples
        var start = source.extended + source.shift
        if isSpurt || abs(wanted - source.shift) > Self.longestDrift {
            start = max(source.extended + wanted, free(at: arrival(of: packet)))
            source.shift = start - source.extended
            source.sinceCorrection = 0
            source.isCorrecting = false
        } else if let correction = source.correction(towards: wanted, samples: count) {
            source.shift += Int64(correction)
            count += correction
        }
        self.source = source
        end = start + Int64(count)
        return Place(start: start, count: count)
    }

    /// Where there is nothing yet. A source that sends faster than time passes does not keep others from their place.
    private func free(at arrival: Int64) -> Int64 { min(end, Self.rounded(arrival) + Self.longestDelay) }

    private func arrival(of packet: Packet) -> Int64 { packet.arrival * 128 / 15_625 }

    private static func rounded(_ scaled: Int64) -> Int64 { (scaled + scale / 2) >> 10 }
}

extension TalkSpurtPlacement.Source {
    private typealias Limits = TalkSpurtPlacement

    /// Brings the smoothed offset up to date with a packet that came `error` later than it says.
    fileprivate mutating func learn(_ error: Int64, isSpurt: Bool) {
        let scale = Limits.scale
        // The network can hold packets up, but not hurry them: what comes early was expected too late.
        if error < -Limits.longestDrift * scale || (isSpurt && error > Limits.longestDelay * scale) {
            return restart(error)
        }
        if error > Limits.longestDrift * scale {
            late += 1
            leastLate = min(leastLate, error)
            if late == Limits.lateRun { return restart(leastLate) }
        } else {
            late = 0
            leastLate = .max
        }
        weight = min(weight + 1, Limits.memory)
        let greatest = Limits.greatestDeviation * scale
        offset += max(-greatest, min(greatest, error)) / weight
    }

    private mutating func restart(_ error: Int64) {
        offset += error
        weight = 1
        late = 0
        leastLate = .max
    }

    /// One sample more or less, if that is due.
    fileprivate mutating func correction(towards wanted: Int64, samples: Int) -> Int? {
        sinceCorrection += samples
        isCorrecting = abs(wanted - shift) > (isCorrecting ? Limits.precision : Limits.tolerance)
        guard isCorrecting, sinceCorrection >= Limits.correctionInterval, samples > 1 else { return nil }
        sinceCorrection = 0
        return wanted > shift ? 1 : -1
    }
}
