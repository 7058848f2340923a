import Audio
import MediaCodecs
import Testing

@Suite struct PreparedVoiceTests {
    private func prepare(_ bytes: [UInt8], limit: Duration = .seconds(600)) throws -> PreparedVoice {
        try bytes.withUnsafeBytes { try PreparedVoice(decoding: $0, limit: limit) }
    }

    private func levels(_ voice: PreparedVoice, at frequency: Int) -> [Double] {
        [(G711.pcma, voice.aLaw), (G711.pcmu, voice.muLaw)].map { codec, codes in
            var meter = ToneMeter(frequency: frequency, codec: codec)
            meter.measure(codes)
            return meter.toneLevel
        }
    }

    private static let sine = SoundFiles.sine(1_000, rate: 8_000, seconds: 1)

    static let forms: [(name: String, file: [UInt8])] = [
        ("8 bit", SoundFiles.wav(sine.map { UInt8(128 + $0 * 127) }, bits: 8)),
        ("16 bit", SoundFiles.wav(SoundFiles.linear16(sine))),
        ("24 bit", SoundFiles.wav(sine.flatMap { SoundFiles.little(Int32($0 * 8_388_607)).prefix(3) }, bits: 24)),
        ("float", SoundFiles.wav(sine.flatMap { SoundFiles.little(Float($0).bitPattern) }, tag: 3, bits: 32)),
        ("A-law", SoundFiles.wav(sine.map { G711.pcma.encode(Int16($0 * 32_767)) }, tag: 6, bits: 8)),
        ("µ-law", SoundFiles.wav(sine.map { G711.pcmu.encode(Int16($0 * 32_767)) }, tag: 7, bits: 8)),
        ("stereo", SoundFiles.wav(SoundFiles.linear16(sine.flatMap { [$0, $0] }), channels: 2)),
        (
            "48 kHz",
            SoundFiles.wav(SoundFiles.linear16(SoundFiles.sine(1_000, rate: 48_000, seconds: 1)), rate: 48_000)
        ),
        (
            "11.025 kHz",
            SoundFiles.wav(SoundFiles.linear16(SoundFiles.sine(1_000, rate: 11_025, seconds: 1)), rate: 11_025)
        ),
    ]

    @Test("Every form of WAV keeps its tone at its level", arguments: forms.map(\.name))
    func everyForm(name: String) throws {
        let file = try #require(Self.forms.first { $0.name == name }?.file)
        let voice = try prepare(file)
        #expect(voice.frames == 50)
        #expect(voice.aLaw.count == voice.muLaw.count)
        let expected = levels(try prepare(SoundFiles.wav(SoundFiles.linear16(Self.sine))), at: 1_000)
        for (level, wanted) in zip(levels(voice, at: 1_000), expected) { #expect(abs(level - wanted) < 0.3) }
    }

    @Test("A sound that must not be heard at 8 kHz does not come back as another tone")
    func aliasing() throws {
        let high = SoundFiles.sine(7_000, rate: 48_000, seconds: 1)
        let voice = try prepare(SoundFiles.wav(SoundFiles.linear16(high), rate: 48_000))
        // 7 kHz would fold to 1 kHz.
        for level in levels(voice, at: 1_000) { #expect(level < -60) }
    }

    @Test("Two loud channels are not cut off, and a lone one is halved")
    func mixing() throws {
        let loud = SoundFiles.sine(1_000, rate: 8_000, seconds: 1, amplitude: 0.99)
        let both = try prepare(SoundFiles.wav(SoundFiles.linear16(loud.flatMap { [$0, $0] }), channels: 2))
        let one = try prepare(SoundFiles.wav(SoundFiles.linear16(loud.flatMap { [$0, 0] }), channels: 2))
        let mono = try prepare(SoundFiles.wav(SoundFiles.linear16(loud)))
        for (level, wanted) in zip(levels(both, at: 1_000), levels(mono, at: 1_000)) {
            #expect(abs(level - wanted) < 0.1)
        }
        for (level, wanted) in zip(levels(one, at: 1_000), levels(mono, at: 1_000)) {
            #expect(abs(level - wanted + 6.02) < 0.2)
        }
    }

    @Test("Floats over full scale, infinite ones and what is no number are bounded")
    func wildFloats() throws {
        let wild: [Float] = [3, -3, .infinity, -.infinity, .nan, 0] + Array(repeating: 0, count: 154)
        let voice = try prepare(
            SoundFiles.wav(wild.flatMap { SoundFiles.little($0.bitPattern) }, tag: 3, bits: 32))
        let linear = voice.aLaw.prefix(6).map { G711.pcma.decode($0) }
        #expect(linear[0] > 31_000 && linear[1] < -31_000)
        #expect(linear[2...].allSatisfy { abs($0) < 32 })
    }

    @Test("The last frame is filled with silence, into which the sound falls")
    func lastFrame() throws {
        let voice = try prepare(SoundFiles.wav(SoundFiles.linear16(Array(repeating: 0.5, count: 161))))
        #expect(voice.frames == 2)
        let values = voice.aLaw.map { Int(G711.pcma.decode($0)) }
        #expect(abs(values[0]) < 16 && values[80] > 15_000)
        for (one, next) in zip(values, values.dropFirst()) { #expect(abs(one - next) < 1_600) }
        #expect(voice.aLaw.suffix(159).allSatisfy { $0 == G711.pcma.silence })
        #expect(voice.muLaw.suffix(159).allSatisfy { $0 == G711.pcmu.silence })
    }

    @Test("What is no sound is refused with the reason")
    func refusals() throws {
        let sound = SoundFiles.linear16(Self.sine)
        let cases: [([UInt8], VoiceFault)] = [
            ([], .empty), (Array("hello".utf8), .unknownFormat), (Array(repeating: 0, count: 4_096), .unknownFormat),
            (SoundFiles.wav([]), .noSound),
            (SoundFiles.wav(sound, channels: 4), .channels(4)),
            (SoundFiles.wav(sound, rate: 999), .sampleRate(999)),
            (SoundFiles.wav(sound, rate: 400_000), .sampleRate(400_000)),
            (SoundFiles.wav(sound, announced: UInt32(sound.count) + 1), .shorterThanAnnounced),
            (SoundFiles.wav(sound, announced: .max), .shorterThanAnnounced),
            (Array(SoundFiles.wav(sound).dropLast(100)), .shorterThanAnnounced),
        ]
        for (file, fault) in cases {
            #expect(throws: fault) { try prepare(file) }
        }
        for count in [4, 11, 12, 20, 40] {
            #expect(throws: VoiceFault.self) { try prepare(Array(SoundFiles.wav(sound).prefix(count))) }
        }
    }

    @Test("Chunks beside the sound are passed over, and end within the file")
    func chunks() throws {
        let plain = SoundFiles.wav(SoundFiles.linear16(Self.sine))
        func chunk(_ size: UInt32, _ content: String) -> [UInt8] {
            Array("LIST".utf8) + SoundFiles.little(size) + Array(content.utf8)
        }
        func with(_ chunks: [UInt8]) -> [UInt8] { plain[..<36] + chunks + plain[36...] }
        let odd = chunk(5, "INFOx\0")
        #expect(try prepare(with(odd + odd) + odd) == prepare(plain))
        #expect(throws: VoiceFault.shorterThanAnnounced) { try prepare(with(chunk(.max, "INFO"))) }
        let many = (0..<1_000).flatMap { _ in chunk(0, "") }
        #expect(throws: VoiceFault.broken("no chunk with sound")) { try prepare(with(many)) }
    }

    @Test("A sound of exactly the limit is taken, one sample more is not")
    func limit() throws {
        let limit = Duration.seconds(2)
        func silence(_ samples: Int) -> [UInt8] {
            SoundFiles.wav(Array(repeating: 0xD5, count: samples), tag: 6, bits: 8)
        }
        #expect(try prepare(silence(16_000), limit: limit).frames == 100)
        #expect(throws: VoiceFault.tooLong(limit: limit)) { try prepare(silence(16_001), limit: limit) }
    }
}
