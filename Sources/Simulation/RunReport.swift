public import CallModel

/// What a run came to.
public struct RunReport: Sendable {
    public var seed: UInt64
    /// How to repeat the run; empty for a sum of several.
    public var scenario = ""
    public var placed = 0
    public var refused = 0
    public var accepted = 0
    public var connected = 0
    public var endReasons: [EndReason: Int] = [:]
    public var occurrences: [Occurrence: Int] = [:]
    /// What must not have happened; empty on a good run.
    public var violations: [Violation] = []
    /// Datagrams that left or reached the switchboard: a fingerprint for comparing two runs.
    public var fingerprint: UInt64 = 0

    public init(seed: UInt64) { self.seed = seed }

    mutating func count(_ occurrence: Occurrence) { occurrences[occurrence, default: 0] += 1 }

    /// How many violations of one run a sum tells; the first tells most.
    static let violationsTold = 10

    /// Takes another run's counts into this one.
    public mutating func add(_ other: RunReport) {
        placed += other.placed
        refused += other.refused
        accepted += other.accepted
        connected += other.connected
        endReasons.merge(other.endReasons, uniquingKeysWith: +)
        occurrences.merge(other.occurrences, uniquingKeysWith: +)
        violations += other.violations.prefix(Self.violationsTold).map {
            Violation($0.rule, "\($0.words) [\(other.scenario)]")
        }
    }
}
