import Testing

@testable import Audio

struct KeyToneTests {
    private typealias Press = KeyToneDetector.Press

    /// The tones of the keys 0–9, `*`, `#`, A–D.
    private static let tones = [
        (941, 1336), (697, 1209), (697, 1336), (697, 1477), (770, 1209), (770, 1336), (770, 1477), (852, 1209),
        (852, 1336), (852, 1477), (941, 1209), (941, 1477), (697, 1633), (770, 1633), (852, 1633), (941, 1633),
    ]

    /// Two sines; frequencies in hertz, levels in dBm0.
    private func sound(
        _ frequencies: (Int, Int), milliseconds: Double, levels: (Double, Double) = (-10, -10), codec: G711 = .pcma
    ) -> [UInt8] {
        var sines = [Sine(frequency: frequencies.0), Sine(frequency: frequencies.1)]
        let amplitudes = [codec.amplitude(ofLevel: levels.0), codec.amplitude(ofLevel: levels.1)]
        return (0..<Int(milliseconds * 8)).map { _ in
            codec.encode(rounding: amplitudes[0] * sines[0].next() + amplitudes[1] * sines[1].next())
        }
    }

    private func silence(milliseconds: Double, codec: G711 = .pcma) -> [UInt8] {
        [UInt8](repeating: codec.silence, count: Int(milliseconds * 8))
    }

    /// The keys found, the sound given in packets of 20 ms.
    private func keys(in codes: [UInt8], codec: G711 = .pcma) -> [UInt8] {
        var detector = KeyToneDetector()
        var found: [UInt8] = []
        for start in stride(from: 0, to: codes.count, by: 160) {
            codes[start..<min(start + 160, codes.count)].withUnsafeBytes { packet in
                detector.listen(to: packet, of: codec) { found.append($0.key) }
            }
        }
        if let last = detector.stop() { found.append(last.key) }
        return found
    }

    @Test(arguments: G711.allCases)
    func everyKeyIsFoundOnce(in codec: G711) {
        let pressed = Self.tones.flatMap { tones in
            sound(tones, milliseconds: 80, codec: codec) + silence(milliseconds: 80, codec: codec)
        }
        #expect(keys(in: pressed, codec: codec) == [UInt8](0..<16))
    }

    @Test(arguments: 0..<16)
    func fortyMillisecondsSufficeWhereverTheyBegin(_ offset: Int) {
        let pressed =
            silence(milliseconds: 50 + Double(offset)) + sound(Self.tones[5], milliseconds: 40)
            + silence(milliseconds: 40) + sound(Self.tones[5], milliseconds: 40) + silence(milliseconds: 60)
        #expect(keys(in: pressed) == [5, 5])
    }

    @Test(arguments: 0..<16)
    func aBlipIsNoKey(_ offset: Int) {
        let blip = silence(milliseconds: 50 + Double(offset)) + sound(Self.tones[3], milliseconds: 20)
        #expect(keys(in: blip + silence(milliseconds: 100)) == [])
    }

    @Test func aToneWithAShortDropIsOneKey() {
        let tone = sound(Self.tones[11], milliseconds: 100)
        #expect(keys(in: tone + silence(milliseconds: 10) + tone + silence(milliseconds: 60)) == [11])
    }

    @Test func aPressTellsHowLongItWas() throws {
        var detector = KeyToneDetector()
        var presses: [KeyToneDetector.Press] = []
        (sound(Self.tones[1], milliseconds: 500) + silence(milliseconds: 100)).withUnsafeBytes { codes in
            detector.listen(to: codes, of: .pcma) { presses.append($0) }
        }
        let press = try #require(presses.first)
        #expect(press.key == 1 && abs(press.samples - 4_000) <= 204, "\(press)")
        #expect(detector.stop() == nil)
    }

    @Test(arguments: 0..<16, [(-1.5), 1.5])
    func frequenciesMayBeALittleOff(_ key: Int, _ percent: Double) {
        let (low, high) = Self.tones[key]
        let off = (Int(Double(low) * (1 + percent / 100)), Int(Double(high) * (1 + percent / 100)))
        #expect(keys(in: sound(off, milliseconds: 100) + silence(milliseconds: 50)) == [UInt8(key)])
    }

    @Test func frequenciesFarOffAreNoKey() {
        for (low, high) in [(730, 1209), (697, 1270), (900, 1336), (697, 1770)] {
            #expect(keys(in: sound((low, high), milliseconds: 200)) == [])
        }
    }

    @Test(arguments: [(-3.0, -3.0), (-27.0, -27.0), (-18.0, -11.0), (-11.0, -14.0)])
    func levelsMayDiffer(_ row: Double, _ column: Double) {
        #expect(
            keys(in: sound(Self.tones[8], milliseconds: 100, levels: (row, column)) + silence(milliseconds: 50)) == [8])
    }

    @Test(arguments: [(-40.0, -40.0), (-24.0, -10.0), (-10.0, -18.0)])
    func tooFaintOrTooUnequalTonesAreNoKey(_ row: Double, _ column: Double) {
        #expect(keys(in: sound(Self.tones[8], milliseconds: 200, levels: (row, column))) == [])
    }

    @Test func toneOverNoiseIsFound() {
        var random = Noise()
        let noise = G711.pcma.amplitude(ofLevel: -30) * 1.7
        let noisy = sound(Self.tones[6], milliseconds: 100).map { code in
            G711.pcma.encode(rounding: Double(G711.pcma.decode(code)) + noise * random.next())
        }
        #expect(keys(in: noisy + silence(milliseconds: 50)) == [6])
    }

    @Test func noiseAndCallProgressTonesAreNoKeys() {
        var random = Noise()
        let noise = (0..<80_000).map { _ in G711.pcma.encode(rounding: 12_000 * random.next()) }
        #expect(keys(in: noise) == [])
        for tones in [(450, 450), (350, 440), (440, 480), (480, 620), (1100, 2100), (697, 697), (1336, 1336)] {
            #expect(keys(in: sound(tones, milliseconds: 1_000)) == [])
        }
    }

    /// Voiced speech is a series of harmonics of a pitch that glides, under a few formants: some of its harmonics are ever
    /// near the tones of keys.
    @Test func aMinuteOfSomethingLikeSpeechIsNoKey() {
        let table = (0..<4_096).map { Float(Sine.value(atTurn: Double($0) / 4_096)) }
        var random = Noise()
        var speech: [UInt8] = []
        for _ in 0..<300 {
            var pitch = 90 + 80 * (random.next() + 1)
            let glide = 1 + random.next() * 0.15 / 1_600
            let formants = [
                300 + 300 * (random.next() + 1), 900 + 500 * (random.next() + 1), 2_500 + 300 * random.next(),
            ]
            let amplitudes = (1...Int(3_400 / pitch)).map { number in
                let nearest = formants.map { abs($0 - Double(number) * pitch) }.min() ?? 0
                return Float(6_000 / (1 + (nearest / 90) * (nearest / 90)))
            }
            var turn = 0.0
            for _ in 0..<1_600 {
                var sample: Float = 0
                for (index, amplitude) in amplitudes.enumerated() {
                    sample += amplitude * table[Int(turn * Double(index + 1) * 4_096) & 4_095]
                }
                speech.append(G711.pcma.encode(rounding: Double(sample)))
                turn += pitch / 8_000
                pitch *= glide
            }
        }
        #expect(keys(in: speech) == [])
    }
}

/// Repeatable, −1 … 1.
private struct Noise {
    private var state: UInt64 = 5

    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 33) / Double(1 << 30) - 1
    }
}
