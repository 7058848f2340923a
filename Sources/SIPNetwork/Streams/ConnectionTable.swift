import SIPTransactions
import SansIO

/// Which connections there are and which message takes which: a value, without sockets.
///
/// A message takes the connection its flow names, or else one that leads to its address, or else a new one. When a
/// connection ends, or never came to be, everybody who sent on it is told; those who have their response already do not mind.
struct ConnectionTable {
    enum Action: Hashable {
        case open(ConnectionID, Transport, TransportAddress)
        case write(ConnectionID, [UInt8])
        case close(ConnectionID)
        case undelivered(Flow)
        /// A connection that was there took this flow, and has ended.
        case broken(Flow)
        /// A connection of ours came to nothing.
        case failed(Flow, reason: String)
    }

    let limits: StreamLimits
    private var connections: [ConnectionID: Connection] = [:]
    private var routes: [Destination: ConnectionID] = [:]
    private var foreignCount = 0
    private var lastNumber: UInt64 = 0
    private var deadlines = DeadlineQueue<ConnectionID>()

    init(limits: StreamLimits = StreamLimits()) {
        self.limits = limits
    }

    /// When `timeOut` wants to be called next.
    var deadline: Instant? {
        mutating get { deadlines.next }
    }

    var count: Int { connections.count }

    /// Whether the first message on a connection may ask for more requests on it.
    func mayGetAlias(_ id: ConnectionID) -> Bool {
        guard let connection = connections[id], case .unproven = connection.phase else { return false }
        return connection.destination.transport == .tcp
    }

    /// Where messages that came on a connection came from; `nil` once it has ended.
    func flow(of id: ConnectionID) -> Flow? {
        connections[id].map { connection in
            Flow(
                listener: connection.listener, transport: connection.destination.transport, connection: id,
                remote: connection.destination.remote)
        }
    }
}

extension ConnectionTable {
    private struct Destination: Hashable {
        let transport: Transport
        let remote: TransportAddress
    }

    private enum Phase {
        /// One of ours that is not there yet, with what waits for it.
        case opening(queued: [[UInt8]], until: Instant)
        /// A far end's from which no whole message has come yet.
        case unproven(until: Instant)
        case open(idleAt: Instant, pingAt: Instant?, messageBy: Instant?)

        var deadline: Instant {
            switch self {
            case .opening(_, let until), .unproven(let until): until
            case .open(let idleAt, let pingAt, let messageBy):
                [idleAt, pingAt, messageBy].compactMap(\.self).reduce(idleAt, min)
            }
        }
    }

    private struct Connection {
        let listener: UInt8
        let destination: Destination
        let isOwn: Bool
        var phase: Phase
        /// What was sent on it, in the order of the first message.
        var flows: [Flow] = []
        /// A further address that leads here.
        var alias: Destination?
    }

    private mutating func set(_ phase: Phase, of id: ConnectionID) {
        connections[id]?.phase = phase
        deadlines.set(phase.deadline, for: id)
    }

    private mutating func newID() -> ConnectionID {
        lastNumber += 1
        return ConnectionID(number: lastNumber)
    }
}

// MARK: - What is sent

extension ConnectionTable {
    mutating func send(_ datagram: Datagram, at now: Instant) -> [Action] {
        let flow = datagram.flow
        let named = flow.connection.flatMap { connections[$0] == nil ? nil : $0 }
        let destination = Destination(transport: flow.transport, remote: flow.remote)
        guard let id = named ?? routes[destination] else { return open(for: datagram, to: destination, at: now) }
        guard let connection = connections[id] else { preconditionFailure("a route leads to a connection") }
        remember(flow, on: id)
        switch connection.phase {
        case .opening(var queued, let until):
            guard queued.count < limits.queuedMessages else { return [.undelivered(flow)] }
            queued.append(datagram.bytes)
            connections[id]?.phase = .opening(queued: queued, until: until)
            return []
        case .unproven: return [.write(id, datagram.bytes)]
        case .open(let idleAt, _, let messageBy):
            set(
                .open(
                    idleAt: connection.isOwn ? now + limits.ownIdle : idleAt, pingAt: pingTime(connection, at: now),
                    messageBy: messageBy), of: id)
            return [.write(id, datagram.bytes)]
        }
    }

    private mutating func open(for datagram: Datagram, to destination: Destination, at now: Instant) -> [Action] {
        guard connections.count < limits.connections else { return [.undelivered(datagram.flow)] }
        let id = newID()
        connections[id] = Connection(
            listener: datagram.flow.listener, destination: destination, isOwn: true,
            phase: .unproven(until: now), flows: [datagram.flow])
        routes[destination] = id
        let patience = datagram.patience ?? limits.opening
        set(.opening(queued: [datagram.bytes], until: now + patience), of: id)
        return [.open(id, destination.transport, destination.remote)]
    }

    private mutating func remember(_ flow: Flow, on id: ConnectionID) {
        guard let flows = connections[id]?.flows, flows.last != flow, flows.count < limits.flows, !flows.contains(flow)
        else { return }
        connections[id]?.flows.append(flow)
    }

    private func pingTime(_ connection: Connection, at now: Instant) -> Instant? {
        connection.isOwn ? now + limits.ping : nil
    }
}

// MARK: - What happens to connections

extension ConnectionTable {
    /// A far end connected; `nil` when there are too many: then it is to be closed.
    mutating func accept(
        _ transport: Transport, at listener: UInt8, from remote: TransportAddress, at now: Instant
    ) -> ConnectionID? {
        guard foreignCount < limits.foreignConnections, connections.count < limits.connections else { return nil }
        foreignCount += 1
        let id = newID()
        let destination = Destination(transport: transport, remote: remote)
        connections[id] = Connection(
            listener: listener, destination: destination, isOwn: false, phase: .unproven(until: now))
        if routes[destination] == nil { routes[destination] = id }
        set(.unproven(until: now + limits.proof), of: id)
        return id
    }

    /// A connection of ours is there, handshake included.
    mutating func opened(_ id: ConnectionID, at now: Instant) -> [Action] {
        guard let connection = connections[id], case .opening(let queued, _) = connection.phase else { return [] }
        set(
            .open(idleAt: now + limits.ownIdle, pingAt: pingTime(connection, at: now), messageBy: nil), of: id)
        return queued.map { .write(id, $0) }
    }

    /// Bytes came.
    ///
    /// - Parameters:
    ///   - messages: how many became whole.
    ///   - isInside: whether another has begun and is not whole.
    mutating func received(_ id: ConnectionID, messages: Int, isInside: Bool, at now: Instant) {
        guard let connection = connections[id] else { return }
        switch connection.phase {
        case .opening: return
        case .unproven: if messages == 0 { return }
        case .open: break
        }
        var (idleAt, pingAt, messageBy): (Instant, Instant?, Instant?) = (now + limits.foreignIdle, nil, nil)
        if connection.isOwn, case .open(let idle, let ping, _) = connection.phase {
            (idleAt, pingAt) = (messages > 0 ? now + limits.ownIdle : idle, ping)
        }
        if case .open(_, _, let due?) = connection.phase, messages == 0 { messageBy = due }
        messageBy = isInside ? messageBy ?? now + limits.message : nil
        set(.open(idleAt: idleAt, pingAt: pingAt, messageBy: messageBy), of: id)
    }

    /// The far end of a TCP connection that it opened wants requests to `port` of its address to come back on it, as
    /// RFC 5923 §8.2 has it over TLS.
    ///
    /// Not over TLS here: who opened the connection need not have shown a certificate (§9.2).
    mutating func setAlias(_ id: ConnectionID, port: UInt16) {
        guard mayGetAlias(id), let connection = connections[id] else { return }
        let alias = Destination(
            transport: .tcp, remote: TransportAddress(ip: connection.destination.remote.ip, port: port))
        guard routes[alias] == nil else { return }
        routes[alias] = id
        connections[id]?.alias = alias
    }

    /// A connection has gone, or never came to be.
    ///
    /// - Parameter reason: why, in words for the log.
    mutating func ended(_ id: ConnectionID, reason: String) -> [Action] {
        let flow = flow(of: id)
        guard let flow, let connection = connections.removeValue(forKey: id) else { return [] }
        if !connection.isOwn { foreignCount -= 1 }
        for route in [connection.destination, connection.alias].compactMap(\.self) where routes[route] == id {
            routes[route] = nil
        }
        deadlines.set(nil, for: id)
        guard case .opening = connection.phase else { return connection.flows.map { Action.broken($0) } }
        return [.failed(flow, reason: reason)] + connection.flows.map { Action.undelivered($0) }
    }

    /// Deals with everything that is due.
    mutating func timeOut(at now: Instant) -> [Action] {
        var actions: [Action] = []
        while let id = deadlines.popDue(at: now) {
            guard let connection = connections[id] else { continue }
            if case .open(let idleAt, let pingAt?, let messageBy) = connection.phase, pingAt <= now, idleAt > now,
                messageBy.map({ $0 > now }) ?? true
            {
                set(.open(idleAt: idleAt, pingAt: now + limits.ping, messageBy: messageBy), of: id)
                actions.append(.write(id, ConnectionTable.ping))
            } else {
                actions += ended(id, reason: "not connected in time") + [.close(id)]
            }
        }
        return actions
    }

    /// Two empty lines (RFC 5626 §4.4.1).
    static let ping: [UInt8] = [13, 10, 13, 10]
}
