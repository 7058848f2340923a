/// A sine at the telephone's sampling rate.
///
/// The phase is an integer, so that a tone neither drifts nor differs from one second to the next.
public struct Sine: Sendable {
    /// Hertz.
    private let frequency: Int
    /// The sample's number times the frequency, modulo the sampling rate.
    private var phase = 0

    /// - Parameter frequency: hertz, from 1 up to half the sampling rate.
    public init(frequency: Int) {
        precondition((1...G711.sampleRate / 2).contains(frequency))
        self.frequency = frequency
    }

    /// The next sample, −1 … 1; the first one is 0.
    public mutating func next() -> Double {
        defer { phase = (phase + frequency) % G711.sampleRate }
        return Sine.value(atTurn: Double(phase) / Double(G711.sampleRate))
    }

    /// sin(2π·turn) for a turn from 0 up to 1.
    static func value(atTurn turn: Double) -> Double {
        // Folded into the quarter either side of zero, where the series converges fast.
        let folded = turn <= 0.25 ? turn : turn <= 0.75 ? 0.5 - turn : turn - 1
        let angle = 2 * Double.pi * folded
        var term = angle
        var sum = angle
        for index in stride(from: 2, through: 18, by: 2) {
            term *= -angle * angle / Double(index * (index + 1))
            sum += term
        }
        return sum
    }

    /// cos(2π·turn) for a turn from 0 up to 1.
    static func cosine(atTurn turn: Double) -> Double {
        value(atTurn: turn < 0.75 ? turn + 0.25 : turn - 0.75)
    }
}
