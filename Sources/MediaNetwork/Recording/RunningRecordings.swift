internal import MediaControl

/// The recordings of one thread's calls, one of each call at a time.
struct RunningRecordings {
    struct Running {
        let recording: MediaRecording
        /// Its number on the tape.
        let number: Int
    }

    private var running: [MediaRecordingID: Running] = [:]
    private var names: [UInt64: MediaRecordingID] = [:]
    private var free: [Int] = []

    subscript(id: MediaRecordingID) -> Running? { running[id] }

    subscript(call call: UInt64) -> MediaRecording? { names[call].flatMap { running[$0]?.recording } }

    /// The recording's number on the tape; `nil` if its call is being recorded already.
    mutating func insert(_ recording: MediaRecording) -> Int? {
        guard running[recording.id] == nil, names[recording.first.call] == nil else { return nil }
        let number = free.popLast() ?? running.count
        running[recording.id] = Running(recording: recording, number: number)
        names[recording.first.call] = recording.id
        return number
    }

    mutating func remove(_ id: MediaRecordingID) -> Running? {
        guard let removed = running.removeValue(forKey: id) else { return nil }
        names[removed.recording.first.call] = nil
        free.append(removed.number)
        return removed
    }
}
