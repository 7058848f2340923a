internal import Audio
internal import MediaControl
internal import RTP
internal import SansIO

/// One channel of a recording: the last second of it, silent where nothing came, until it is taken to be written.
struct RecordingTrack: ~Copyable {
    /// In samples; a power of two.
    static let capacity = 8192

    /// The codec of the samples in `ring`; before anything came it can be any.
    private(set) var codec: G711
    /// Whether what comes may still choose the codec.
    private var adapts: Bool
    private let start: Instant
    private let ring: UnsafeMutablePointer<UInt8>
    private var placement = TalkSpurtPlacement()
    /// Samples before this have been taken.
    private(set) var taken: Int64 = 0
    /// Nothing was put at this or later.
    private(set) var end: Int64 = 0

    /// - Parameter codec: `nil`: that of what comes first.
    init(codec: G711?, start: Instant) {
        self.codec = codec ?? .pcma
        adapts = codec == nil
        self.start = start
        ring = .allocate(capacity: RecordingTrack.capacity)
        ring.initialize(repeating: self.codec.silence, count: RecordingTrack.capacity)
    }

    deinit { ring.deallocate() }

    /// What comes next is from elsewhere.
    mutating func cut() { placement.cut() }

    /// Where a packet belongs: its first sample, and how many. A thread that is late sends what was due a little before the
    /// recording began; that is heard at its beginning.
    mutating func place(_ entry: TapeEntry) -> TalkSpurtPlacement.Place {
        placement.place(
            TalkSpurtPlacement.Packet(
                ssrc: entry.ssrc, sequence: entry.sequence, timestamp: entry.timestamp, marker: entry.marker,
                samples: Int(entry.length), arrival: max(0, entry.instant.nanoseconds - start.nanoseconds)))
    }

    /// Puts a packet's codes where they belong; the part that was taken already, or is too far ahead, is left out.
    mutating func put(_ codes: UnsafeRawBufferPointer, of codec: G711, at place: TalkSpurtPlacement.Place) {
        if adapts { adapt(to: codec) }
        let first = max(place.start, taken)
        let last = min(place.start + Int64(place.count), taken + Int64(RecordingTrack.capacity))
        end = max(end, last)
        let translation = codec.translation(to: self.codec)
        let heard = min(last, place.start + Int64(codes.count))
        var position = first
        // Twice where the ring's end lies in between.
        while position < heard {
            let target = index(of: position)
            let count = min(Int(heard - position), RecordingTrack.capacity - target)
            let offset = Int(position - place.start)
            copy(UnsafeRawBufferPointer(rebasing: codes[offset..<offset + count]), translation, to: ring + target)
            position += Int64(count)
        }
        // A place that is longer than the packet by one has the last sample twice.
        while position < last {
            let code = codes[codes.count - 1]
            ring[index(of: position)] = translation.map { $0[Int(code)] } ?? code
            position += 1
        }
    }

    private func copy(
        _ codes: UnsafeRawBufferPointer, _ translation: UnsafePointer<UInt8>?, to target: UnsafeMutablePointer<UInt8>
    ) {
        if let translation {
            for offset in codes.indices { target[offset] = translation[Int(codes[offset])] }
        } else {
            UnsafeMutableRawBufferPointer(start: target, count: codes.count).copyMemory(from: codes)
        }
    }

    /// Copies the next samples out and makes room for later ones.
    mutating func take(_ count: Int, into codes: UnsafeMutablePointer<UInt8>) {
        precondition(count <= RecordingTrack.capacity)
        let first = index(of: taken)
        let behind = max(0, first + count - RecordingTrack.capacity)
        codes.update(from: ring + first, count: count - behind)
        (codes + (count - behind)).update(from: ring, count: behind)
        (ring + first).update(repeating: codec.silence, count: count - behind)
        ring.update(repeating: codec.silence, count: behind)
        taken += Int64(count)
    }

    private func index(of position: Int64) -> Int { Int(position) & (RecordingTrack.capacity - 1) }

    private mutating func adapt(to codec: G711) {
        adapts = false
        guard codec != self.codec else { return }
        self.codec = codec
        ring.update(repeating: codec.silence, count: RecordingTrack.capacity)
    }
}
