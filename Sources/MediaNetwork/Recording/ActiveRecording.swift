internal import Audio
internal import LinuxIO
internal import MediaControl
internal import RTP
internal import SansIO

/// A recording that is being written, on the recorder's thread alone.
///
/// What comes is placed at once and written `delay` later, when nothing late is to be expected any more. Pieces of
/// `interval` or more are written at a time, each time with a header that says what is there, so that whenever the
/// process is killed, all but the last second can be played.
final class ActiveRecording {
    /// Packets up to this late find their place: 250 ms.
    private static let delay: Int64 = 2000
    /// 400 ms.
    private static let interval: Int64 = 3200
    /// What was being heard at the end is kept to its own end, so far: 20 ms.
    private static let rest: Int64 = 160

    let recording: MediaRecording
    private let start: Instant
    private var left: RecordingTrack
    private var right: RecordingTrack
    private var output: RecordingOutput
    private let memory: RecordingMemory

    init(
        _ recording: MediaRecording, folder: String, at start: Instant, using memory: RecordingMemory
    ) throws(SystemError) {
        let path = "\(folder)/\(recording.fileName)"
        var output = try RecordingOutput(recording, path: path)
        try output.makeTrue(using: memory)
        self.memory = memory
        self.recording = recording
        self.start = start
        let codec: G711? =
            switch recording.format {
            case .alaw: .pcma
            case .mulaw: .pcmu
            case .pcm, .mp3: nil
            }
        left = RecordingTrack(codec: codec, start: start)
        right = RecordingTrack(codec: codec, start: start)
        self.output = output
    }

    var summary: RecordingSummary { output.summary }

    /// The right channel has another source from here on.
    func connect() { right.cut() }

    func add(_ entry: TapeEntry, _ payload: UnsafeRawBufferPointer) throws(SystemError) {
        // Whoever sends faster than time passes is not recorded ahead of it.
        let latest = position(of: entry.instant) + ActiveRecording.delay
        switch entry.track.channel {
        case .left:
            let place = left.place(entry)
            guard place.start <= latest else { return }
            try makeRoom(for: place)
            left.put(payload, of: entry.codec, at: place)
        case .right:
            let place = right.place(entry)
            guard place.start <= latest else { return }
            try makeRoom(for: place)
            right.put(payload, of: entry.codec, at: place)
        }
    }

    /// Writes what is due at `now`.
    func advance(to now: Instant) throws(SystemError) {
        let due = position(of: now) - ActiveRecording.delay
        if due - left.taken >= ActiveRecording.interval { try write(upTo: due) }
    }

    /// Writes everything up to the end, and what was being heard then.
    func finish(at end: Instant) throws(SystemError) {
        let end = position(of: end)
        try write(upTo: max(end, min(max(left.end, right.end), end + ActiveRecording.rest)))
        try output.finish(using: memory)
    }

    /// What could not be written is cut off.
    func abandon() { output.abandon() }

    private func position(of instant: Instant) -> Int64 { (instant.nanoseconds - start.nanoseconds) / 125_000 }

    /// The tracks hold a second: only a recorder that has fallen behind has to make room.
    private func makeRoom(for place: TalkSpurtPlacement.Place) throws(SystemError) {
        let end = place.start + Int64(place.count)
        if end > left.taken + Int64(RecordingTrack.capacity) {
            try write(upTo: end - Int64(RecordingTrack.capacity - RecordingMemory.portion))
        }
    }

    private func write(upTo position: Int64) throws(SystemError) {
        while left.taken < position {
            let count = Int(min(position - left.taken, Int64(RecordingMemory.portion)))
            left.take(count, into: memory.left)
            right.take(count, into: memory.right)
            try output.append(count, left.codec, right.codec, from: memory)
        }
        try output.makeTrue(using: memory)
    }
}
