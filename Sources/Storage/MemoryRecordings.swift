import CallModel

/// Recordings and voice files in memory, by the same rules as their rows.
struct MemoryRecordings {
    private var recordings: [RecordingID: Entry] = [:]
    private var beganCount = 0
    private var voiceFiles: [VoiceFileID: (file: VoiceFile, deleted: WallTime?)] = [:]

    private struct Entry {
        var number: Int
        var recording: Recording
        var awaitedFor: Duration?

        var isUnfinished: Bool { recording.state == .inProgress || recording.state == .finishing }
    }

    mutating func begin(_ recording: Recording) throws(StoreFailure) {
        guard recordings[recording.id] == nil else { throw .conflict("recording \(recording.id) exists") }
        beganCount += 1
        recordings[recording.id] = Entry(number: beganCount, recording: recording)
    }

    mutating func end(_ id: RecordingID, samples: Int64, bytes: Int64, as state: RecordingState) {
        let current = recordings[id]?.recording.state
        guard current == .inProgress || (current == .finishing && state == .failed) else { return }
        recordings[id]?.recording.samples = samples
        recordings[id]?.recording.bytes = bytes
        recordings[id]?.recording.state = state
    }

    mutating func await(_ id: RecordingID, for duration: Duration) {
        guard let entry = recordings[id], entry.isUnfinished else { return }
        recordings[id]?.awaitedFor = duration
    }

    mutating func finish(_ id: RecordingID, samples: Int64, bytes: Int64, sha256: [UInt8]) throws(StoreFailure) {
        guard var entry = recordings[id], entry.recording.state == .finishing else {
            throw .conflict("recording \(id) is not being finished")
        }
        entry.recording.samples = samples
        entry.recording.bytes = bytes
        entry.recording.sha256 = sha256
        entry.recording.state = .ready
        entry.awaitedFor = nil
        recordings[id] = entry
    }

    mutating func delete(_ id: RecordingID) { recordings[id]?.recording.state = .deleted }

    /// Whether a call has a recording whose file is there or will be.
    func keep(_ call: CallID) -> Bool {
        recordings.values.contains { entry in
            entry.recording.call == call && (entry.isUnfinished || entry.recording.state == .ready)
        }
    }

    mutating func forget(_ call: CallID) { recordings = recordings.filter { $0.value.recording.call != call } }

    func recording(_ id: RecordingID) -> Recording? { recordings[id]?.recording }

    func matching(_ query: RecordingQuery) -> [Recording] {
        ordered { query.matches($0) }.sorted { ($0.recording.began, $0.number) > ($1.recording.began, $1.number) }
            .map(\.recording)
    }

    func inProgress() -> [Recording] { ordered { $0.state == .inProgress }.map(\.recording) }

    func finishing() -> [(recording: Recording, awaitedFor: Duration?)] {
        ordered { $0.state == .finishing }.map { ($0.recording, $0.awaitedFor) }
    }

    func ready(beganBefore time: WallTime) -> [Recording] {
        ordered { $0.state == .ready && $0.began < time }.map(\.recording).sorted { $0.began < $1.began }
    }

    private func ordered(_ matches: (Recording) -> Bool) -> [Entry] {
        recordings.values.filter { matches($0.recording) }.sorted { $0.number < $1.number }
    }
}

extension MemoryRecordings {
    mutating func store(_ file: VoiceFile) throws(StoreFailure) {
        let isTaken = voiceFiles.values.contains { entry in
            entry.deleted == nil && entry.file.app == file.app && entry.file.name == file.name
        }
        guard voiceFiles[file.id] == nil, !isTaken else { throw .conflict("voice file \(file.name) exists") }
        voiceFiles[file.id] = (file, nil)
    }

    mutating func delete(_ id: VoiceFileID, at time: WallTime) {
        if let entry = voiceFiles[id], entry.deleted == nil { voiceFiles[id] = (entry.file, time) }
    }

    mutating func forget(_ id: VoiceFileID) {
        if voiceFiles[id]?.deleted != nil { voiceFiles[id] = nil }
    }

    func currentVoiceFiles() -> [VoiceFile] {
        voiceFiles.values.filter { $0.deleted == nil }.map(\.file).sorted { a, b in
            (a.app.rawValue, a.name) < (b.app.rawValue, b.name)
        }
    }

    func voiceFiles(deletedBefore time: WallTime) -> [VoiceFileID] {
        voiceFiles.values.filter { entry in entry.deleted.map { $0 < time } ?? false }.map(\.file.id)
    }
}

extension RecordingQuery {
    fileprivate func matches(_ recording: Recording) -> Bool {
        recording.mainAccount == scope.mainAccount && recording.app == scope.app
            && (scope.subaccount == nil || recording.subaccount == scope.subaccount)
            && recording.began >= start && recording.began <= end && (call == nil || recording.call == call)
            && (recording.state == .finishing || recording.state == .ready)
    }
}
