import SIPTransactions
import SansIO

/// The connections of a run. What is sent on one arrives in order and whole, until it breaks: then everything on its way is
/// lost in both directions.
struct VirtualStreams {
    /// How long a connection holds that follows a broken one: nobody is hit twice in a row.
    private static let peace: Duration = .seconds(2)

    struct Connection {
        let id: ConnectionID
        /// What the switchboard sent on it.
        var flows: [Flow] = []
        /// When the last message of each direction arrives; the next comes behind it.
        var clear: [Bool: Instant] = [:]
        let holdsUntil: Instant
    }

    private var connections: [TransportAddress: Connection] = [:]
    private var broken: [TransportAddress: Instant] = [:]
    private var lastNumber: UInt64 = 0

    func isOpen(_ id: ConnectionID) -> Bool { connections.values.contains { $0.id == id } }

    /// Whether a connection leads to this server, and may break now.
    func mayBreak(to server: TransportAddress, at now: Instant) -> Bool {
        connections[server].map { $0.holdsUntil <= now } ?? false
    }

    /// Takes a message for or from a server, on the connection there is or a new one; tells which, and when it arrives.
    mutating func carry(
        _ flow: Flow?, with server: TransportAddress, after delay: Duration, at now: Instant
    ) -> (connection: ConnectionID, arrival: Instant) {
        var connection = connections[server] ?? open(to: server, at: now)
        if let flow, !connection.flows.contains(flow) { connection.flows.append(flow) }
        let isOurs = flow != nil
        let arrival = max(now + delay, connection.clear[isOurs] ?? now) + .nanoseconds(1)
        connection.clear[isOurs] = arrival
        connections[server] = connection
        return (connection.id, arrival)
    }

    private mutating func open(to server: TransportAddress, at now: Instant) -> Connection {
        lastNumber += 1
        let isAgain = broken[server].map { now < $0 + Self.peace } ?? false
        return Connection(id: ConnectionID(number: lastNumber), holdsUntil: isAgain ? now + Self.peace : now)
    }

    /// Breaks the connection to a server and returns the flows that took it.
    mutating func breakConnection(to server: TransportAddress, at now: Instant) -> [Flow] {
        broken[server] = now
        return connections.removeValue(forKey: server)?.flows ?? []
    }
}

// MARK: - What is sent

extension VirtualWorld {
    /// The switchboard sends something.
    func transmit(_ datagram: Datagram) {
        let (flow, server) = (datagram.flow, datagram.flow.remote)
        guard !Flow.refused.contains(server), !dead.contains(server) || !flow.transport.isReliable else {
            return schedule(.unreachable(flow), after: .milliseconds(1))
        }
        guard flow.transport.isReliable else {
            for delay in scenario.faults.delays(&fate) {
                schedule(.arrives(datagram.bytes, at: .carrier(server)), after: delay)
            }
            return
        }
        carry(datagram.bytes, to: .carrier(server), with: server, flow)
    }

    /// A carrier sends something.
    func transmit(_ bytes: [UInt8], from server: TransportAddress) {
        guard scenario.usesStreams else {
            for delay in scenario.faults.delays(&fate) {
                schedule(.arrives(bytes, at: .switchboard(from: Flow(remote: server))), after: delay)
            }
            return
        }
        carry(bytes, to: nil, with: server, nil)
    }

    /// - Parameters:
    ///   - side: `nil`: the switchboard.
    ///   - flow: the switchboard's, where it sends.
    private func carry(_ bytes: [UInt8], to side: Side?, with server: TransportAddress, _ flow: Flow?) {
        let delay = fate.duration(in: scenario.faults.delay)
        let (connection, arrival) = streams.carry(flow, with: server, after: delay, at: now)
        let source = Flow(listener: 1, transport: .tcp, connection: connection, remote: server)
        schedule(.comes(bytes, at: side ?? .switchboard(from: source), on: connection), after: arrival - now)
        guard fate.strikes(scenario.breaks), streams.mayBreak(to: server, at: now) else { return }
        count(.broken)
        breakConnection(to: server)
    }

    private func breakConnection(to server: TransportAddress) {
        schedule(.broke(streams.breakConnection(to: server, at: now)), after: .milliseconds(1))
    }

    /// The mortal server stops: its connections end, none can be opened, and what comes by UDP gets no answer.
    func die() {
        dead.insert(Flow.mortal)
        breakConnection(to: Flow.mortal)
    }
}
