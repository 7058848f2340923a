import Audio
import Glibc
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// Recordings of calls through the engine.
struct RecordedCallTests {
    let call: TestCall
    var bench: Bench { call.bench }
    var phones: [TestPhone] { call.phones }
    var legs: [MediaLegID] { call.legs }
    var recording: MediaRecording { call.recording }

    init() throws { call = try TestCall() }

    /// Sends a frame and waits until the leg has taken it.
    private func say(_ sequence: UInt16, _ code: UInt8, from party: Int) throws {
        try phones[party].send(sequence, ssrc: UInt32(90 + party), [UInt8](repeating: code, count: 160))
    }

    private func awaitFlow(_ party: Int, _ sequence: UInt16, _ code: UInt8) throws {
        bench.engine.perform([.watch(legs[party], .activity(quietAfter: .seconds(5)))])
        try say(sequence, code, from: party)
        try bench.log.take(.flowing(legs[party]))
    }

    @Test func beforeTheConnectionTheRightChannelIsWhatPartyOneHears() throws {
        let signal = ToneCadence(frequency: 450, level: -13, on: .milliseconds(40), off: .zero)
        bench.engine.perform([.record(recording), .feed(legs[0], .signal(signal))])
        try bench.log.take(.played(legs[0]))
        try awaitFlow(0, 1, 0x11)
        // Not connected, and party 2's own prompts: neither is in the recording.
        try awaitFlow(1, 1, 0x44)
        bench.engine.perform([.feed(legs[1], .signal(signal))])
        try bench.log.take(.played(legs[1]))
        bench.engine.perform([.connectRecording(recording.id)])
        call.connect()
        try awaitFlow(1, 2, 0x22)
        // Until its 20 ms have passed.
        let beat = try Beat(bench)
        for _ in 0..<3 { try beat.wait() }
        bench.engine.perform([.stopRecording(recording.id)])
        let summary = try call.recorded()
        let file = try call.file()
        #expect(UInt64(file.samples) == summary.samples)
        #expect(summary.bytes == 58 + 2 * summary.samples)
        let tone = RenderedTone(onceThrough: signal, codec: .pcma).codes
        #expect(file.codes(0).count { $0 == 0x11 } == 160)
        for (code, count) in [(UInt8(0x11), 0), (0x22, 160), (0x44, 0)] {
            #expect(file.codes(1).count { $0 == code } == count + tone.count { $0 == code })
        }
        #expect(!file.codes(0).contains(0x22))
        let isSound: (UInt8) -> Bool = { $0 != G711.pcma.silence }
        let start = try #require(file.codes(1).firstIndex(where: isSound)) - #require(tone.firstIndex(where: isSound))
        #expect(Array(file.codes(1)[start..<start + 320]) == tone)
        for leg in legs { bench.engine.perform([.close(leg)]) }
    }

    @Test func aRecordingEndsWithTheSecondLeg() throws {
        bench.engine.perform([.record(recording), .close(legs[0])])
        _ = try bench.log.summary(of: legs[0])
        #expect(!bench.log.all.contains { if case .recorded = $0 { true } else { false } })
        bench.engine.perform([.close(legs[1])])
        _ = try call.recorded()
    }

    @Test func aCallIsRecordedOnceAtATimeAndThenAgain() throws {
        var second = recording
        second.id = MediaRecordingID(high: 7, low: 8)
        bench.engine.perform([.record(recording), .record(second), .stopRecording(recording.id)])
        try bench.log.take(.recordFailed(second.id, RecordingSummary(), .notPossible))
        _ = try call.recorded()
        second.id = MediaRecordingID(high: 7, low: 9)
        bench.engine.perform([.record(second), .stopRecording(second.id)])
        try bench.log.take("the second") { if case .recorded(second.id, _) = $0 { true } else { false } }
        // What is not running cannot be stopped or connected, and that is all.
        bench.engine.perform([.stopRecording(recording.id), .connectRecording(recording.id)])
    }

    @Test func aRecordingNeedsBothLegs() throws {
        bench.engine.perform([.close(legs[1]), .record(recording)])
        try bench.log.take(.recordFailed(recording.id, RecordingSummary(), .notPossible))
    }

    @Test func stoppingTheEngineFinishesRecordings() throws {
        let log = try ReportLog()
        let folder = try TestFolder()
        let engine = try MediaEngine(threads: 2, voiceFolder: folder.path, recordingFolder: folder.path) { log.add($0) }
        for leg in legs { try openAnywhere(leg, engine, log) }
        engine.perform([.record(recording)])
        engine.stop()
        #expect(log.all.contains { if case .recorded(recording.id, _) = $0 { true } else { false } })
        _ = try TestWAV(folder.read(recording.fileName))
    }

    @Test func aFullDiskEndsTheRecordingAndNotTheCall() async {
        await #expect(processExitsWith: .success) {
            let call = try TestCall()
            let (bench, phones, legs) = (call.bench, call.phones, call.legs)
            var limit = rlimit(rlim_cur: 20_000, rlim_max: 20_000)
            let outcome = setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            try #require(outcome == 0)
            var recording = call.recording
            recording.format = .pcm
            let id = recording.id
            bench.engine.perform([.record(recording), .feed(legs[0], .silence)])
            let report = try bench.log.take("failed") {
                if case .recordFailed(id, _, _) = $0 { true } else { false }
            }
            guard case .recordFailed(_, let written, .file(let words)) = report else {
                throw TooLate(description: "no summary")
            }
            try #require(words.hasSuffix(": File too large"))
            let file = try TestWAV(bench.folder.read(recording.fileName))
            try #require(written.samples > 0 && UInt64(file.samples) == written.samples)
            try #require(written.bytes <= 20_000)
            // The call goes on, and can be recorded again where there is room.
            while try phones[0].next().header.sequence < 1_100 {}
            bench.engine.perform([.stopRecording(recording.id), .close(legs[0])])
            _ = try bench.log.summary(of: legs[0])
        }
    }

    @Test func aKilledProcessLeavesAPlayableFile() async throws {
        let folder = try TestFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let log = try ReportLog()
            let engine = try MediaEngine(threads: 1, voiceFolder: path, recordingFolder: path) { log.add($0) }
            let phone = try TestPhone()
            let legs = [MediaLegID(number: 2), MediaLegID(number: 3)]
            for leg in legs { try openAnywhere(leg, engine, log) }
            engine.perform([
                .describe(legs[0], phone.media()),
                .record(
                    MediaRecording(
                        id: MediaRecordingID(high: 1, low: 1), first: legs[0], second: legs[1], channels: .dual,
                        format: .alaw)),
                .feed(legs[0], .tone(ToneCadence(frequency: 450, level: -13, on: .seconds(1), off: .zero))),
            ])
            // Two seconds of it.
            while try phone.next().header.sequence < 1_100 {}
            kill(getpid(), SIGKILL)
        }
        let file = try TestWAV(folder.read("00000000000000010000000000000001.wav"))
        #expect(file.samples >= 8_000)
        #expect(file.codes(1).count { $0 != G711.pcma.silence } > 7_000)
    }
}
