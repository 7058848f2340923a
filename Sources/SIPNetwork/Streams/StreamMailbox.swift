import LinuxIO
import SIPTransactions
import Synchronization

/// What the streams' event loop and the signalling thread leave for each other: whole messages, in batches.
final class StreamMailbox: Sendable {
    /// So many messages or bytes may wait for the signalling thread; then no more is read from any connection.
    static let arrivalLimit = 4_096
    static let byteLimit = 16 << 20

    private struct Contents {
        var arrivals: [SignallingSockets.Arrival] = []
        var bytes = 0
        var holdsReads = false
        var outgoing: [Datagram] = []
        var counts = StreamCounts()
    }

    private let contents = Mutex(Contents())
    private let wakeUp: WakeUp

    init() throws(SystemError) { wakeUp = try WakeUp() }

    /// To be watched by the signalling thread.
    var descriptor: Int32 { wakeUp.descriptor }

    var counts: StreamCounts { contents.withLock(\.counts) }

    func count(_ change: (inout StreamCounts) -> Void) { contents.withLock { change(&$0.counts) } }

    // The event loop's side.

    func deliver(_ arrivals: [SignallingSockets.Arrival]) {
        guard !arrivals.isEmpty else { return }
        let mustWake = contents.withLock { contents in
            for case .datagram(let bytes, _) in arrivals {
                contents.bytes += bytes.count
                contents.counts.received += 1
            }
            contents.arrivals.append(contentsOf: arrivals)
            return contents.arrivals.count == arrivals.count
        }
        if mustWake { wakeUp.signal() }
    }

    /// Whether to read on; if not, taking the arrivals tells so.
    func mayRead() -> Bool {
        contents.withLock { contents in
            contents.holdsReads =
                contents.arrivals.count >= Self.arrivalLimit || contents.bytes >= Self.byteLimit
            return !contents.holdsReads
        }
    }

    func takeOutgoing() -> [Datagram] {
        contents.withLock { contents in
            defer { contents.outgoing = [] }
            contents.counts.sent += UInt64(contents.outgoing.count)
            return contents.outgoing
        }
    }

    // The signalling thread's side.

    /// Everything that waits, in order, and whether connections wait to be read from again.
    func takeArrivals() -> (arrivals: [SignallingSockets.Arrival], holdsReads: Bool) {
        wakeUp.acknowledge()
        return contents.withLock { contents in
            defer { (contents.arrivals, contents.bytes, contents.holdsReads) = ([], 0, false) }
            return (contents.arrivals, contents.holdsReads)
        }
    }

    /// Returns whether the event loop must be told: it was told already if something waits.
    func post(_ datagram: Datagram) -> Bool {
        contents.withLock { contents in
            contents.outgoing.append(datagram)
            return contents.outgoing.count == 1
        }
    }
}

/// What became of streams.
public struct StreamCounts: Hashable, Sendable {
    /// Messages.
    public var received: UInt64 = 0
    public var sent: UInt64 = 0
    /// Connections there are now, those being opened included.
    public var connections = 0
    public var opened: UInt64 = 0
    public var accepted: UInt64 = 0
    /// Far ends' connections closed at once, as there were too many.
    public var refused: UInt64 = 0
    /// Connections of ours that came to nothing: refused, timed out, or a certificate that does not hold.
    public var failed: UInt64 = 0
    /// Closed because what came was no stream of SIP messages.
    public var garbled: UInt64 = 0
    /// Closed because the far end does not read.
    public var stalled: UInt64 = 0
}
