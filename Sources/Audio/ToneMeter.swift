/// Measures how strong one tone is in a stretch of coded speech (Goertzel's algorithm).
public struct ToneMeter: Sendable {
    private let codec: G711
    private let coefficient: Double
    private var previous = 0.0
    private var beforePrevious = 0.0
    private var squares = 0.0
    /// Samples measured.
    public private(set) var count = 0

    /// - Parameter frequency: hertz, from 1 up to half the sampling rate. Results are exact where a whole number of
    ///   its cycles is measured, and good where there are many.
    public init(frequency: Int, codec: G711) {
        precondition((1...G711.sampleRate / 2).contains(frequency))
        self.codec = codec
        coefficient = 2 * Sine.cosine(atTurn: Double(frequency) / Double(G711.sampleRate))
    }

    /// Takes in the next stretch.
    public mutating func measure(_ codes: some Sequence<UInt8>) {
        for code in codes {
            let sample = Double(codec.decode(code))
            squares += sample * sample
            (previous, beforePrevious) = (sample + coefficient * previous - beforePrevious, previous)
            count += 1
        }
    }

    /// The tone's level in dBm0; minus infinity where nothing was measured.
    public var toneLevel: Double {
        guard count > 0 else { return -.infinity }
        return codec.level(ofSquaredAmplitude: 4 * magnitudeSquared / (Double(count) * Double(count)))
    }

    /// The tone's share of all energy, 0 … 1; 0 where there is none.
    public var share: Double {
        guard squares > 0 else { return 0 }
        return min(1, 2 * magnitudeSquared / (Double(count) * squares))
    }

    private var magnitudeSquared: Double {
        max(0, previous * previous + beforePrevious * beforePrevious - coefficient * previous * beforePrevious)
    }
}
