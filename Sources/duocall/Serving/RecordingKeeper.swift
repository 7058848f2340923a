import CallModel
import Dispatch
import Foundation
import Logging
import MediaCodecs
import Storage

/// Finishes recordings when their calls are over, and deletes them when they are old.
struct RecordingKeeper: Sendable {
    /// How often it looks for recordings to finish.
    private static let pace: Duration = .seconds(1)
    /// How often it looks for old ones, in paces.
    private static let retentionPaces = 600
    private static let batch = 100

    let folder: RecordingFolder
    let store: any CallStore
    let committer: GroupCommitter
    /// How long a recording is kept; `nil` for ever.
    let retention: Duration?
    let voices: VoiceKeeper
    let logger: Logger
    /// Files are read to their ends here.
    private let worker = DispatchQueue(label: "duocall.recordings", qos: .utility)

    /// Marks what a crash interrupted as ended; it is finished from what lies on disk. To be called before calls begin.
    static func endInterrupted(in store: any CallStore) throws {
        let interrupted = try store.recordingsInProgress()
        guard !interrupted.isEmpty else { return }
        try store.commit(interrupted.map { .recordingEnded($0.id, samples: 0, bytes: 0) })
    }

    /// Runs until the task is cancelled.
    ///
    /// - Parameter eventsCommitted: told of the events that were committed.
    func run(eventsCommitted: @Sendable ([OutboxEntry]) -> Void) async {
        var paces = 0
        while !Task.isCancelled {
            do {
                try await finishAll(eventsCommitted)
                if paces % Self.retentionPaces == 0 {
                    try await deleteOld(at: .now)
                    await voices.forgetDeleted(at: .now)
                }
            } catch {
                logger.warning("recordings wait to be finished or deleted", metadata: ["error": "\(error)"])
            }
            paces += 1
            do { try await Task.sleep(for: Self.pace) } catch { return }
        }
    }

    /// Finishes what there is to finish.
    func finishAll(_ eventsCommitted: @Sendable ([OutboxEntry]) -> Void) async throws {
        while !Task.isCancelled {
            let batch = try await onWorker { try store.finishingRecordings(limit: Self.batch) }
            for finishing in batch {
                let told = try await finish(finishing)
                if !told.isEmpty { eventsCommitted(told) }
            }
            if batch.count < Self.batch { return }
        }
    }

    /// Returns what there is to be told.
    private func finish(_ finishing: FinishingRecording) async throws -> [OutboxEntry] {
        let recording = finishing.recording
        let target = finishing.callRecord.request.eventTarget
        guard let found = try await onWorker({ try inspect(recording) }) else {
            log(recording, failed: "there is no file with sound in it")
            let events = interruption(of: finishing, samples: 0, bytes: 0)
            let told = target.map { [StoreWrite.told(recording.call, to: $0, events)] } ?? []
            return try await commit([.recordingFailed(recording.id, samples: 0, bytes: 0)] + told)
        }
        if recording.isInterrupted { log(recording, failed: "the server stopped") }
        let samples = found.samples ?? recording.samples
        let events = interruption(of: finishing, samples: samples, bytes: found.bytes) + link(to: finishing)
        return try await commit([
            .recordingFinished(
                recording.id, samples: samples, bytes: found.bytes, sha256: found.sha256,
                events: target == nil ? [] : events)
        ])
    }

    private func log(_ recording: Recording, failed reason: String) {
        logger.warning(
            "recording failed",
            metadata: ["call": "\(recording.call)", "file": "\(recording.fileName)", "reason": "\(reason)"])
    }

    /// Returns what the writes put into the outbox.
    private func commit(_ writes: [StoreWrite]) async throws -> [OutboxEntry] {
        try await withCheckedThrowingContinuation { waiter in
            committer.submit(writes) { waiter.resume(with: $0) }
        }
    }

    private func inspect(_ recording: Recording) throws -> FinishedFile? {
        guard var found = try folder.finish(recording) else { return nil }
        if found.samples == nil {
            found.samples =
                recording.samples > 0 ? recording.samples : SoundLength.samples(ofFileAt: folder.path(of: recording))
            if found.samples == nil { return nil }
        }
        return found
    }

    /// That a stop of the server broke the recording off, if one did and the application wants to be told.
    private func interruption(of finishing: FinishingRecording, samples: Int64, bytes: Int64) -> [CallEvent] {
        let recording = finishing.recording
        guard recording.isInterrupted, finishing.callRecord.request.events.contains(.recordFail) else { return [] }
        let file = RecordedFile(name: recording.fileName, samples: samples, bytes: bytes)
        return [event(.progress(.recordFail(file), of: finishing.callRecord), of: recording)]
    }

    /// The link that somebody waits for.
    private func link(to finishing: FinishingRecording) -> [CallEvent] {
        let recording = finishing.recording
        guard let validity = finishing.awaitedFor else { return [] }
        let link = OwedLink(recording: recording.id, fileName: recording.fileName, validity: validity)
        return [event(.recordingLink(link, of: finishing.callRecord), of: recording)]
    }

    /// The store numbers it.
    private func event(_ kind: CallEvent.Kind, of recording: Recording) -> CallEvent {
        var random = SystemRandomNumberGenerator()
        return CallEvent(id: CallID(using: &random), call: recording.call, sequence: 0, time: .now, kind: kind)
    }

    /// The file goes first, so that no file outlives its row if the server stops in between.
    func deleteOld(at now: WallTime) async throws {
        guard let retention else { return }
        let limit = WallTime(milliseconds: now.milliseconds - retention.components.seconds * 1000)
        while !Task.isCancelled {
            let old = try await onWorker { try store.recordings(beganBefore: limit, limit: Self.batch) }
            for recording in old {
                try await onWorker { try folder.remove(recording) }
                try await committer.commit([.recordingDeleted(recording.id)])
            }
            if old.count < Self.batch { return }
        }
    }

    private func onWorker<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { waiter in
            worker.async { waiter.resume(with: Swift.Result { try work() }) }
        }
    }
}
