/// Even ports, handed out in turn.
struct PortRing {
    /// The lowest.
    let first: UInt16
    /// How many pairs of ports there are.
    private let count: Int
    private var next = 0
    private var taken: Set<UInt16> = []

    /// - Precondition: the range holds an even port with the odd one above.
    init(_ range: ClosedRange<UInt16>) {
        let first = range.lowerBound + range.lowerBound % 2
        precondition(first > 0 && first < range.upperBound)
        self.first = first
        count = (Int(range.upperBound) - Int(first) + 1) / 2
    }

    /// `nil` when all are taken.
    mutating func take() -> UInt16? {
        for _ in 0..<count {
            let port = first + UInt16(2 * next)
            next = (next + 1) % count
            if taken.insert(port).inserted { return port }
        }
        return nil
    }

    mutating func giveBack(_ port: UInt16) { taken.remove(port) }
}
