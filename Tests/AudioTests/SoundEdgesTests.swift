import Testing

@testable import Audio

struct SoundEdgesTests {
    private func softened(_ codes: [UInt8], _ codec: G711) -> [UInt8] {
        var codes = codes
        SoundEdges.soften(&codes, of: codec)
        return codes
    }

    /// A cosine, which begins at its crest.
    private func cosine(_ frequency: Int, samples: Int, in codec: G711) -> [UInt8] {
        (0..<samples).map { index in
            let turn = Double(index * frequency % G711.sampleRate) / Double(G711.sampleRate)
            return codec.encode(rounding: 12_000 * Sine.cosine(atTurn: turn))
        }
    }

    /// The greatest step between neighbouring samples of the sound played twice, with the silence that fills its last frame.
    private func greatestStep(_ codes: [UInt8], _ codec: G711) -> Int {
        let rest = (160 - codes.count % 160) % 160
        let once = codes + Array(repeating: codec.silence, count: rest)
        let values = ([codec.silence] + once + once + [codec.silence]).map { Int(codec.decode($0)) }
        return zip(values, values.dropFirst()).map { abs($0 - $1) }.max() ?? 0
    }

    @Test(arguments: G711.allCases)
    func anAbruptSoundRisesAndFalls(in codec: G711) {
        let sound = cosine(400, samples: 1_234, in: codec)
        // At its steepest a cosine of 400 Hz moves by 3,770 between two samples, and a code is coarse by 512.
        #expect(greatestStep(sound, codec) > 10_000)
        let soft = softened(sound, codec)
        #expect(greatestStep(soft, codec) < 3_770 + 600)
        #expect(soft[40..<1_194] == sound[40..<1_194])
        #expect(soft.count == sound.count)
        #expect(abs(codec.decode(soft[0])) < 16 && abs(codec.decode(soft[1_233])) < 16)
    }

    @Test(arguments: G711.allCases)
    func whatWasMadeToBeRepeatedStaysAsItIs(in codec: G711) {
        let loop = cosine(400, samples: 1_600, in: codec)
        #expect(softened(loop, codec) == loop)
        // The same, but for a half turn too much: it does not join itself.
        let other = cosine(425, samples: 1_440, in: codec)
        #expect(softened(other, codec) != other)
    }

    @Test(arguments: G711.allCases)
    func silenceAndNothingStaySo(in codec: G711) {
        #expect(softened([], codec) == [])
        #expect(softened([codec.silence], codec) == [codec.silence])
        let silence = [UInt8](repeating: codec.silence, count: 333)
        #expect(softened(silence, codec) == silence)
        #expect(softened(codec == .pcma ? [0xAA, 0x2A] : [0x80, 0x00], codec) == [codec.silence, codec.silence])
    }
}
