import Audio
import Testing

struct G711Tests {
    @Test func `A-law decodes to the values of table 1`() {
        // The first output of each chord and the last of all, times 8 for 16 bits.
        #expect(G711.pcma.decode(0x80 ^ 0x55) == 1 * 8)
        #expect(G711.pcma.decode((0x80 | 0x10) ^ 0x55) == 33 * 8)
        #expect(G711.pcma.decode((0x80 | 0x20) ^ 0x55) == 66 * 8)
        #expect(G711.pcma.decode((0x80 | 0x30) ^ 0x55) == 132 * 8)
        #expect(G711.pcma.decode((0x80 | 0x40) ^ 0x55) == 264 * 8)
        #expect(G711.pcma.decode((0x80 | 0x50) ^ 0x55) == 528 * 8)
        #expect(G711.pcma.decode((0x80 | 0x60) ^ 0x55) == 1056 * 8)
        #expect(G711.pcma.decode((0x80 | 0x70) ^ 0x55) == 2112 * 8)
        #expect(G711.pcma.decode(0xAA) == 4032 * 8)
        #expect(G711.pcma.decode(0x2A) == -4032 * 8)
        #expect(G711.pcma.decode(0x55) == -1 * 8)
    }

    @Test func `µ-law decodes to the values of table 2`() {
        #expect(G711.pcmu.decode(0xFF) == 0)
        #expect(G711.pcmu.decode(0xFE) == 2 * 4)
        #expect(G711.pcmu.decode(0xEF) == 33 * 4)
        #expect(G711.pcmu.decode(0xDF) == 99 * 4)
        #expect(G711.pcmu.decode(0xCF) == 231 * 4)
        #expect(G711.pcmu.decode(0xBF) == 495 * 4)
        #expect(G711.pcmu.decode(0xAF) == 1023 * 4)
        #expect(G711.pcmu.decode(0x9F) == 2079 * 4)
        #expect(G711.pcmu.decode(0x8F) == 4191 * 4)
        #expect(G711.pcmu.decode(0x80) == 8031 * 4)
        #expect(G711.pcmu.decode(0x00) == -8031 * 4)
        #expect(G711.pcmu.decode(0x7F) == 0)
    }

    @Test(arguments: G711.allCases)
    func `every code survives decoding and encoding, but for the negative zero of µ-law`(codec: G711) {
        for code in UInt8.min...UInt8.max {
            let again = codec.encode(codec.decode(code))
            #expect(again == code || (codec == .pcmu && code == 0x7F && again == 0xFF))
        }
    }

    @Test func `A-law's chords start at the decision values of table 1`() {
        let decisions: [(level: UInt8, value: Int16)] = [
            (0, 0), (1, 2), (15, 30), (16, 32), (17, 34), (32, 64), (48, 128), (64, 256), (80, 512), (96, 1024),
            (112, 2048), (127, 3968),
        ]
        for (level, value) in decisions {
            #expect(G711.pcma.encode(value * 8) ^ 0x55 == 0x80 | level)
            #expect(G711.pcma.encode(-value * 8 - 1) ^ 0x55 == level)
            if level > 0 { #expect(G711.pcma.encode(value * 8 - 1) ^ 0x55 == 0x80 | (level - 1)) }
        }
    }

    @Test func `µ-law's chords start at the decision values of table 2`() {
        let decisions: [(level: UInt8, value: Int16)] = [
            (0, 0), (1, 1), (2, 3), (15, 29), (16, 31), (17, 35), (32, 95), (48, 223), (64, 479), (80, 991),
            (96, 2015), (112, 4063), (127, 7903),
        ]
        for (level, value) in decisions {
            #expect(~G711.pcmu.encode(value * 4) == level)
            #expect(~G711.pcmu.encode(-value * 4 - 1) == 0x80 | level)
            if level > 0 { #expect(~G711.pcmu.encode(value * 4 - 1) == level - 1) }
        }
    }

    @Test func `samples beyond the range give the last code`() {
        #expect(G711.pcma.encode(Int16.max) == 0xAA)
        #expect(G711.pcma.encode(Int16.min) == 0x2A)
        #expect(G711.pcmu.encode(Int16.max) == 0x80)
        #expect(G711.pcmu.encode(Int16.min) == 0x00)
    }

    @Test func `silence is the smallest positive value`() {
        #expect(G711.pcma.silence == 0xD5)
        #expect(G711.pcmu.silence == 0xFF)
        #expect(G711.pcma.encode(0) == G711.pcma.silence)
        #expect(G711.pcmu.encode(0) == G711.pcmu.silence)
    }

    @Test(arguments: G711.allCases)
    func `the linear table holds every decoded value`(codec: G711) {
        for code in UInt8.min...UInt8.max {
            #expect(codec.linearSamples[Int(code)] == codec.decode(code))
        }
    }
}

struct TranslationTests {
    @Test func `a codec needs no table to itself`() {
        #expect(G711.pcma.translation(to: .pcma) == nil)
        #expect(G711.pcmu.translation(to: .pcmu) == nil)
    }

    @Test func `silence stays silence`() throws {
        let toA = try #require(G711.pcmu.translation(to: .pcma))
        let toMu = try #require(G711.pcma.translation(to: .pcmu))
        #expect(toA[0xFF] == 0xD5)
        #expect(toA[0x7F] == 0x55)
        #expect(toMu[0xD5] == 0xFE || toMu[0xD5] == 0xFF)
    }

    @Test func `a translated code keeps its sign and is at most half a step of the target away`() throws {
        for (source, target) in [(G711.pcma, G711.pcmu), (.pcmu, .pcma)] {
            let table = try #require(source.translation(to: target))
            for code in UInt8.min...UInt8.max {
                let value = Int(source.decode(code))
                let error = abs(Int(target.decode(table[Int(code)])) - value)
                // A step is at most a sixteenth of the value where chords have begun, 16 before.
                #expect(error <= max(8, (abs(value) + 132) / 32), "code \(code)")
                #expect(table[Int(code)] & 0x80 == code & 0x80)
            }
        }
    }

    @Test func `there and back again loses at most one step`() throws {
        let toA = try #require(G711.pcmu.translation(to: .pcma))
        let toMu = try #require(G711.pcma.translation(to: .pcmu))
        var changed = 0
        for code in UInt8.min...UInt8.max {
            let back = toA[Int(toMu[Int(code)])]
            // Steps are counted without the even-bit inversion of A-law.
            #expect(abs(Int(back ^ 0x55) - Int(code ^ 0x55)) <= 1)
            if back != code { changed += 1 }
        }
        #expect(changed <= 32)
    }
}
