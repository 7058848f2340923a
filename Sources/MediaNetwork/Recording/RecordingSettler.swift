internal import LinuxIO
internal import MediaControl
internal import Synchronization

/// A recording that has ended, and its file.
struct EndedRecording: Sendable {
    let path: String
    /// `.recorded` or `.recordFailed`.
    let report: MediaReport
}

/// Has the files of recordings that have ended reach the disk before anybody is told, on a thread of its own: the disk may
/// take longer for it than the recorder can wait.
final class RecordingSettler: Sendable {
    private struct Desk {
        // No more than there are calls.
        var ended: [EndedRecording] = []
        var isStopping = false
    }

    private let folder: String
    private let report: @Sendable ([MediaReport]) -> Void
    private let desk = Mutex(Desk())
    private let wakeUp: WakeUp
    private let poller: Poller

    init(folder: String, report: @escaping @Sendable ([MediaReport]) -> Void) throws(SystemError) {
        self.folder = folder
        self.report = report
        wakeUp = try WakeUp()
        poller = try Poller(capacity: 1)
        try poller.add(wakeUp.descriptor, token: 0)
    }

    func take(_ ended: [EndedRecording]) {
        desk.withLock { $0.ended += ended }
        wakeUp.signal()
    }

    /// Nothing is taken after this; what was is settled.
    func stop() {
        desk.withLock { $0.isStopping = true }
        wakeUp.signal()
    }

    func run() {
        var isStopping = false
        while !isStopping {
            _ = poller.wait()
            wakeUp.acknowledge()
            let ended: [EndedRecording]
            (ended, isStopping) = desk.withLock { desk in
                defer { desk.ended = [] }
                return (desk.ended, desk.isStopping)
            }
            if !ended.isEmpty { report(settle(ended)) }
        }
    }

    /// What cannot be made durable has failed, though it can be played for now.
    private func settle(_ ended: [EndedRecording]) -> [MediaReport] {
        let folderError = synchronise(folder)
        return ended.map { recording in
            let error = synchronise(recording.path) ?? folderError
            guard case .recorded(let id, let summary) = recording.report, let error else { return recording.report }
            return .recordFailed(id, summary, .file(error.description))
        }
    }

    /// Why it is not durable; `nil` if it is.
    private func synchronise(_ path: String) -> SystemError? {
        do throws(SystemError) {
            try DurableWrites.synchronise(path)
            return nil
        } catch {
            return error
        }
    }
}
