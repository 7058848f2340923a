import SansIO

/// The even ports of the media range, handed out round-robin; a port that was used rests before it is used again,
/// so that late packets of one call never reach the next.
struct PortPool {
    /// How long a port rests after a call.
    static let rest: Duration = .seconds(10)

    /// How long it rests at least when no other is left: 5,000 calls' ports would else carry fewer than 500 calls/s.
    static let shortestRest: Duration = .seconds(2)

    /// Ports ready for use, oldest first.
    private var ready: ArraySlice<UInt16>
    /// Ports at rest, in the order in which they become ready.
    private var resting: ArraySlice<(port: UInt16, until: Instant)> = []
    /// How many port pairs there are.
    let size: Int

    /// - Parameter range: the configured range; a pair is an even port and the odd one above it.
    init(range: ClosedRange<UInt16>) {
        let first = Int(range.lowerBound) + Int(range.lowerBound & 1)
        let pairs = stride(from: first, to: Int(range.upperBound), by: 2).map { UInt16($0) }
        ready = pairs[...]
        size = pairs.count
    }

    /// How many pairs are in use, those at rest excluded.
    var inUse: Int { size - ready.count - resting.count }

    /// The next port pair's even port, or the one that has rested longest; `nil` when all are in use or have hardly
    /// rested.
    mutating func take(at now: Instant) -> UInt16? {
        wake(at: now)
        if let port = ready.popFirst() { return port }
        guard let first = resting.first, first.until <= now + (Self.rest - Self.shortestRest) else { return nil }
        resting.removeFirst()
        return first.port
    }

    /// Gives a port back; it rests first.
    mutating func giveBack(_ port: UInt16, at now: Instant) {
        wake(at: now)
        resting.append((port, now + Self.rest))
    }

    /// Takes back a port that was not used; it need not rest.
    mutating func putBack(_ port: UInt16) { ready.insert(port, at: ready.startIndex) }

    private mutating func wake(at now: Instant) {
        while let first = resting.first, first.until <= now {
            resting.removeFirst()
            ready.append(first.port)
        }
    }
}
