public import CallModel
public import CallSwitching
public import CallTracing
import Dispatch
public import LinuxIO
import MediaNetwork
public import SIPNetwork
public import SansIO
public import Storage

/// The running switchboard, as the rest of the server sees it.
///
/// All calls live on one thread of its own. Whoever asks something of them crosses to that thread and back once.
public final class CallService: Sendable {
    /// What a service is started with.
    public struct Settings: Sendable {
        public var switchboard: SwitchboardSettings
        public var mediaThreads: Int
        /// Where prepared voice files lie.
        public var voiceFolder: String
        /// Where recordings are written; it exists.
        public var recordingFolder: String
        /// How long calls may last after the first signal to stop.
        public var drainTimeout: Duration

        public init(
            switchboard: SwitchboardSettings, mediaThreads: Int = 1, voiceFolder: String, recordingFolder: String,
            drainTimeout: Duration
        ) {
            self.switchboard = switchboard
            self.mediaThreads = mediaThreads
            self.voiceFolder = voiceFolder
            self.recordingFolder = recordingFolder
            self.drainTimeout = drainTimeout
        }
    }

    private let inbox: Inbox
    private let board: FigureBoard
    private let ending = DispatchGroup()
    /// How soon its media threads run on a busy machine.
    public let mediaUrgency: DedicatedThread.Urgency

    /// Starts the signalling thread and ends the calls that the last stop interrupted.
    ///
    /// - Parameters:
    ///   - sockets: bound already; the service keeps them for itself.
    ///   - interrupted: calls that the store shows as alive.
    ///   - phones: those that the store shows as registered.
    ///   - eventsCommitted: called on the committer's thread with events that became durable; must not block.
    public init(
        _ settings: Settings, sockets: sending SignallingSockets, interrupted: [InterruptedCall],
        phones: [String: [PhoneBinding]] = [:], committer: GroupCommitter, log: LogQueue,
        eventsCommitted: @escaping @Sendable ([OutboxEntry]) -> Void
    ) throws(SystemError) {
        let inbox = try Inbox()
        let media = try MediaEngine(
            threads: settings.mediaThreads, voiceFolder: settings.voiceFolder,
            recordingFolder: settings.recordingFolder
        ) { inbox.tell(.media($0)) }
        mediaUrgency = media.urgency
        let switchboard = Switchboard(settings: settings.switchboard, entropy: .fromSystem())
        board = FigureBoard(
            RuntimeFigures(
                counts: switchboard.counts, occupancy: switchboard.occupancy,
                signalling: switchboard.signalling, registrations: switchboard.registrations(at: MonotonicClock.now()),
                network: sockets.counts, takesCalls: true))
        self.inbox = inbox
        let loop = try SignallingLoop(
            switchboard,
            SignallingLoop.Surroundings(
                sockets: sockets, media: media, committer: committer, log: log, eventsCommitted: eventsCommitted),
            inbox: inbox, board: board, drainTimeout: settings.drainTimeout)
        // Handed over whole: nothing but the new thread touches the loop from here on.
        nonisolated(unsafe) let handedOver = loop
        ending.enter()
        _ = try DedicatedThread(name: "signalling") { [ending] in
            handedOver.run(recovering: interrupted, phones)
            ending.leave()
        }
    }

    /// Places a call; answers when it is durable or refused.
    public func place(_ request: CallbackRequest, replay: ReplayKey?) async -> CommandAnswer {
        await inbox.ask(.place(Placement(request: request, replay: replay, wallTime: .now)))
    }

    /// Ends a call; answers when that is durable.
    public func cancel(_ call: CallID, by scope: CallScope) async -> CommandAnswer {
        await inbox.ask(.cancel(call, scope))
    }

    /// A call as it stands; `nil` when it is not alive.
    public func call(_ id: CallID) async -> CallRecord? {
        guard case .described(let record) = await inbox.ask(.describe(id)) else { return nil }
        return record
    }

    /// What was noted of a call's signalling; `nil` when nothing is kept of it.
    public func trace(of id: CallID) async -> CallTrace? {
        guard case .traced(let trace) = await inbox.ask(.trace(id)) else { return nil }
        return trace
    }

    /// A trunk's servers are these from now on; `peers` are whom to expect at all trunks' addresses over TLS.
    public func locate(_ trunk: TrunkName, at targets: [TrunkTarget], peers: [TransportAddress: TLSPeer]) {
        inbox.tell(.located(trunk, targets, peers))
    }

    /// What is counted, at most some tenths of a second old.
    public var figures: RuntimeFigures { board.current }

    /// The first time no more calls are taken and those there are may end; the second time they are ended.
    public func terminate() { inbox.tell(.terminate) }

    /// Returns when the service has stopped.
    public func untilStopped() async {
        await withCheckedContinuation { continuation in
            ending.notify(queue: .global()) { continuation.resume() }
        }
    }
}

extension Entropy {
    /// Seeded once by the operating system.
    fileprivate static func fromSystem() -> Entropy {
        var system = SystemRandomNumberGenerator()
        return Entropy(seed: (system.next(), system.next(), system.next(), system.next()))
    }
}
