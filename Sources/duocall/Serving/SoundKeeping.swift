import CallModel
import Dispatch
import HTTPAPI
import Logging
import Storage

/// Voice files and recordings, and what the API asks of them.
struct SoundKeeping: Sendable {
    private let voices: VoiceKeeper
    private let recordings: RecordingKeeper
    private let store: any CallStore
    private let committer: GroupCommitter
    let links: RecordingLinks
    /// Reads of the store block, so they have threads of their own.
    private let readers = DispatchQueue(label: "duocall.sounds", attributes: .concurrent)

    /// Reads what voice files there are, and marks the recordings that the last stop interrupted. To be made before calls
    /// begin.
    ///
    /// - Parameter retention: how long a recording is kept; `nil` for ever.
    init(
        folder: StoreFolder, store: any CallStore, committer: GroupCommitter, publicURL: PublicURL,
        retention: Duration?, logger: Logger
    ) throws {
        self.store = store
        self.committer = committer
        links = RecordingLinks(base: { publicURL.text }, key: try ServerKey.kept(in: folder.path + "/link.key"))
        voices = try VoiceKeeper(
            folder: VoiceFolder(path: folder.voices), store: store, committer: committer, logger: logger)
        try RecordingKeeper.endInterrupted(in: store)
        recordings = RecordingKeeper(
            folder: try RecordingFolder(path: folder.recordings), store: store, committer: committer,
            retention: retention, voices: voices, logger: logger)
    }

    /// Finishes and deletes until the task is cancelled.
    func run(eventsCommitted: @escaping @Sendable ([OutboxEntry]) -> Void) async {
        await recordings.run(eventsCommitted: eventsCommitted)
    }

    var commands: SoundCommands {
        SoundCommands(
            voiceFiles: voices.files, addVoiceFile: { await voices.add($0) },
            deleteVoiceFile: { await voices.delete($0) },
            recordings: { query in try await read { try $0.recordings(matching: query) } },
            recording: { id in try await read { try $0.recording(id) } },
            awaitRecording: { try await committer.commit([.recordingAwaited($0, linkValidFor: $1)]) },
            recordingPath: { recordings.folder.path(of: $0) })
    }

    private func read<Result: Sendable>(
        _ body: @escaping @Sendable (any CallStore) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            readers.async { continuation.resume(with: Swift.Result { try body(store) }) }
        }
    }
}
