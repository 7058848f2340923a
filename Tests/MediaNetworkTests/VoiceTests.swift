import Audio
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// What is played once or from files.
struct VoiceTests {
    let bench: Bench
    let phone: TestPhone
    let voice = MediaVoiceID(high: 0xAB, low: 1)

    init() throws {
        bench = try Bench()
        phone = try TestPhone()
    }

    /// What the next packets bear: each frame's one code.
    private func hear(_ count: Int) throws -> [UInt8] {
        try (0..<count).map { _ in
            let payload = try phone.next().payload
            #expect(payload.count == 160 && payload.dropLast().allSatisfy { $0 == payload[0] })
            return payload[0]
        }
    }

    /// The next packets' codes, from the first that is not silence.
    private func hearSound(_ count: Int, in codec: G711 = .pcma) throws -> [UInt8] {
        var first = codec.silence
        repeat { first = try hear(1)[0] } while first == codec.silence
        return try [first] + hear(count - 1)
    }

    @Test func namesAreThirtyTwoDigits() {
        #expect(voice.description == "00000000000000ab0000000000000001")
        #expect(MediaRecordingID(high: .max, low: 0).description == "ffffffffffffffff0000000000000000")
    }

    @Test(arguments: G711.allCases)
    func aFileIsPlayedOnceThenSilence(in codec: G711) throws {
        try bench.folder.addVoice(voice, frames: 5)
        let leg = try bench.open(2, phone, describe: phone.media(codec: codec))
        bench.engine.perform([.feed(leg, .voice(voice, repeats: false))])
        let first: UInt8 = codec == .pcma ? 0 : 100
        #expect(try hearSound(7, in: codec) == (first..<first + 5).map { $0 } + [codec.silence, codec.silence])
        try bench.log.take(.played(leg))
        #expect(!bench.log.all.contains(.played(leg)))
    }

    @Test func aLoadedFileBeginsWithTheFirstPacket() throws {
        try bench.folder.addVoice(voice, frames: 3)
        let leg = try bench.open(2, phone)
        bench.engine.perform([.load(leg, voice), .feed(leg, .voice(voice, repeats: false))])
        try bench.log.take(.played(leg))
        // It stays loaded for the leg, though the files are gone.
        try bench.folder.write([], to: "\(voice).alaw")
        try bench.folder.write([], to: "\(voice).ulaw")
        _ = try hearSound(3)
        bench.engine.perform([.feed(leg, .nothing), .feed(leg, .voice(voice, repeats: true))])
        var heard = try phone.next()
        while !heard.header.marker { heard = try phone.next() }
        #expect(heard.payload[0] == 0)
        #expect(try hear(5) == [1, 2, 0, 1, 2])
    }

    @Test func legsShareAFileUntilTheLastIsClosed() throws {
        let library = try VoiceLibrary(folder: bench.folder.path) { _ in }
        try bench.folder.addVoice(voice, frames: 1)
        guard case .coming = library.hold(voice), case .coming = library.hold(voice) else {
            Issue.record("there before it was read")
            return
        }
        library.stop()
        library.run()
        guard case .ready(let frames) = library.answer(about: voice) else {
            Issue.record("not read")
            return
        }
        #expect(frames.count == 1)
        library.release(voice)
        guard case .ready = library.answer(about: voice) else {
            Issue.record("freed while it was held")
            return
        }
        library.release(voice)
        guard case .failed = library.answer(about: voice) else {
            Issue.record("kept")
            return
        }
    }

    @Test(arguments: [
        ([UInt8](repeating: 1, count: 160), [UInt8](repeating: 1, count: 320)),
        ([UInt8](repeating: 1, count: 161), [UInt8](repeating: 1, count: 161)),
        ([], []),
        ([UInt8](repeating: 1, count: 160), nil),
    ])
    func aFileThatCannotBeHadIsSilence(_ alaw: [UInt8], _ mulaw: [UInt8]?) throws {
        try bench.folder.write(alaw, to: "\(voice).alaw")
        if let mulaw { try bench.folder.write(mulaw, to: "\(voice).ulaw") }
        let leg = try bench.open(2, phone)
        bench.engine.perform([.feed(leg, .voice(voice, repeats: false))])
        try bench.log.take(.playFailed(leg))
        #expect(try hear(3) == [0xD5, 0xD5, 0xD5])
        // Once more, now that the answer is known.
        bench.engine.perform([.feed(leg, .voice(voice, repeats: true))])
        try bench.log.take(.playFailed(leg))
        #expect(!bench.log.all.contains(.played(leg)))
    }

    @Test func aLegHasOnlySoManyFiles() throws {
        let leg = try bench.open(2, phone)
        for number in 0...UInt64(VoiceHoldings.limit) {
            try bench.folder.addVoice(MediaVoiceID(high: 0, low: number), frames: 1)
            bench.engine.perform([.load(leg, MediaVoiceID(high: 0, low: number))])
        }
        bench.engine.perform([.feed(leg, .voice(MediaVoiceID(high: 0, low: 31), repeats: false))])
        try bench.log.take(.played(leg))
        bench.engine.perform([.feed(leg, .voice(MediaVoiceID(high: 0, low: 32), repeats: false))])
        try bench.log.take(.playFailed(leg))
    }

    @Test(arguments: G711.allCases)
    func aSignalIsOneRunOfItsCadence(in codec: G711) throws {
        let beep = ToneCadence(frequency: 1000, level: -10, on: .milliseconds(50), off: .zero)
        let leg = try bench.open(2, phone, describe: phone.media(codec: codec))
        bench.engine.perform([.feed(leg, .signal(beep))])
        var heard: [UInt8] = []
        for _ in 0..<4 { heard += try phone.next().payload }
        let run = RenderedTone(onceThrough: beep, codec: codec).codes
        #expect(run.count == 480 && run[301] != codec.silence && run[479] == codec.silence)
        #expect(heard == run + [UInt8](repeating: codec.silence, count: 160))
        try bench.log.take(.played(leg))
    }

    @Test func whatAPartyOnHoldIsPlayedEndsAllTheSame() throws {
        try bench.folder.addVoice(voice, frames: 3)
        let leg = try bench.open(2, phone, describe: phone.media(mayReceive: false))
        bench.engine.perform([.feed(leg, .voice(voice, repeats: false))])
        try bench.log.take(.played(leg))
        #expect(!phone.hasMore())
    }

    @Test func anotherFeedEndsTheFileWithoutAReport() throws {
        try bench.folder.addVoice(voice, frames: 100)
        let leg = try bench.open(2, phone)
        bench.engine.perform([.feed(leg, .voice(voice, repeats: false))])
        _ = try hearSound(2)
        bench.engine.perform([.feed(leg, .silence), .close(leg)])
        _ = try bench.log.summary(of: leg)
        #expect(!bench.log.all.contains(.played(leg)))
    }
}
