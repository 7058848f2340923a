import Testing

@testable import Audio

struct SpliceTests {
    private func smoothed(_ codes: [UInt8], _ codec: G711, after last: UInt8) -> [UInt8] {
        var codes = codes
        codes.withUnsafeMutableBytes { Splice.smooth($0, of: codec, after: last) }
        return codes
    }

    @Test(arguments: G711.allCases)
    func theNewSoundBeginsWhereTheOldOneWasCutOff(in codec: G711) {
        let last = codec.encode(-12_000)
        var sine = Sine(frequency: 1000)
        let sound = (0..<160).map { _ in codec.encode(rounding: 9_000 * sine.next()) }
        let joined = smoothed(sound, codec, after: last)
        #expect(joined[0] == last)
        #expect(joined[40...] == sound[40...])
        let values = joined.map { Int(codec.decode($0)) }
        // As steep as the sound itself, the way down to it, and the coarseness of the code; not the step of 12,000.
        for (one, next) in zip(values, values.dropFirst()) { #expect(abs(next - one) < 6_364 + 300 + 1_024) }
    }

    @Test(arguments: G711.allCases)
    func afterSilenceNothingChanges(in codec: G711) {
        let sound = [UInt8](0..<160)
        #expect(smoothed(sound, codec, after: codec.silence) == sound)
        #expect(smoothed(sound, codec, after: codec.encode(60)) == sound)
        #expect(smoothed(sound, codec, after: codec.encode(100)) != sound)
        #expect(smoothed([], codec, after: 0) == [])
    }

    @Test func aSoundShorterThanTheSeamIsNoTrouble() {
        let last = G711.pcma.encode(20_000)
        #expect(smoothed([0xD5, 0xD5], .pcma, after: last).first == last)
    }
}
