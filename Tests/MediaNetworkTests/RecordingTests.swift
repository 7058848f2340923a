import Audio
import MediaCodecs
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// Recordings in virtual time: what is in the file, and where.
struct RecordingTests {
    private let silence = G711.pcma.silence

    private func frame(_ code: UInt8) -> [UInt8] { [UInt8](repeating: code, count: 160) }

    @Test func eachPartyHasItsChannelAndEverythingItsPlace() throws {
        let tape = try TestTape()
        tape.begin()
        tape.add(.left, 1, frame(0x11), at: 100)
        tape.add(.right, 50, frame(0x22), ssrc: 9, at: 110)
        tape.add(.left, 2, frame(0x12), at: 120)
        tape.end(at: 1_000)
        let file = try tape.file()
        #expect((file.tag, file.channels, file.samples) == (6, 2, 8_000))
        let left = [UInt8](repeating: silence, count: 800) + frame(0x11) + frame(0x12)
        #expect(file.codes(0) == left + [UInt8](repeating: silence, count: 8_000 - left.count))
        let right = [UInt8](repeating: silence, count: 880) + frame(0x22)
        #expect(file.codes(1) == right + [UInt8](repeating: silence, count: 8_000 - right.count))
        #expect(tape.reports == [.recorded(tape.recording.id, RecordingSummary(samples: 8_000, bytes: 16_058))])
    }

    @Test func fromTheConnectionOnTheRightChannelIsAnotherSource() throws {
        let tape = try TestTape()
        tape.begin()
        tape.add(.right, 1, frame(0x22), ssrc: 9, at: 20)
        tape.connect()
        // By chance of the same source and far from its numbers in time.
        tape.add(.right, 2, frame(0x33), ssrc: 9, at: 600)
        tape.end(at: 700)
        let right = try tape.file().codes(1)
        #expect(Array(right[160..<320]) == frame(0x22))
        #expect(Array(right[4_800..<4_960]) == frame(0x33))
    }

    @Test func mixedIsTheSumAndASingleVoiceStaysAsItWas() throws {
        let tape = try TestTape(channels: .mixed)
        let loud = G711.pcma.encode(8_000)
        tape.begin()
        tape.add(.left, 1, frame(0x11), at: 20)
        tape.add(.right, 1, frame(loud), at: 40)
        tape.add(.left, 2, frame(loud), at: 40)
        tape.add(.right, 2, frame(0x44), at: 60)
        tape.end(at: 100)
        let file = try tape.file()
        #expect((file.tag, file.channels, file.samples) == (6, 1, 800))
        let sum = G711.pcma.encode(2 * G711.pcma.decode(loud))
        #expect(file.codes(0) == frame(silence) + frame(0x11) + frame(sum) + frame(0x44) + frame(silence))
    }

    @Test func theOtherCodecIsTranslated() throws {
        let tape = try TestTape(format: .mulaw)
        tape.begin()
        tape.add(.left, 1, frame(0x2A), of: .pcma, at: 0)
        tape.add(.right, 1, frame(0x2A), of: .pcmu, at: 0)
        tape.end(at: 20)
        let file = try tape.file()
        #expect(file.tag == 7)
        #expect(file.codes(0) == frame(try #require(G711.pcma.translation(to: .pcmu))[0x2A]))
        #expect(file.codes(1) == frame(0x2A))
    }

    @Test(arguments: [MediaRecording.Channels.mixed, .dual])
    func linearSamplesAreWhatTheCodesStandFor(_ channels: MediaRecording.Channels) throws {
        let tape = try TestTape(channels: channels, format: .pcm)
        let (one, other) = (G711.pcma.encode(5_000), G711.pcmu.encode(-30_000))
        tape.begin()
        tape.add(.left, 1, frame(one), of: .pcma, at: 0)
        tape.add(.right, 1, frame(other), of: .pcmu, at: 0)
        tape.end(at: 20)
        let file = try tape.file()
        let values = (G711.pcma.decode(one), G711.pcmu.decode(other))
        #expect(file.tag == 1)
        switch channels {
        case .dual:
            #expect(file.linear(0) == [Int16](repeating: values.0, count: 160))
            #expect(file.linear(1) == [Int16](repeating: values.1, count: 160))
        case .mixed:
            #expect(file.linear(0) == [Int16](repeating: values.0 + values.1, count: 160))
        }
    }

    @Test func twoLoudVoicesAreCutOffAndDoNotWrap() {
        #expect(RecordingCoding.sum(30_000, 30_000) == .max)
        #expect(RecordingCoding.sum(-30_000, -30_000) == .min)
    }

    @Test func whatIsKilledInTheMiddleCanBePlayedButForTheLastSecond() throws {
        let tape = try TestTape()
        tape.begin()
        for number in 0..<500 {
            let now = Double(number + 1) * 20
            tape.add(.left, number, frame(0x11), at: now)
            tape.pass(to: now)
            // As the file is found if the process ends here.
            let file = try tape.file()
            #expect(file.samples >= Int(now - 1_000) * 8)
            #expect(file.codes(0).dropFirst(160).allSatisfy { $0 == 0x11 })
        }
    }

    @Test func silenceIsWrittenAsItPasses() throws {
        let tape = try TestTape()
        tape.begin()
        for second in 1...5 { tape.pass(to: Double(second) * 1_000) }
        #expect(try tape.file().samples >= 32_000)
        tape.end(at: 5_010)
        #expect(try tape.file().samples == 40_080)
    }

    @Test func aPieceHeldUpForLongIsStillWrittenInPlace() throws {
        let tape = try TestTape()
        tape.begin()
        // Four seconds reach the recorder at once.
        for number in 0..<200 { tape.add(.left, number, frame(UInt8(number)), at: Double(number) * 20) }
        tape.end(at: 4_000)
        let codes = try tape.file().codes(0)
        #expect(codes == (0..<200).flatMap { frame(UInt8($0)) })
    }

    @Test func whatWasDueBeforeTheBeginningAndSentAfterItIsHeardThere() throws {
        let tape = try TestTape()
        tape.begin(at: 100)
        // A thread that was held up makes up for three turns at once.
        for number in 1...3 { tape.add(.right, number, frame(UInt8(number)), at: Double(number) * 20) }
        tape.add(.right, 4, frame(4), at: 120)
        tape.end(at: 200)
        let codes = try tape.file().codes(1)
        #expect(codes.first == 1)
        // All of it but for the single samples that bring it back to its time.
        for number in UInt8(1)...4 { #expect((158...160).contains(codes.count { $0 == number })) }
    }

    @Test func clicksOfBothPartiesStayTogetherInTheFile() throws {
        let tape = try TestTape()
        let click = G711.pcma.encode(20_000)
        tape.begin()
        // Ten minutes on clocks 200 ppm apart; a click every two seconds.
        let clocks = [1 + 100e-6, 1 - 100e-6]
        for number in 0..<30_000 {
            for (channel, clock) in zip([RecordingChannel.left, .right], clocks) {
                let sent = Double(number + 1) * 20 / clock
                var codes = frame(silence)
                for sample in 0..<160 {
                    let time = (Double(number * 160 + sample) / 8 / clock).truncatingRemainder(dividingBy: 2_000)
                    if time < 1 { codes[sample] = click }
                }
                tape.add(channel, number, codes, ssrc: UInt32(channel.rawValue), at: sent + Double(number * 7 % 15))
            }
            if number % 50 == 0 { tape.pass(to: Double(number + 1) * 20) }
        }
        tape.end(at: 600_000)
        let file = try tape.file()
        #expect((4_800_000...4_800_160).contains(file.samples))
        let clicks = (0..<2).map { channel in
            file.codes(channel).indices(of: click).ranges.map(\.lowerBound).filter { $0 > 1_000 }
        }
        let starts = clicks.map { positions in
            positions.indices.filter { $0 == 0 || positions[$0] - positions[$0 - 1] > 8_000 }.map { positions[$0] }
        }
        #expect(starts[0].count > 290)
        #expect(starts[0].count == starts[1].count)
        for (one, other) in zip(starts[0], starts[1]) { #expect(abs(one - other) <= 160) }
    }

    @Test(arguments: [MediaRecording.Channels.mixed, .dual])
    func anMP3SoundsLikeWhatWasRecorded(_ channels: MediaRecording.Channels) throws {
        let tape = try TestTape(channels: channels, format: .mp3)
        let tone = RenderedTone(
            ToneCadence(frequency: 1000, level: -10, on: .seconds(1), off: .zero), codec: .pcma
        ).codes
        tape.begin()
        for number in 0..<50 {
            let codes = Array(tone[number * 160..<(number + 1) * 160])
            tape.add(.left, number, codes, at: 500 + Double(number) * 20)
            if channels == .dual { tape.add(.right, number, codes, at: 500 + Double(number) * 20) }
            tape.pass(to: 500 + Double(number) * 20)
        }
        tape.end(at: 2_000)
        let bytes = try tape.folder.read(tape.recording.fileName)
        #expect(
            tape.reports == [
                .recorded(tape.recording.id, RecordingSummary(samples: 16_000, bytes: UInt64(bytes.count)))
            ])
        let heard = try bytes.withUnsafeBytes { try PreparedVoice(decoding: $0, limit: .seconds(10)).aLaw }
        #expect(abs(heard.count - 16_000) <= 160)
        var meter = ToneMeter(frequency: 1000, codec: .pcma)
        meter.measure(heard[4_800..<11_200])
        #expect(abs(meter.toneLevel + 10) < 1)
        #expect(meter.share > 0.98)
        var before = ToneMeter(frequency: 1000, codec: .pcma)
        before.measure(heard[..<3_600])
        #expect(before.toneLevel < -40)
    }

    @Test func aFloodDoesNotMakeTheRecordingLonger() throws {
        let tape = try TestTape()
        tape.begin()
        for number in 0..<5_000 {
            tape.add(.left, number, frame(0x11), at: Double(number) / 5)
            if number % 500 == 0 { tape.pass(to: Double(number) / 5) }
        }
        tape.end(at: 1_000)
        #expect(try tape.file().samples == 8_160)
    }

    @Test func whatIsBeingHeardAtTheEndIsKept() throws {
        let tape = try TestTape()
        tape.begin()
        tape.add(.left, 1, frame(0x11), at: 980)
        tape.add(.right, 1, frame(0x22), at: 985)
        tape.add(.left, 2, frame(0x12), at: 1_000)
        tape.end(at: 1_001)
        let file = try tape.file()
        #expect(file.samples == 8_160)
        #expect(Array(file.codes(0)[7_840...]) == frame(0x11) + frame(0x12))
        #expect(file.codes(1).count { $0 == 0x22 } == 160)
    }

    @Test func aFileThatIsThereIsNotOverwritten() throws {
        let folder = try TestFolder()
        let tape = try TestTape(folder: folder)
        try folder.write([1, 2, 3], to: tape.recording.fileName)
        tape.begin()
        tape.add(.left, 1, frame(0x11), at: 20)
        tape.end(at: 100)
        guard case .recordFailed(tape.recording.id, RecordingSummary(), .file(let words))? = tape.reports.first else {
            Issue.record("\(tape.reports)")
            return
        }
        #expect(words.hasSuffix(": File exists"))
        #expect(try folder.read(tape.recording.fileName) == [1, 2, 3])
    }
}
