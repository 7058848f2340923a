internal import Audio
internal import MediaControl
internal import RTP
internal import SansIO

/// A packet on its way from a media thread to the recorder. Its payload follows it in memory.
struct TapeEntry {
    let instant: Instant
    let track: RecordingTap.Track
    let ssrc: UInt32
    let timestamp: UInt32
    let sequence: UInt16
    let length: UInt16
    let marker: Bool
    let codec: G711

    /// What an entry takes with its payload, so that the next one is aligned.
    static func stride(payload length: Int) -> Int { (MemoryLayout<TapeEntry>.size + length + 7) & ~7 }
}

/// What happens to a recording between two packets.
enum TapeMark {
    case begin(Int, MediaRecording, at: Instant)
    /// The right channel has another source from here on.
    case connect(Int)
    case end(Int, at: Instant)
}

/// A stretch of a thread's tape, handed over to the recorder.
struct TapePiece: Sendable {
    let thread: Int
    // The tape's until it is handed over, the recorder's from then on.
    nonisolated(unsafe) let memory: UnsafeMutableRawPointer
    let used: Int
    /// With the place in the piece before which each belongs.
    let marks: [(offset: Int, mark: TapeMark)]
    /// Whatever happened before this is in this piece or an earlier one.
    let until: Instant

    /// Bytes of a piece.
    static let size = 256 * 1024
}

/// What a media thread wants recorded, in its order: packets are copied onto it and go to the recorder by the piece, so
/// that a packet costs no lock, no allocation and no disk.
struct RecordingTape: ~Copyable {
    /// How long something may lie on the tape before it is handed over: 50 ms.
    static let longestStay = Duration.milliseconds(50)

    private let thread: Int
    private let recorder: Recorder
    private var memory: UnsafeMutableRawPointer?
    private var used = 0
    private var marks: [(offset: Int, mark: TapeMark)] = []
    private var nextHandOver = Instant(nanoseconds: 0)
    /// Recordings begun and not ended.
    private var running = 0

    init(thread: Int, recorder: Recorder) {
        self.thread = thread
        self.recorder = recorder
    }

    deinit {
        if let memory { recorder.giveBack(memory) }
    }

    /// Whether something is still to be handed over, though it may be long until the next packet.
    var hasMarks: Bool { !marks.isEmpty }

    mutating func mark(_ mark: TapeMark) {
        switch mark {
        case .begin: running += 1
        case .end: running -= 1
        case .connect: break
        }
        marks.append((used, mark))
    }

    /// Copies a packet. Where the recorder has fallen so far behind that there is no memory left, the packet is missing in
    /// the recording.
    mutating func add(
        _ track: RecordingTap.Track, ssrc: UInt32, _ header: OutgoingStream.Header, _ codec: G711,
        _ payload: UnsafeRawBufferPointer, at now: Instant
    ) {
        let stride = TapeEntry.stride(payload: payload.count)
        if used + stride > TapePiece.size { handOver(at: now) }
        if memory == nil { memory = recorder.lend() }
        guard let memory else { return }
        let entry = TapeEntry(
            instant: now, track: track, ssrc: ssrc, timestamp: header.timestamp, sequence: header.sequence,
            length: UInt16(payload.count), marker: header.marker, codec: codec)
        (memory + used).storeBytes(of: entry, as: TapeEntry.self)
        if let base = payload.baseAddress {
            (memory + used + MemoryLayout<TapeEntry>.size).copyMemory(from: base, byteCount: payload.count)
        }
        used += stride
    }

    /// Hands over what has lain long enough. To be called at every tick.
    mutating func handOverIfDue(at now: Instant) {
        guard now >= nextHandOver, running > 0 || !marks.isEmpty else { return }
        handOver(at: now)
    }

    mutating func handOver(at now: Instant) {
        nextHandOver = now + RecordingTape.longestStay
        if memory == nil { memory = recorder.lend() }
        guard let piece = memory else { return }
        recorder.take(TapePiece(thread: thread, memory: piece, used: used, marks: marks, until: now))
        memory = nil
        used = 0
        marks = []
    }
}
