import Audio

/// Finds the strongest tone of a sound: the longer the stretch a meter measures, the narrower it is, so that the
/// search begins with short ones far apart and ends, to the hertz, with all of the sound.
struct ToneSearch {
    /// dBm0; below it is silence.
    private static let floor = -60.0
    /// Samples; their meters are 50 Hz broad.
    private static let piece = G711.samplesPerFrame
    /// Every how manieth piece is measured.
    private static let sparsity = 4
    /// Samples; their meters are 4 Hz broad.
    private static let stretch = 2_000
    private static let highest = G711.sampleRate / 2

    let codec: G711

    func strongest(in codes: [UInt8]) -> Heard.Tone? {
        guard codes.count >= Self.piece else { return nil }
        let pieces = stride(from: 0, to: codes.count - Self.piece + 1, by: Self.sparsity * Self.piece).map {
            codes[$0..<$0 + Self.piece]
        }
        let rough = strongest(of: stride(from: 50, to: Self.highest, by: 50), in: pieces)
        let near = strongest(of: around(rough, 50, by: 2), in: [codes.suffix(Self.stretch)])
        let exact = strongest(of: around(near, 4, by: 1), in: [codes[...]])
        var meter = ToneMeter(frequency: exact, codec: codec)
        meter.measure(codes)
        guard meter.toneLevel > Self.floor else { return nil }
        return Heard.Tone(frequency: exact, level: meter.toneLevel, share: meter.share)
    }

    private func around(_ frequency: Int, _ reach: Int, by step: Int) -> StrideThrough<Int> {
        stride(from: max(1, frequency - reach), through: min(Self.highest, frequency + reach), by: step)
    }

    private func strongest(of frequencies: some Sequence<Int>, in pieces: [ArraySlice<UInt8>]) -> Int {
        var best = (frequency: 1, energy: -1.0)
        for frequency in frequencies {
            let energy = pieces.reduce(0) { $0 + self.energy(of: frequency, in: $1) }
            if energy > best.energy { best = (frequency, energy) }
        }
        return best.frequency
    }

    private func energy(of frequency: Int, in codes: ArraySlice<UInt8>) -> Double {
        var meter = ToneMeter(frequency: frequency, codec: codec)
        meter.measure(codes)
        let amplitude = codec.amplitude(ofLevel: meter.toneLevel)
        return amplitude * amplitude
    }
}
