public import CallModel
public import CallSwitching
public import SIPNetwork
public import SIPUserAgent
import Synchronization

/// What the signalling thread counts, as of a moment ago.
public struct RuntimeFigures: Sendable {
    public var counts: SwitchboardCounts
    public var occupancy: SwitchboardOccupancy
    public var signalling: UserAgentCounts
    /// Of each trunk that wants us to register, whether we are.
    public var registrations: [(trunk: TrunkName, isRegistered: Bool)]
    public var network: SignallingSockets.Counts
    /// `false` once the server is stopping.
    public var takesCalls: Bool
}

/// Where the signalling thread leaves its figures for others to read.
final class FigureBoard: Sendable {
    private let figures: Mutex<RuntimeFigures>

    init(_ figures: RuntimeFigures) { self.figures = Mutex(figures) }

    var current: RuntimeFigures {
        get { figures.withLock(\.self) }
        set { figures.withLock { $0 = newValue } }
    }
}
