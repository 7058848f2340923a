import SansIO

/// The dice of a run: what happens by chance is drawn from one seed.
struct Fate {
    private var entropy: Entropy

    init(seed: UInt64) { entropy = Entropy(seed: seed) }

    /// True once in a while: with `probability` from 0 to 1.
    mutating func strikes(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &entropy) < probability
    }

    mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        .nanoseconds(
            Int64.random(in: range.lowerBound.wholeNanoseconds...range.upperBound.wholeNanoseconds, using: &entropy))
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &entropy)]
    }

    mutating func number() -> UInt64 { entropy.next() }
}
