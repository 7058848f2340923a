/// What a simulated run consists of. The same scenario with the same seed runs the same, to the last datagram.
public struct Scenario: Hashable, Sendable {
    /// Who the parties are.
    public enum Parties: Hashable, Sendable {
        /// Every kind of party that the field has.
        case ofTheField
        /// Parties that answer, and of which one hangs up.
        case answering
    }

    public var seed: UInt64
    /// Callbacks to place, spread over `span`.
    public var calls: Int
    public var span: Duration = .seconds(20)
    public var faults: NetworkFaults = .none
    public var parties: Parties = .ofTheField
    /// The share of calls that are cancelled by API at some moment.
    public var cancels: Double = 0.15
    /// The share of commits that fail.
    public var storeFailures: Double = 0
    /// The share of port pairs that another program holds.
    public var portFailures: Double = 0
    /// The share of voices that cannot be played.
    public var playFailures: Double = 0
    /// The share of recordings that break off.
    public var recordFailures: Double = 0
    /// Whether the trunks are spoken to over TCP.
    public var usesStreams = false
    /// The share of messages at which their connection breaks.
    public var breaks: Double = 0
    /// When the best server of the first trunk stops for good; `nil`: never.
    public var serverDiesAt: Duration?
    /// When the server is killed and started again; `nil`: never.
    public var crashesAt: Duration?
    /// When the server hangs up everybody and stops; `nil`: never.
    public var stopsAt: Duration?
    /// What is broken on purpose.
    public var sabotage: Sabotage?

    public init(seed: UInt64, calls: Int) {
        self.seed = seed
        self.calls = calls
    }
}

extension Scenario: CustomStringConvertible {
    public var description: String {
        "seed \(seed), \(calls) calls \(parties), loss \(faults.loss), cancels \(cancels), store \(storeFailures), "
            + "ports \(portFailures), voices \(playFailures), recordings \(recordFailures), streams \(usesStreams), "
            + "breaks \(breaks), dies \(serverDiesAt.map { "\($0)" } ?? "never"), "
            + "crash \(crashesAt.map { "\($0)" } ?? "none"), "
            + "stop \(stopsAt.map { "\($0)" } ?? "none")"
    }
}
