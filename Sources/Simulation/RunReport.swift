public import CallModel

/// What a run came to.
public struct RunReport: Sendable {
    public var seed: UInt64
    public var placed = 0
    public var refused = 0
    public var accepted = 0
    public var connected = 0
    public var endReasons: [EndReason: Int] = [:]
    public var occurrences: [Occurrence: Int] = [:]
    /// What must not have happened; empty on a good run.
    public var violations: [String] = []
    /// Datagrams that left or reached the switchboard: a fingerprint for comparing two runs.
    public var fingerprint: UInt64 = 0

    public init(seed: UInt64) { self.seed = seed }

    mutating func count(_ occurrence: Occurrence) { occurrences[occurrence, default: 0] += 1 }

    /// Takes another run's counts into this one.
    public mutating func add(_ other: RunReport) {
        placed += other.placed
        refused += other.refused
        accepted += other.accepted
        connected += other.connected
        endReasons.merge(other.endReasons, uniquingKeysWith: +)
        occurrences.merge(other.occurrences, uniquingKeysWith: +)
        violations += other.violations.map { "seed \(other.seed): \($0)" }
    }
}
