/// What the virtual network does to datagrams. Different delays reorder them.
public struct NetworkFaults: Hashable, Sendable {
    /// The share of datagrams that are lost, 0 to 1.
    public var loss: Double
    /// The share that arrives twice.
    public var duplication: Double
    public var delay: ClosedRange<Duration>

    public init(loss: Double, duplication: Double, delay: ClosedRange<Duration>) {
        self.loss = loss
        self.duplication = duplication
        self.delay = delay
    }

    /// A network that delivers everything once and quickly.
    public static let none = NetworkFaults(
        loss: 0, duplication: 0, delay: .milliseconds(1)...(.milliseconds(5)))

    /// Loss, duplication, and delays that reorder.
    public static func hostile(loss: Double) -> NetworkFaults {
        NetworkFaults(loss: loss, duplication: 0.05, delay: .milliseconds(1)...(.milliseconds(300)))
    }

    /// When the copies of one datagram arrive; empty if it is lost.
    func delays(_ fate: inout Fate) -> [Duration] {
        if fate.strikes(loss) { return [] }
        let copies = fate.strikes(duplication) ? 2 : 1
        return (0..<copies).map { _ in fate.duration(in: delay) }
    }
}
