import LinuxIO
import NIOCore
import NIOPosix
import NIOSSL
import SIPSyntax
import SIPTransactions
import SansIO

/// The connections with their channels. Confined to one event loop.
final class StreamEngine {
    /// Unsent bytes of one connection; beyond them its far end reads too slowly and is closed.
    static let unsentLimit = 1 << 20

    private let loop: any EventLoop
    private let mailbox: StreamMailbox
    private let identity: TLSIdentity
    private var table: ConnectionTable
    private var channels: [ConnectionID: any Channel] = [:]
    private var heldReads: Set<ConnectionID> = []
    private var peers: [TransportAddress: TLSPeer] = [:]
    private var alarm: (at: Instant, scheduled: Scheduled<Void>)?

    init(on loop: any EventLoop, mailbox: StreamMailbox, identity: TLSIdentity, limits: StreamLimits) {
        self.loop = loop
        self.mailbox = mailbox
        self.identity = identity
        table = ConnectionTable(limits: limits)
    }

    func expect(_ peers: [TransportAddress: TLSPeer]) { self.peers = peers }

    /// Sends what the signalling thread posted.
    func drain() {
        let now = MonotonicClock.now()
        var written: Set<ConnectionID> = []
        for datagram in mailbox.takeOutgoing() { perform(table.send(datagram, at: now), written: &written) }
        flush(written)
    }

    func releaseReads() {
        let held = heldReads
        heldReads = []
        for id in held { channels[id]?.read() }
    }

    private func perform(_ actions: [ConnectionTable.Action]) {
        var written: Set<ConnectionID> = []
        perform(actions, written: &written)
        flush(written)
    }

    private func perform(_ actions: [ConnectionTable.Action], written: inout Set<ConnectionID>) {
        for action in actions {
            switch action {
            case .open(let id, let transport, let remote): open(id, transport, remote)
            case .write(let id, let bytes):
                guard let channel = channels[id] else { continue }
                channel.write(channel.allocator.buffer(bytes: bytes), promise: nil)
                written.insert(id)
            case .close(let id): channels[id]?.close(promise: nil)
            case .undelivered(let flow): mailbox.deliver([.undelivered(flow)])
            case .broken(let flow): mailbox.deliver([.broken(flow)])
            case .failed(let flow, let reason):
                mailbox.count { $0.failed += 1 }
                mailbox.deliver([.notConnected(flow, reason: reason)])
            }
        }
        setAlarm()
    }

    private func flush(_ written: Set<ConnectionID>) {
        for id in written {
            guard let channel = channels[id] else { continue }
            channel.flush()
            if !channel.isWritable {
                mailbox.count { $0.stalled += 1 }
                channel.close(promise: nil)
            }
        }
    }

    private func setAlarm() {
        guard let deadline = table.deadline else { return }
        if let alarm, alarm.at <= deadline { return }
        alarm?.scheduled.cancel()
        let scheduled = loop.assumeIsolated().scheduleTask(in: .until(deadline)) { self.ring() }
        alarm = (deadline, scheduled)
    }

    private func ring() {
        alarm = nil
        perform(table.timeOut(at: MonotonicClock.now()))
    }
}

// MARK: - Opening

extension StreamEngine {
    /// Prepares the channel of a far end that connected; throws when there are too many.
    func accept(_ channel: any Channel, over transport: Transport, at listener: UInt8) throws {
        guard let remote = channel.remoteAddress.flatMap({ TransportAddress($0) }),
            let id = table.accept(transport, at: listener, from: remote, at: MonotonicClock.now())
        else {
            mailbox.count { $0.refused += 1 }
            throw ChannelError.eof
        }
        if transport == .tls, let context = identity.server {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }
        try adopt(channel, id, transport)
        mailbox.count { $0.accepted += 1 }
        setAlarm()
    }

    private func adopt(_ channel: any Channel, _ id: ConnectionID, _ transport: Transport) throws {
        try channel.pipeline.syncOperations.addHandler(StreamHandler(id, over: transport, engine: self))
        channels[id] = channel
        mailbox.count { $0.connections = table.count }
    }

    private func open(_ id: ConnectionID, _ transport: Transport, _ remote: TransportAddress) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(table.limits.opening.wholeNanoseconds))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: Self.unsentLimit / 2, high: Self.unsentLimit))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let engine = bound.value
                    if transport == .tls {
                        try channel.pipeline.syncOperations.addHandler(engine.tlsHandler(for: remote))
                    }
                    try engine.adopt(channel, id, transport)
                }
            }
        do {
            bootstrap.connect(to: try SocketAddress(remote)).assumeIsolated().whenFailure { error in
                self.ended(id, reason: "\(error)")
            }
        } catch {
            ended(id, reason: "\(error)")
        }
    }

    private func tlsHandler(for remote: TransportAddress) throws -> NIOSSLClientHandler {
        let peer = peers[remote] ?? TLSPeer(name: nil)
        return try NIOSSLClientHandler(
            context: peer.isVerified ? identity.client : identity.unverifyingClient, serverHostname: peer.name)
    }
}

// MARK: - What the handlers tell

extension StreamEngine {
    func opened(_ id: ConnectionID) {
        let actions = table.opened(id, at: MonotonicClock.now())
        // Only a connection of ours has something waiting.
        if !actions.isEmpty { mailbox.count { $0.opened += 1 } }
        perform(actions)
    }

    func received(_ messages: [[UInt8]], on id: ConnectionID, isInside: Bool) {
        guard let flow = table.flow(of: id) else { return }
        if let first = messages.first { noteAlias(in: first, on: id) }
        table.received(id, messages: messages.count, isInside: isInside, at: MonotonicClock.now())
        mailbox.deliver(messages.map { .datagram($0, from: flow) })
        setAlarm()
    }

    /// What came on a connection is no stream of messages.
    func garbled(_ id: ConnectionID) { mailbox.count { $0.garbled += 1 } }

    func mayRead(_ id: ConnectionID) -> Bool {
        let mayRead = mailbox.mayRead()
        if !mayRead { heldReads.insert(id) }
        return mayRead
    }

    func ended(_ id: ConnectionID, reason: String?) {
        channels[id] = nil
        heldReads.remove(id)
        perform(table.ended(id, reason: reason ?? "closed by the far end"))
        mailbox.count { $0.connections = table.count }
    }

    private func noteAlias(in message: [UInt8], on id: ConnectionID) {
        // What cannot be read asks for no alias.
        guard table.mayGetAlias(id), let request = try? SIPMessage(parsing: message), request.isRequest,
            request.topVia.parameters.contains("alias")
        else { return }
        table.setAlias(id, port: request.topVia.port ?? Transport.tcp.defaultPort)
    }
}

extension TimeAmount {
    /// From now to an instant; nothing if that has passed.
    fileprivate static func until(_ instant: Instant) -> TimeAmount {
        .nanoseconds(max(0, (instant - MonotonicClock.now()).wholeNanoseconds))
    }
}

extension SocketAddress {
    init(_ address: TransportAddress) throws {
        try self.init(ipAddress: address.ip.description, port: Int(address.port))
    }
}

extension TransportAddress {
    /// `nil` for what is no internet address.
    init?(_ address: SocketAddress) {
        guard let ip = address.ipAddress.flatMap({ IPAddress($0) }), let port = address.port.flatMap(UInt16.init)
        else { return nil }
        self.init(ip: ip, port: port)
    }
}
