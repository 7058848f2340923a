import Audio
import Testing

struct LevelTests {
    @Test func `the test sequences of G 711 measure 0 dBm0 at 1 kHz`() {
        let sequences: [(G711, [UInt8])] = [
            (.pcma, [0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4]),
            (.pcmu, [0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E]),
        ]
        for (codec, sequence) in sequences {
            var meter = ToneMeter(frequency: 1000, codec: codec)
            for _ in 0..<100 { meter.measure(sequence) }
            #expect(abs(meter.toneLevel) < 0.05)
            #expect(meter.share > 0.99)
        }
    }

    @Test(arguments: G711.allCases)
    func `amplitudes and levels are each other's inverse`(codec: G711) {
        for level in -60...3 {
            #expect(abs(codec.level(ofAmplitude: codec.amplitude(ofLevel: Double(level))) - Double(level)) < 1e-9)
        }
        #expect(codec.level(ofAmplitude: 0) == -.infinity)
        #expect(abs(codec.amplitude(ofLevel: -20) * 10 - codec.amplitude(ofLevel: 0)) < 1e-6)
    }

    @Test func `full scale lies at the load capacity`() {
        #expect(abs(G711.pcma.level(ofAmplitude: 32768) - 3.14) < 1e-12)
        #expect(abs(G711.pcmu.level(ofAmplitude: 32636) - 3.17) < 1e-12)
    }
}

struct SineTests {
    @Test func `a quarter of the rate gives the four corners`() {
        var sine = Sine(frequency: 2000)
        let samples = (0..<8).map { _ in sine.next() }
        for (sample, corner) in zip(samples, [0.0, 1, 0, -1, 0, 1, 0, -1]) {
            #expect(abs(sample - corner) < 1e-12)
        }
    }

    @Test func `sine squared and the quarter-shifted sine squared make one`() {
        var sine = Sine(frequency: 1)
        let second = (0..<8000).map { _ in sine.next() }
        for index in second.indices {
            let shifted = second[(index + 2000) % 8000]
            #expect(abs(second[index] * second[index] + shifted * shifted - 1) < 1e-12)
        }
    }
}

struct RenderedToneTests {
    @Test(arguments: G711.allCases)
    func `China's ring-back sounds one second at its level and pauses four`(codec: G711) {
        let tone = RenderedTone(.ringBack(country: "86"), codec: codec)
        #expect(tone.frameCount == 250)
        var on = ToneMeter(frequency: 450, codec: codec)
        on.measure(tone.codes[800..<7200])
        #expect(abs(on.toneLevel + 13) < 0.1)
        #expect(on.share > 0.998)
        #expect(tone.codes[8000...].allSatisfy { $0 == codec.silence })
    }

    @Test(arguments: G711.allCases)
    func `the tone rises and falls without a click`(codec: G711) {
        let tone = RenderedTone(.ringBack(country: "86"), codec: codec)
        let samples = tone.codes.map { Int(codec.decode($0)) }
        let peak = codec.amplitude(ofLevel: -13)
        // No step is larger than the sine's own steepest slope (2π·450/8000 = 0.353 of its peak).
        let steps = zip(samples, samples.dropFirst() + samples.prefix(1)).map { abs($1 - $0) }
        #expect(Double(steps.max() ?? 0) < 0.4 * peak)
        #expect(samples.prefix(8).allSatisfy { Double(abs($0)) < 0.1 * peak })
        #expect(samples[7992..<8000].allSatisfy { Double(abs($0)) < 0.1 * peak })
    }

    @Test func `a continuous tone fills a second that joins its own beginning`() {
        let tone = RenderedTone(
            ToneCadence(frequency: 425, level: -10, on: .seconds(1), off: .zero), codec: .pcma)
        #expect(tone.frameCount == 50)
        var meter = ToneMeter(frequency: 425, codec: .pcma)
        meter.measure(tone.codes)
        meter.measure(tone.codes)
        #expect(abs(meter.toneLevel + 10) < 0.1)
        #expect(meter.share > 0.998)
    }

    @Test func `times that are no whole frames lengthen the pause`() {
        let cadence = ToneCadence(
            frequency: 425, level: -10, on: .milliseconds(25), off: .milliseconds(30))
        #expect(RenderedTone(cadence, codec: .pcmu).frameCount == 3)
    }

    @Test func `the longest period is rendered`() {
        let cadence = ToneCadence(frequency: 425, level: -60, on: .milliseconds(20), off: .milliseconds(59_980))
        #expect(RenderedTone(cadence, codec: .pcma).frameCount == 3000)
    }

    @Test func `countries without a listed tone get China's`() {
        #expect(ToneCadence.ringBack(country: "999") == .ringBack(country: "86"))
        #expect(ToneCadence.ringBack(country: "86").frequency == 450)
        #expect(ToneCadence.ringBack(country: "86").level == -13)
        #expect(ToneCadence.ringBack(country: "33").frequency == 440)
    }
}

struct ToneMeterTests {
    @Test func `another tone is hardly seen`() {
        let tone = RenderedTone(
            ToneCadence(frequency: 450, level: -13, on: .seconds(1), off: .zero), codec: .pcma)
        var meter = ToneMeter(frequency: 700, codec: .pcma)
        meter.measure(tone.codes)
        #expect(meter.toneLevel < -50)
        #expect(meter.share < 0.01)
    }

    @Test func `nothing measured has no level`() {
        let meter = ToneMeter(frequency: 450, codec: .pcmu)
        #expect(meter.toneLevel == -.infinity)
        #expect(meter.share == 0)
    }

    @Test func `µ-law silence has no energy`() {
        var meter = ToneMeter(frequency: 450, codec: .pcmu)
        meter.measure([UInt8](repeating: G711.pcmu.silence, count: 800))
        #expect(meter.toneLevel == -.infinity)
        #expect(meter.share == 0)
    }
}
