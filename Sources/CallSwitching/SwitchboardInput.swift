public import CallModel
public import MediaControl
public import SIPTransactions

/// What happened, as the switchboard is told.
public enum SwitchboardInput: Sendable {
    /// A datagram arrived.
    case received([UInt8], from: Flow)
    /// The network refused to carry to this peer (ICMP, no connection, or a local send error).
    case transportFailed(Flow)
    /// A connection that this flow took has ended, and perhaps with it what was sent last.
    case connectionBroke(Flow)
    indirect case place(CommandTicket, Placement)
    case cancel(CommandTicket, CallID, by: CallScope)
    case describe(CommandTicket, CallID)
    /// What was noted of a call's signalling, over or not.
    case trace(CommandTicket, CallID)
    /// The writes sent with this ticket are durable.
    case committed(CommitTicket)
    /// The writes sent with this ticket are not in the store.
    case commitFailed(CommitTicket)
    case media(MediaReport)
    /// Calls that were alive when the server stopped; comes once, before all else.
    case recover([InterruptedCall], at: WallTime)
    /// Phones that were registered when the server stopped, by their extensions, the one that registered last at the end.
    case restorePhones([String: [PhoneBinding]])
    /// A trunk's servers are these from now on.
    case located(TrunkName, [TrunkTarget])
    /// No new calls from now on.
    case drain
    /// All calls end now, as those of a server that stops.
    case hangUpAll
    /// The deadline passed.
    case timePassed
}

/// Marks a command, so that its answer finds the one who asked. Chosen by the runtime.
public struct CommandTicket: Hashable, Sendable {
    public let number: UInt64
    public init(number: UInt64) { self.number = number }
}

/// Marks writes whose durability is waited for. Chosen by the switchboard.
public struct CommitTicket: Hashable, Sendable {
    public let number: UInt64
}

/// A request to place a callback.
public struct Placement: Sendable {
    public var request: CallbackRequest
    public var replay: ReplayKey?
    /// The time of day at which it was asked; all later times of the call are measured from here on the monotonic clock.
    public var wallTime: WallTime

    public init(request: CallbackRequest, replay: ReplayKey?, wallTime: WallTime) {
        self.request = request
        self.replay = replay
        self.wallTime = wallTime
    }
}

/// A call that the store shows as alive at a start.
public struct InterruptedCall: Sendable {
    public var record: CallRecord
    /// The reason that an API cancel committed before the stop.
    public var cancelled: EndReason?

    public init(record: CallRecord, cancelled: EndReason?) {
        self.record = record
        self.cancelled = cancelled
    }
}
