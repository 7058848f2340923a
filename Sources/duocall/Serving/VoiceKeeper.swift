import CallModel
import Dispatch
import Foundation
import HTTPAPI
import Logging
import MediaCodecs
import Storage

/// Takes voice files in and lets them go.
struct VoiceKeeper: Sendable {
    let files: CurrentVoiceFiles
    private let folder: VoiceFolder
    private let store: any CallStore
    private let committer: GroupCommitter
    private let logger: Logger
    /// One at a time, so that preparing leaves the other cores to the calls.
    private let worker = DispatchQueue(label: "duocall.voices", qos: .utility)

    /// Reads what there is, and clears away what an interrupted upload left.
    init(folder: VoiceFolder, store: any CallStore, committer: GroupCommitter, logger: Logger) throws {
        self.folder = folder
        self.store = store
        self.committer = committer
        self.logger = logger
        let current = try store.voiceFiles()
        files = CurrentVoiceFiles(current)
        let playable = try store.voiceFiles(deletedBefore: WallTime(milliseconds: .max))
        try folder.sweep(keeping: Set(current.map(\.id)).union(playable))
    }

    func add(_ upload: VoiceUpload) async -> VoiceAnswer {
        if let refusal = refusal(of: upload) { return refusal }
        do {
            let file = try await onWorker { try prepare(upload) }
            do {
                try await committer.commit([.voiceFileStored(file)])
            } catch {
                try await onWorker { try folder.remove(file.id) }
                throw error
            }
            files.add(file)
            return .done(file)
        } catch {
            return answer(to: error, upload)
        }
    }

    private func refusal(of upload: VoiceUpload) -> VoiceAnswer? {
        if files.isTaken(upload.name, of: upload.app) { return Self.taken }
        guard files.count(of: upload.app) < VoiceFile.maxPerApp else {
            return .refused("an app must not have more than \(VoiceFile.maxPerApp) voice files")
        }
        return nil
    }

    private static let taken = VoiceAnswer.refused("name is taken by another voice file of the app; delete that first")

    /// Decodes the upload and puts what is played on the disk.
    private func prepare(_ upload: VoiceUpload) throws -> VoiceFile {
        let voice = try upload.bytes.withUnsafeBytes { bytes in
            try PreparedVoice(decoding: bytes, limit: VoiceFile.maxLength)
        }
        var random = SystemRandomNumberGenerator()
        let file = VoiceFile(
            id: VoiceFileID(using: &random), app: upload.app, subaccount: upload.subaccount, name: upload.name,
            frames: voice.frames, size: upload.bytes.count, uploaded: .now)
        try folder.write(file.id, aLaw: voice.aLaw, muLaw: voice.muLaw)
        return file
    }

    private func answer(to error: any Error, _ upload: VoiceUpload) -> VoiceAnswer {
        switch error {
        case let fault as VoiceFault: return .refused(fault.rule)
        case CommitFailure.refused: return Self.taken
        case CommitFailure.unavailable, CommitFailure.queueFull, CommitFailure.stopped: return .failed(.busy)
        case StoreFailure.unavailable(let reason):
            logger.error("a voice file cannot be written", metadata: ["name": "\(upload.name)", "error": "\(reason)"])
            return .failed(.busy)
        default:
            logger.error("a voice file cannot be stored", metadata: ["name": "\(upload.name)", "error": "\(error)"])
            return .failed(.internalError)
        }
    }

    /// The prepared files stay for the calls that may play them, until `forget` finds them old enough.
    func delete(_ file: VoiceFile) async -> VoiceAnswer {
        do {
            try await committer.commit([.voiceFileDeleted(file.id, at: .now)])
            files.remove(file)
            return .done(file)
        } catch {
            return .failed(.busy)
        }
    }

    /// Removes the prepared files that no call can play any more.
    func forgetDeleted(at now: WallTime) async {
        let longAgo = WallTime(
            milliseconds: now.milliseconds - VoiceFile.keptAfterDeletion.components.seconds * 1000)
        do {
            for id in try await onWorker({ try store.voiceFiles(deletedBefore: longAgo) }) {
                try await onWorker { try folder.remove(id) }
                try await committer.commit([.voiceFileForgotten(id)])
            }
        } catch {
            logger.warning("deleted voice files wait to be removed", metadata: ["error": "\(error)"])
        }
    }

    private func onWorker<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { waiter in
            worker.async { waiter.resume(with: Swift.Result { try work() }) }
        }
    }
}

extension WallTime {
    static var now: WallTime { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
