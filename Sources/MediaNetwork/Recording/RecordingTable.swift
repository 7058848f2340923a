internal import LinuxIO
internal import MediaControl
internal import SansIO

/// All recordings that are being written, by the thread and number they have on the tapes.
struct RecordingTable {
    /// How often it is looked whether something is to be written: 50 ms.
    private static let pace = Duration.milliseconds(50)

    private struct Thread {
        var recordings: [ActiveRecording?] = []
        var nextRound = Instant(nanoseconds: 0)
    }

    private let folder: String
    private let memory = RecordingMemory()
    private var threads: [Thread] = []
    private var ended: [EndedRecording] = []

    init(folder: String) { self.folder = folder }

    /// Those that have ended since the last time.
    mutating func takeEnded() -> [EndedRecording] {
        defer { ended = [] }
        return ended
    }

    /// Does what is on a piece of tape.
    mutating func play(_ piece: TapePiece) {
        while threads.count <= piece.thread { threads.append(Thread()) }
        var marks = piece.marks[...]
        var offset = 0
        while offset < piece.used {
            while let next = marks.first, next.offset <= offset { perform(marks.removeFirst().mark, piece.thread) }
            let entry = (piece.memory + offset).load(as: TapeEntry.self)
            let payload = UnsafeRawBufferPointer(
                start: piece.memory + offset + MemoryLayout<TapeEntry>.size, count: Int(entry.length))
            add(entry, payload, piece.thread)
            offset += TapeEntry.stride(payload: payload.count)
        }
        for (_, mark) in marks { perform(mark, piece.thread) }
        writeWhatIsDue(of: piece.thread, at: piece.until)
    }

    private mutating func add(_ entry: TapeEntry, _ payload: UnsafeRawBufferPointer, _ thread: Int) {
        // One that has failed is no longer there.
        guard let recording = threads[thread].recordings[entry.track.recording] else { return }
        do throws(SystemError) {
            try recording.add(entry, payload)
        } catch {
            fail(recording, entry.track.recording, thread, error)
        }
    }

    private mutating func perform(_ mark: TapeMark, _ thread: Int) {
        switch mark {
        case .begin(let number, let recording, let start): begin(recording, number, thread, at: start)
        case .connect(let number): threads[thread].recordings[number]?.connect()
        case .end(let number, let end): finish(number, thread, at: end)
        }
    }

    private mutating func begin(_ recording: MediaRecording, _ number: Int, _ thread: Int, at start: Instant) {
        while threads[thread].recordings.count <= number { threads[thread].recordings.append(nil) }
        do throws(SystemError) {
            threads[thread].recordings[number] = try ActiveRecording(
                recording, folder: folder, at: start, using: memory)
        } catch {
            conclude(recording, .recordFailed(recording.id, RecordingSummary(), .file(error.description)))
        }
    }

    private mutating func finish(_ number: Int, _ thread: Int, at end: Instant) {
        guard let recording = threads[thread].recordings[number] else { return }
        do throws(SystemError) {
            try recording.finish(at: end)
            conclude(recording.recording, .recorded(recording.recording.id, recording.summary))
            threads[thread].recordings[number] = nil
        } catch {
            fail(recording, number, thread, error)
        }
    }

    private mutating func writeWhatIsDue(of thread: Int, at now: Instant) {
        guard now >= threads[thread].nextRound else { return }
        threads[thread].nextRound = now + RecordingTable.pace
        for (number, recording) in threads[thread].recordings.enumerated() {
            guard let recording else { continue }
            do throws(SystemError) {
                try recording.advance(to: now)
            } catch {
                fail(recording, number, thread, error)
            }
        }
    }

    private mutating func fail(_ recording: ActiveRecording, _ number: Int, _ thread: Int, _ error: SystemError) {
        recording.abandon()
        let id = recording.recording.id
        conclude(recording.recording, .recordFailed(id, recording.summary, .file(error.description)))
        threads[thread].recordings[number] = nil
    }

    private mutating func conclude(_ recording: MediaRecording, _ report: MediaReport) {
        ended.append(EndedRecording(path: "\(folder)/\(recording.fileName)", report: report))
    }
}
