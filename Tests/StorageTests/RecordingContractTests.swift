import CallModel
import Storage
import Testing

/// The store's contract for recordings and voice files, for each store.
@Suite struct RecordingContractTests {
    typealias Kind = StoreContractTests.Kind
    typealias Subject = StoreContractTests.Subject

    private let scope = CallScope(mainAccount: Sample.main, app: Sample.app, subaccount: nil)

    private func query(
        _ scope: CallScope, from start: Int64 = 0, to end: Int64 = 100, call: CallID? = nil, page: Int = 1,
        pageSize: Int = 10
    ) -> RecordingQuery {
        RecordingQuery(
            scope: scope, start: Sample.time(start), end: Sample.time(end), call: call, page: page, pageSize: pageSize)
    }

    @Test("A recording is read back as it goes on", arguments: Kind.allCases)
    func life(kind: Kind) throws {
        let store = try Subject(kind).store
        var recording = Sample.recording(1, of: Sample.call(1), subaccount: CertID(rawValue: "sub"))
        #expect(try store.recording(recording.id) == nil)
        try store.commit([.accepted(Sample.call(1), replay: nil), .recordingBegan(recording)])
        #expect(try store.recording(recording.id) == recording)
        #expect(try store.recordingsInProgress() == [recording])
        try store.commit([.recordingEnded(recording.id, samples: 80_000, bytes: 160_044)])
        recording.samples = 80_000
        recording.bytes = 160_044
        recording.state = .finishing
        #expect(try store.recording(recording.id) == recording)
        #expect(try store.recordingsInProgress().isEmpty)
        let digest = Array(UInt8(0)..<32)
        try store.commit([
            .recordingFinished(recording.id, samples: 80_160, bytes: 160_364, sha256: digest, events: [])
        ])
        recording.samples = 80_160
        recording.bytes = 160_364
        recording.sha256 = digest
        recording.state = .ready
        #expect(try store.recording(recording.id) == recording)
        try store.commit([.recordingDeleted(recording.id)])
        recording.state = .deleted
        #expect(try store.recording(recording.id) == recording)
    }

    @Test("A recording of an unknown or finished call, or begun twice, is refused", arguments: Kind.allCases)
    func refusals(kind: Kind) throws {
        let store = try Subject(kind).store
        let (first, second) = (Sample.call(1), Sample.call(2))
        try store.commit([
            .accepted(first, replay: nil), .recordingBegan(Sample.recording(1, of: first)),
            .accepted(second, replay: nil), .ended(Sample.ended(2), events: []),
        ])
        for recording in [
            Sample.recording(1, of: first), Sample.recording(2, of: second), Sample.recording(3, of: Sample.call(3)),
        ] {
            #expect(throws: StoreFailure.self) { try store.commit([.recordingBegan(recording)]) }
        }
    }

    @Test("What broke off is kept if there is sound in it, and ends once", arguments: Kind.allCases)
    func failures(kind: Kind) throws {
        let store = try Subject(kind).store
        let recordings = (UInt64(1)...3).map { Sample.recording($0, of: Sample.call(1)) }
        try store.commit([.accepted(Sample.call(1), replay: nil)] + recordings.map { .recordingBegan($0) })
        try store.commit([
            .recordingFailed(recordings[0].id, samples: 0, bytes: 0),
            .recordingFailed(recordings[1].id, samples: 160, bytes: 364),
            .recordingFailed(recordings[1].id, samples: 320, bytes: 524),
            .recordingEnded(recordings[0].id, samples: 160, bytes: 364),
        ])
        let early = StoreWrite.recordingFinished(recordings[2].id, samples: 1, bytes: 1, sha256: [], events: [])
        #expect(throws: StoreFailure.self) { try store.commit([early]) }
        #expect(
            try recordings.map { try store.recording($0.id)?.state } == [.failed, .finishing, .inProgress])
        #expect(try store.recording(recordings[1].id)?.samples == 160)
        try store.commit([.recordingFailed(recordings[1].id, samples: 0, bytes: 0)])
        #expect(try store.recording(recordings[1].id)?.state == .failed, "nothing was found")
    }

    @Test("A file is finished when its call is over, and who waits for it is told", arguments: Kind.allCases)
    func finishing(kind: Kind) throws {
        let store = try Subject(kind).store
        let recording = Sample.recording(1, of: Sample.call(1))
        try store.commit([
            .accepted(Sample.call(1), replay: nil), .recordingBegan(recording),
            .recordingAwaited(recording.id, linkValidFor: .seconds(600)),
            .recordingEnded(recording.id, samples: 160, bytes: 364),
        ])
        #expect(try store.finishingRecordings(limit: 10).isEmpty, "the call is not over")
        var ended = Sample.ended(1)
        ended.eventCount = 1
        ended.recordFile = recording.fileName
        try store.commit([.ended(ended, events: [Sample.end(of: ended)])])
        let finishing = try #require(try store.finishingRecordings(limit: 10).first)
        #expect(finishing.recording.id == recording.id)
        #expect(finishing.awaitedFor == .seconds(600))
        #expect(finishing.callRecord == ended)
        #expect(try store.finishingRecordings(limit: 0).isEmpty)
        let owed = OwedLink(recording: recording.id, fileName: recording.fileName, validity: .seconds(600))
        let event = CallEvent(
            id: CallID(high: 9, low: 9), call: ended.id, sequence: 0, time: Sample.time(9_000),
            kind: .recordingLink(owed, of: ended))
        let finished = StoreWrite.recordingFinished(
            recording.id, samples: 160, bytes: 364, sha256: [1], events: [event])
        try store.commit([finished])
        #expect(throws: StoreFailure.self) { try store.commit([finished]) }
        let told = try store.outbox(after: 0, limit: 10).map(\.event)
        #expect(told.map(\.sequence) == [1, 2])
        guard case .recordingLink(let link, let call) = told.last?.kind else {
            Issue.record("no link: \(told)")
            return
        }
        #expect(link == owed && call.id == ended.id)
        #expect(try store.finishingRecordings(limit: 10).isEmpty)
        let dead = try #require(try store.outbox(after: 0, limit: 10).last)
        try store.commit([.deadLettered(outbox: dead.number, attempts: 9, error: "x", at: Sample.time(9_999))])
        #expect(try store.deadLetters(limit: 1).map(\.event) == [told[1]])
    }

    @Test("A call is kept as long as its recording", arguments: Kind.allCases)
    func forgetting(kind: Kind) throws {
        let store = try Subject(kind).store
        let recording = Sample.recording(1, of: Sample.call(1))
        try store.commit([
            .accepted(Sample.call(1), replay: nil), .recordingBegan(recording), .ended(Sample.ended(1), events: []),
            .recordingEnded(recording.id, samples: 160, bytes: 364),
        ])
        try store.commit([.forgetCalls([Sample.id(1)])])
        #expect(try store.forgettableCalls(acceptedBefore: Sample.time(100), limit: 9).isEmpty)
        #expect(try store.call(Sample.id(1)) != nil)
        try store.commit([.recordingDeleted(recording.id)])
        #expect(try store.forgettableCalls(acceptedBefore: Sample.time(100), limit: 9) == [Sample.id(1)])
        try store.commit([.forgetCalls([Sample.id(1)])])
        #expect(try store.call(Sample.id(1)) == nil)
        #expect(try store.recording(recording.id) == nil)
    }

    @Test("Lists hold what is finished or being finished, newest first, within the scope", arguments: Kind.allCases)
    func lists(kind: Kind) throws {
        let store = try Subject(kind).store
        let sub = CertID(rawValue: "sub")
        let recordings = (UInt64(1)...5).map { number in
            Sample.recording(number, of: Sample.call(number % 2), subaccount: number == 2 ? sub : nil)
        }
        try store.commit([.accepted(Sample.call(0), replay: nil), .accepted(Sample.call(1), replay: nil)])
        try store.commit(recordings.map { .recordingBegan($0) })
        try store.commit(recordings.prefix(4).map { .recordingEnded($0.id, samples: 1, bytes: 1) })
        try store.commit([
            .recordingFinished(recordings[0].id, samples: 1, bytes: 1, sha256: [1], events: []),
            .recordingFinished(recordings[3].id, samples: 1, bytes: 1, sha256: [1], events: []),
            .recordingDeleted(recordings[3].id),
        ])
        func listed(_ query: RecordingQuery) throws -> [UInt64] {
            try store.recordings(matching: query).elements.map(\.id.low)
        }
        #expect(try listed(query(scope)) == [3, 2, 1])
        #expect(try store.recordings(matching: query(scope, page: 2, pageSize: 2)).elements.map(\.id.low) == [1])
        #expect(try store.recordings(matching: query(scope, page: 2, pageSize: 2)).totalCount == 3)
        #expect(try listed(query(scope, page: .max, pageSize: 1_000)) == [])
        #expect(try listed(query(scope, from: 2, to: 2)) == [2])
        #expect(try listed(query(scope, call: Sample.id(1))) == [3, 1])
        #expect(try listed(query(CallScope(mainAccount: Sample.main, app: Sample.app, subaccount: sub))) == [2])
        #expect(
            try listed(query(CallScope(mainAccount: Sample.main, app: AppID(rawValue: "x"), subaccount: nil))) == [])
        #expect(try store.recordings(beganBefore: Sample.time(2), limit: 9).map(\.id.low) == [1])
        #expect(try store.recordings(beganBefore: Sample.time(1), limit: 9).isEmpty)
    }

    @Test("A voice file's name is unique in its app until it is deleted", arguments: Kind.allCases)
    func voiceFiles(kind: Kind) throws {
        let store = try Subject(kind).store
        let first = Sample.voiceFile(1, name: "欢迎")
        let foreign = Sample.voiceFile(2, name: "欢迎", app: AppID(rawValue: "z"), subaccount: CertID(rawValue: "sub"))
        try store.commit([.voiceFileStored(first), .voiceFileStored(foreign)])
        #expect(try store.voiceFiles() == [first, foreign])
        let second = Sample.voiceFile(3, name: "欢迎", subaccount: CertID(rawValue: "sub"))
        #expect(throws: StoreFailure.self) { try store.commit([.voiceFileStored(second)]) }
        try store.commit([.voiceFileForgotten(first.id)])
        #expect(try store.voiceFiles() == [first, foreign], "it must be deleted first")
        try store.commit([.voiceFileDeleted(first.id, at: Sample.time(50)), .voiceFileStored(second)])
        try store.commit([.voiceFileDeleted(first.id, at: Sample.time(99))])
        #expect(try store.voiceFiles() == [second, foreign])
        #expect(try store.voiceFiles(deletedBefore: Sample.time(50)).isEmpty)
        #expect(try store.voiceFiles(deletedBefore: Sample.time(51)) == [first.id])
        try store.commit([.voiceFileForgotten(first.id)])
        #expect(try store.voiceFiles(deletedBefore: Sample.time(51)).isEmpty)
    }
}
