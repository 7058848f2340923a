import CallModel
import Foundation
import HTTPAPI
import Logging
import Storage
import Testing

@testable import duocall

@Suite("Voice files and recordings are kept")
struct SoundKeepingTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sounds-\(UUID().uuidString)")
        .path
    private let store = MemoryStore()
    private let account = CertID(rawValue: "c")
    private let app = AppID(rawValue: "a")
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func removeFolder() throws { try FileManager.default.removeItem(atPath: folder) }

    private func voices(_ committer: GroupCommitter) throws -> VoiceKeeper {
        try VoiceKeeper(folder: VoiceFolder(path: folder), store: store, committer: committer, logger: logger)
    }

    private func recordings(_ committer: GroupCommitter, retention: Duration? = nil) throws -> RecordingKeeper {
        RecordingKeeper(
            folder: try RecordingFolder(path: folder), store: store, committer: committer, retention: retention,
            voices: try voices(committer), logger: logger)
    }

    /// So many samples of A-law, as a WAV file.
    private func wav(_ samples: Int) -> [UInt8] {
        var bytes = Array("RIFF".utf8) + little(UInt32(36 + samples))
        bytes += Array("WAVEfmt ".utf8) + little(UInt32(16)) + little(UInt16(6)) + little(UInt16(1))
        bytes += little(UInt32(8000)) + little(UInt32(8000)) + little(UInt16(1)) + little(UInt16(8))
        bytes += Array("data".utf8) + little(UInt32(samples))
        bytes += Array(repeating: 0xD5, count: samples)
        return bytes
    }

    private func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private func upload(_ name: String, _ bytes: [UInt8]) -> VoiceUpload {
        VoiceUpload(app: app, subaccount: nil, name: name, bytes: bytes[...])
    }

    private func files() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: folder)) }

    @Test func `an upload becomes two files and a name, until it is deleted and forgotten`() async throws {
        let committer = GroupCommitter(store: store, gather: .zero)
        let keeper = try voices(committer)
        guard case .done(let file) = await keeper.add(upload("欢迎", wav(161))) else {
            Issue.record("refused")
            return
        }
        #expect(file.frames == 2 && file.size == 44 + 161)
        #expect(try files() == ["\(file.id).alaw", "\(file.id).ulaw"])
        for name in try files() {
            #expect(FileManager.default.contents(atPath: "\(folder)/\(name)")?.count == 320)
        }
        #expect(try store.voiceFiles() == [file])
        let scope = CallScope(mainAccount: account, app: app, subaccount: nil)
        #expect(keeper.files.file(named: "欢迎", in: scope) == file)
        guard case .refused(let rule) = await keeper.add(upload("欢迎", wav(161))) else {
            Issue.record("taken")
            return
        }
        #expect(rule.contains("taken"))
        #expect(await keeper.delete(file) == .done(file))
        #expect(keeper.files.file(named: "欢迎", in: scope) == nil)
        await keeper.forgetDeleted(at: .now)
        #expect(try files().count == 2, "calls may still play it")
        #expect(try voices(committer).files.count(of: app) == 0)
        #expect(try files().count == 2, "a start keeps it too")
        await keeper.forgetDeleted(at: WallTime(milliseconds: WallTime.now.milliseconds + 86_400_001))
        #expect(try files().isEmpty)
        #expect(try store.voiceFiles(deletedBefore: WallTime(milliseconds: .max)).isEmpty)
        committer.stop()
        try removeFolder()
    }

    @Test func `what is no sound leaves nothing behind, nor does an upload that a crash interrupted`() async throws {
        let committer = GroupCommitter(store: store, gather: .zero)
        #expect(
            try await voices(committer).add(upload("a", [1, 2, 3]))
                == .refused("the file must be WAV, MP3, OGG or FLAC"))
        #expect(try files().isEmpty)
        let left = "\(folder)/00000000000000010000000000000002.alaw"
        #expect(FileManager.default.createFile(atPath: left, contents: Data()))
        _ = try voices(committer)
        #expect(try files().isEmpty)
        committer.stop()
        #expect(try await voices(committer).add(upload("a", wav(160))) == .failed(.busy))
        #expect(try files().isEmpty, "nothing was committed")
        try removeFolder()
    }

    // MARK: Recordings

    /// A call that is over, with a receiver.
    private func endedCall(recording: Recording, events: EventSelection = .none) throws {
        let request = CallbackRequest(
            account: account, mainAccount: account, app: app, to1: .number(try #require(PhoneNumber("13900000001"))),
            to2: .number(try #require(PhoneNumber("13900000002"))), maxCallDuration: .seconds(60),
            events: events, eventTarget: EventTarget(url: "http://receiver.example/", signer: account, app: app))
        var record = CallRecord(id: recording.call, request: request, beginTime: recording.began)
        try store.commit([.accepted(record, replay: nil), .recordingBegan(recording)])
        record.endTime = record.beginTime
        record.ending = CallEnding(reason: .hangup(.first), hangupBy: .first, duration: 1)
        record.state = .ended
        try store.commit([.ended(record, events: [])])
    }

    private func recording(_ number: UInt64, format: RecordingFormat = .aLaw) -> Recording {
        Recording(
            id: RecordingID(high: 1, low: number), call: CallID(high: 1, low: number), mainAccount: account, app: app,
            subaccount: nil, began: WallTime(milliseconds: 1_000), channels: .mixed, format: format)
    }

    @Test func `a recording is digested, and who waits for its link is told`() async throws {
        let committer = GroupCommitter(store: store, gather: .zero)
        let keeper = try recordings(committer)
        let recording = recording(1)
        try endedCall(recording: recording)
        #expect(FileManager.default.createFile(atPath: keeper.folder.path(of: recording), contents: Data(wav(8_000))))
        try store.commit([
            .recordingAwaited(recording.id, linkValidFor: .seconds(60)),
            .recordingEnded(recording.id, samples: 8_000, bytes: 8_044),
        ])
        try await keeper.finishAll { entries in
            #expect(entries.count == 1)
            guard case .recordingLink(let link, _)? = entries.first?.event.kind else {
                Issue.record("no link")
                return
            }
            let owed = OwedLink(recording: recording.id, fileName: recording.fileName, validity: .seconds(60))
            #expect(link == owed)
            #expect(entries.first?.event.sequence == 1)
        }
        let ready = try #require(try store.recording(recording.id))
        #expect(ready.state == .ready && ready.samples == 8_000 && ready.bytes == 8_044)
        #expect(ready.sha256?.count == 32)
        #expect(try store.outbox(after: 0, limit: 9).count == 1)
        committer.stop()
        try removeFolder()
    }

    @Test func `what a crash interrupted is finished from what lies on disk`() async throws {
        let committer = GroupCommitter(store: store, gather: .zero)
        let keeper = try recordings(committer)
        let (written, empty) = (recording(1), recording(2))
        for recording in [written, empty] { try endedCall(recording: recording) }
        // The header tells of nothing yet.
        let file = wav(0) + Array(repeating: 0xD5, count: 4_000)
        #expect(FileManager.default.createFile(atPath: keeper.folder.path(of: written), contents: Data(file)))
        try RecordingKeeper.endInterrupted(in: store)
        try await keeper.finishAll { _ in Issue.record("nobody waits") }
        let ready = try #require(try store.recording(written.id))
        #expect(ready.state == .ready && ready.samples == 4_000 && ready.bytes == 4_044)
        #expect(FileManager.default.contents(atPath: keeper.folder.path(of: written)) == Data(wav(4_000)))
        #expect(try store.recording(empty.id)?.state == .failed)
        committer.stop()
        try removeFolder()
    }

    @Test func `who wants to know is told that a crash interrupted a recording, and what is kept of it`() async throws {
        let committer = GroupCommitter(store: store, gather: .zero)
        let keeper = try recordings(committer)
        let (written, empty) = (recording(1), recording(2))
        for recording in [written, empty] { try endedCall(recording: recording, events: EventSelection([.recordFail])) }
        let file = wav(0) + Array(repeating: 0xD5, count: 4_000)
        #expect(FileManager.default.createFile(atPath: keeper.folder.path(of: written), contents: Data(file)))
        try RecordingKeeper.endInterrupted(in: store)
        try await keeper.finishAll { _ in }
        let told = try store.outbox(after: 0, limit: 9).map(\.event)
        let files = told.map { event -> RecordedFile? in
            guard case .progress(.recordFail(let file), _) = event.kind else { return nil }
            return file
        }
        #expect(
            files == [
                RecordedFile(name: written.fileName, samples: 4_000, bytes: 4_044),
                RecordedFile(name: empty.fileName, samples: 0, bytes: 0),
            ])
        #expect(told.map(\.call) == [written.call, empty.call] && told.map(\.sequence) == [1, 1])
        // Once.
        try RecordingKeeper.endInterrupted(in: store)
        try await keeper.finishAll { _ in Issue.record("told again") }
        committer.stop()
        try removeFolder()
    }

    @Test func `old recordings go, file and all`() async throws {
        let committer = GroupCommitter(store: store, gather: .zero)
        let keeper = try recordings(committer, retention: .seconds(86_400))
        let recording = recording(1)
        try endedCall(recording: recording)
        #expect(FileManager.default.createFile(atPath: keeper.folder.path(of: recording), contents: Data(wav(160))))
        try store.commit([.recordingEnded(recording.id, samples: 160, bytes: 204)])
        try await keeper.finishAll { _ in }
        try await keeper.deleteOld(at: WallTime(milliseconds: 1_000 + 86_400_000))
        #expect(try store.recording(recording.id)?.state == .ready)
        try await keeper.deleteOld(at: WallTime(milliseconds: 1_001 + 86_400_000))
        #expect(try store.recording(recording.id)?.state == .deleted)
        #expect(try files().isEmpty)
        committer.stop()
        try removeFolder()
    }
}
