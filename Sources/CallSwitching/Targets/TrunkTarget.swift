public import SIPTransactions
import SansIO

/// One server of a trunk, as configured or as its SRV record tells (RFC 2782).
public struct TrunkTarget: Hashable, Sendable {
    /// By its addresses, best first.
    public let flows: [Flow]
    /// Lower ones are tried first.
    public let priority: UInt16
    /// Its share among those of one priority.
    public let weight: UInt16

    public init(_ flows: [Flow], priority: UInt16 = 0, weight: UInt16 = 0) {
        self.flows = flows
        self.priority = priority
        self.weight = weight
    }
}

extension [TrunkTarget] {
    /// Every address, in the order in which a call tries them: by priority, and among equals by chance with their weights (RFC 2782).
    func inTurn(using entropy: inout Entropy) -> [Flow] {
        guard count > 1 else { return first?.flows ?? [] }
        var ordered: [Flow] = []
        for (_, equals) in Dictionary(grouping: self, by: \.priority).sorted(by: { $0.key < $1.key }) {
            // Those without weight come first, so that they have a small chance too.
            var rest = equals.filter { $0.weight == 0 }.shuffled(using: &entropy) + equals.filter { $0.weight > 0 }
            while !rest.isEmpty {
                var running = UInt64.random(in: 0...rest.reduce(0) { $0 + UInt64($1.weight) }, using: &entropy)
                let chosen = rest.firstIndex { target in
                    defer { running -= Swift.min(running, UInt64(target.weight)) }
                    return running <= UInt64(target.weight)
                }
                ordered += rest.remove(at: chosen ?? 0).flows
            }
        }
        return ordered
    }
}
