import Audio
import CSndfile
import Foundation
import MediaCodecs
import Testing

/// MP3, OGG and FLAC, written by the library that reads them.
@Suite struct CompressedVoiceTests {
    enum Form: Int32, CaseIterable {
        case flac = 0x170002
        case vorbis = 0x200060
        case opus = 0x200064
        case mp3 = 0x230082

        /// Opus knows few rates.
        var rate: Int { self == .opus ? 48_000 : 44_100 }
    }

    /// A file of `samples` (interleaved where there are two channels).
    private func file(_ form: Form, _ samples: [Float], channels: Int = 1, rate: Int? = nil) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { unlink(path) }
        var header = SF_INFO()
        header.samplerate = Int32(rate ?? form.rate)
        header.channels = Int32(channels)
        header.format = form.rawValue
        let file = try #require(sf_open(path, Int32(SFM_WRITE), &header))
        #expect(sf_write_float(file, samples, Int64(samples.count)) == samples.count)
        sf_close(file)
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func sine(_ rate: Int, seconds: Double = 2) -> [Float] {
        SoundFiles.sine(1_000, rate: Double(rate), seconds: seconds).map { Float($0) }
    }

    private func prepare(_ bytes: [UInt8], limit: Duration = .seconds(600)) throws -> PreparedVoice {
        try bytes.withUnsafeBytes { try PreparedVoice(decoding: $0, limit: limit) }
    }

    @Test("Every compressed form keeps its tone and its length", arguments: Form.allCases)
    func tone(form: Form) throws {
        let voice = try prepare(file(form, sine(form.rate)))
        // An MP3 file may carry its encoder's delay and padding.
        #expect((100...106).contains(voice.frames), "\(voice.frames)")
        var meter = ToneMeter(frequency: 1_000, codec: .pcma)
        meter.measure(voice.aLaw[1_600..<14_400])
        #expect(meter.share > 0.98)
        let plain = try prepare(SoundFiles.wav(SoundFiles.linear16(SoundFiles.sine(1_000, rate: 8_000, seconds: 2))))
        var expected = ToneMeter(frequency: 1_000, codec: .pcma)
        expected.measure(plain.aLaw[1_600..<14_400])
        #expect(abs(meter.toneLevel - expected.toneLevel) < 0.5)
    }

    @Test("A file that was cut off, or that says more than it holds, is refused", arguments: Form.allCases)
    func cutOff(form: Form) throws {
        let whole = try file(form, sine(form.rate))
        #expect(throws: VoiceFault.self) { try prepare(Array(whole.prefix(whole.count / 2))) }
    }

    /// The 36 bits of the total number of samples lie at bytes 21 to 25 of a FLAC file (RFC 9639 §8.2).
    private func announcing(_ samples: Int, in flac: [UInt8]) -> [UInt8] {
        var bytes = flac
        bytes[21] = bytes[21] & 0xF0 | UInt8(samples >> 32 & 0x0F)
        for (place, shift) in zip(22...25, [24, 16, 8, 0]) {
            bytes[place] = UInt8(truncatingIfNeeded: samples >> shift)
        }
        return bytes
    }

    @Test("A FLAC file may leave its length open, and must not lie about it")
    func announcedLength() throws {
        let flac = try file(.flac, sine(44_100))
        #expect(try prepare(announcing(88_200, in: flac)).frames == 100)
        #expect(try prepare(announcing(0, in: flac)).frames == 100)
        #expect(throws: VoiceFault.shorterThanAnnounced) { try prepare(announcing(88_201, in: flac)) }
        #expect(throws: VoiceFault.tooLong(limit: .seconds(600))) { try prepare(announcing(1 << 33, in: flac)) }
    }

    @Test("A sound of two hours is refused, whether its file tells so or not")
    func twoHours() throws {
        let flac = try file(.flac, Array(repeating: 0, count: 7_200_000), rate: 1_000)
        #expect(flac.count < 1 << 20)
        for bytes in [flac, announcing(0, in: flac)] {
            #expect(throws: VoiceFault.tooLong(limit: .seconds(600))) { try prepare(bytes) }
        }
    }

    @Test("Two channels are mixed", arguments: Form.allCases)
    func stereo(form: Form) throws {
        let samples: [Float] = sine(form.rate).flatMap { sample -> [Float] in [sample, 0] }
        let voice = try prepare(file(form, samples, channels: 2))
        var meter = ToneMeter(frequency: 1_000, codec: .pcmu)
        meter.measure(voice.muLaw[1_600..<14_400])
        let mono = try prepare(file(form, sine(form.rate)))
        var expected = ToneMeter(frequency: 1_000, codec: .pcmu)
        expected.measure(mono.muLaw[1_600..<14_400])
        #expect(abs(meter.toneLevel - expected.toneLevel + 6.02) < 0.7)
    }

    @Test("The length of a file on disk is found, if it is one")
    func length() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { unlink(path) }
        try Data(file(.mp3, sine(8_000), rate: 8_000)).write(to: URL(fileURLWithPath: path))
        let samples = try #require(SoundLength.samples(ofFileAt: path))
        #expect((16_000...19_000).contains(samples))
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
        #expect(SoundLength.samples(ofFileAt: path) == nil)
        #expect(SoundLength.samples(ofFileAt: "/nonexistent") == nil)
    }
}
