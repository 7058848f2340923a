import CallModel

/// What the store was told of recordings: each that began ends exactly once.
struct RecordingLedger {
    private var running: Set<RecordingID> = []
    private var known: Set<RecordingID> = []
    private(set) var violations: [Violation] = []

    mutating func begin(_ recording: Recording) {
        if !known.insert(recording.id).inserted { complain("recording \(recording.id) began twice") }
        running.insert(recording.id)
    }

    mutating func end(_ id: RecordingID) {
        if running.remove(id) == nil { complain("recording \(id) ended without running") }
    }

    /// The server was killed: what it recorded is ended by the next start's look at the files.
    mutating func crash() { running = [] }

    mutating func close() {
        for id in running { complain("recording \(id) never ended") }
    }

    private mutating func complain(_ words: String) { violations.append(Violation(.recording, words)) }
}
