import LinuxIO
import NIOCore
import NIOPosix
import SIPTransactions
import SansIO

/// TCP and TLS: listeners, connections and an event loop of their own, which hands whole messages over in batches.
final class SignallingStreams: Sendable {
    let mailbox: StreamMailbox
    /// The addresses bound to, with the ports that the kernel chose, by listener.
    let addresses: [UInt8: TransportAddress]
    private let group: MultiThreadedEventLoopGroup
    private let loop: any EventLoop
    private let engine: NIOLoopBound<StreamEngine>

    /// Binds all of them.
    init(
        listen: [UInt8: ListenAddress], identity: TLSIdentity, limits: StreamLimits = StreamLimits()
    ) throws(SystemError) {
        let mailbox = try StreamMailbox()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        self.mailbox = mailbox
        self.group = group
        self.loop = loop
        do {
            let engine = try loop.submit {
                NIOLoopBound(
                    StreamEngine(on: loop, mailbox: mailbox, identity: identity, limits: limits), eventLoop: loop)
            }.wait()
            self.engine = engine
            var addresses: [UInt8: TransportAddress] = [:]
            for (listener, address) in listen.sorted(by: { $0.key < $1.key }) {
                addresses[listener] = try SignallingStreams.bind(address, as: listener, on: loop, engine)
            }
            self.addresses = addresses
        } catch {
            SignallingStreams.end(group)
            throw (error as? SystemError) ?? SystemError(code: EIO, attempt: "event loop: \(error)")
        }
    }

    deinit { SignallingStreams.end(group) }

    private static func end(_ group: MultiThreadedEventLoopGroup) {
        group.shutdownGracefully { _ in
            // Whatever is still open then ends with its descriptors.
        }
    }

    private static func bind(
        _ listen: ListenAddress, as listener: UInt8, on loop: any EventLoop, _ engine: NIOLoopBound<StreamEngine>
    ) throws -> TransportAddress? {
        let transport = listen.transport
        var bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: StreamEngine.unsentLimit / 2, high: StreamEngine.unsentLimit)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try engine.value.accept(channel, over: transport, at: listener)
                }
            }
        if case .v6 = listen.address.ip {
            bootstrap = bootstrap.serverChannelOption(
                ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
        }
        do {
            let channel = try bootstrap.bind(to: try SocketAddress(listen.address)).wait()
            return channel.localAddress.flatMap { TransportAddress($0) }
        } catch let error as IOError {
            throw SystemError(code: error.errnoCode, attempt: "bind \(listen)")
        }
    }

    /// Whom to expect at the addresses that we connect to over TLS.
    func expect(_ peers: [TransportAddress: TLSPeer]) {
        loop.execute { [engine] in engine.value.expect(peers) }
    }

    /// Sends soon. What cannot be sent comes back as undelivered.
    func send(_ datagram: Datagram) {
        if mailbox.post(datagram) { loop.execute { [engine] in engine.value.drain() } }
    }

    /// Takes everything that arrived.
    func receive(into arrivals: inout [SignallingSockets.Arrival]) {
        let (taken, holdsReads) = mailbox.takeArrivals()
        arrivals.append(contentsOf: taken)
        if holdsReads { loop.execute { [engine] in engine.value.releaseReads() } }
    }
}
