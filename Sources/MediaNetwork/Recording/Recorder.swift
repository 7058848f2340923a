internal import LinuxIO
internal import MediaControl
internal import SansIO
internal import Synchronization

/// Writes the recordings of all media threads, on a thread of its own.
final class Recorder: Sendable {
    /// Pieces of tape in all: 64 MB, three seconds of a thousand calls. A recorder that has not written for so long loses
    /// what comes.
    static let pieceLimit = 256

    private struct Memory: Sendable {
        nonisolated(unsafe) let start: UnsafeMutableRawPointer
    }

    private struct Desk {
        var pieces: [TapePiece] = []
        var spare: [Memory] = []
        /// Allocated, whoever has them.
        var allocated = 0
        var isStopping = false
    }

    private let folder: String
    /// Takes the recordings that have ended.
    private let end: @Sendable ([EndedRecording]) -> Void
    /// Tells the media threads that a recording has ended early, so that they stop recording it.
    private let giveUp: @Sendable (MediaRecordingID) -> Void
    private let desk = Mutex(Desk())
    private let wakeUp: WakeUp
    private let poller: Poller

    init(
        folder: String, end: @escaping @Sendable ([EndedRecording]) -> Void,
        giveUp: @escaping @Sendable (MediaRecordingID) -> Void
    ) throws(SystemError) {
        self.folder = folder
        self.end = end
        self.giveUp = giveUp
        wakeUp = try WakeUp()
        poller = try Poller(capacity: 1)
        try poller.add(wakeUp.descriptor, token: 0)
    }

    deinit {
        desk.withLock { desk in
            for memory in desk.spare { memory.start.deallocate() }
        }
    }

    // MARK: - For the media threads

    /// Memory for a piece of tape; `nil` when all of it is waiting to be written.
    func lend() -> UnsafeMutableRawPointer? {
        let memory = desk.withLock { desk -> Memory? in
            if let spare = desk.spare.popLast() { return spare }
            guard desk.allocated < Recorder.pieceLimit else { return nil }
            desk.allocated += 1
            return Memory(start: .allocate(byteCount: TapePiece.size, alignment: 16))
        }
        return memory?.start
    }

    func giveBack(_ memory: UnsafeMutableRawPointer) {
        let memory = Memory(start: memory)
        desk.withLock { $0.spare.append(memory) }
    }

    func take(_ piece: TapePiece) {
        desk.withLock { $0.pieces.append(piece) }
        wakeUp.signal()
    }

    /// Nothing is taken after this; what was is written.
    func stop() {
        desk.withLock { $0.isStopping = true }
        wakeUp.signal()
    }

    // MARK: - The thread

    func run() {
        // A file at the limit of its size is an error to be told, not the end of the process.
        ProcessLimits.surviveFileSizeLimit()
        var table = RecordingTable(folder: folder)
        while true {
            _ = poller.wait()
            wakeUp.acknowledge()
            if !write(to: &table) { return }
        }
    }

    /// Writes what was taken so far; whether there will be more.
    func write(to table: inout RecordingTable) -> Bool {
        let (pieces, isStopping) = desk.withLock { desk in
            defer { desk.pieces = [] }
            return (desk.pieces, desk.isStopping)
        }
        for piece in pieces {
            table.play(piece)
            giveBack(piece.memory)
            tell(of: table.takeEnded())
        }
        return !isStopping
    }

    private func tell(of ended: [EndedRecording]) {
        guard !ended.isEmpty else { return }
        for case .recordFailed(let id, _, _) in ended.map(\.report) { giveUp(id) }
        end(ended)
    }
}
