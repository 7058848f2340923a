public import LinuxIO
public import SIPTransactions
public import SansIO

/// What SIP arrives at and leaves by: UDP sockets, and TCP and TLS with an event loop of their own. Owned and used by
/// one thread.
public final class SignallingSockets {
    /// Something the network brought.
    public enum Arrival: Hashable, Sendable {
        /// One whole message.
        case datagram([UInt8], from: Flow)
        /// What was sent on this flow did not arrive, as ICMP or the kernel says, or no connection came to be.
        case undelivered(Flow)
        /// The connection that this flow took has ended, and perhaps with it what was sent last.
        case broken(Flow)
        /// A connection of ours came to nothing; `undelivered` follows for what was to go on it.
        case notConnected(Flow, reason: String)
    }

    /// What became of the datagrams.
    public struct Counts: Hashable, Sendable {
        public var received: UInt64 = 0
        public var sent: UInt64 = 0
        /// Longer than any SIP message may be; dropped.
        public var overlong: UInt64 = 0
        /// Sent while the kernel's queue was full; lost, and sent again by the transaction's timer.
        public var lostToFullQueue: UInt64 = 0
        public var undelivered: UInt64 = 0
        public var streams = StreamCounts()
    }

    /// The most bytes of a datagram (RFC 3261 §18.1.1).
    public static let largestDatagram = 65_535
    /// Asked of the kernel for each socket and direction; it grants up to `net.core.rmem_max` and `wmem_max`.
    static let kernelBuffer = 8 << 20
    /// The most entries taken from an error queue at a time.
    private static let errorBatch = 64

    /// What the poller tells when streams brought something; listeners' tokens are below.
    static let streamToken: UInt64 = 254

    private var datagramCounts = Counts()
    /// All that is listened at, with the ports that the kernel chose.
    public let listeners: [ListenAddress]
    /// By listener; `nil` where that is one for streams.
    private let sockets: [Socket?]
    private let streams: SignallingStreams?
    private let buffer: UnsafeMutableRawBufferPointer
    private let longest: Int

    private final class Socket {
        let udp: UDPSocket
        let address: TransportAddress

        init(boundTo address: TransportAddress) throws(SystemError) {
            udp = try UDPSocket(boundTo: address)
            try udp.setBuffers(receive: SignallingSockets.kernelBuffer, send: SignallingSockets.kernelBuffer)
            try udp.keepErrors()
            self.address = try udp.localAddress()
        }
    }

    /// Binds UDP sockets alone.
    public convenience init(
        listen addresses: [TransportAddress], longest: Int = SignallingSockets.largestDatagram
    ) throws(SystemError) {
        try self.init(listen: addresses.map { ListenAddress($0) }, identity: nil, longest: longest)
    }

    /// Binds all of them, 1 to 254; port 0 lets the kernel choose.
    ///
    /// - Parameters:
    ///   - identity: `nil`: no streams are spoken, and there must be no listener for them. Without a certificate in it
    ///     nothing is bound for TLS: such a listener only names us towards those that we connect to.
    ///   - longest: datagrams with more bytes are dropped and counted.
    public init(
        listen: [ListenAddress], identity: TLSIdentity?, longest: Int = SignallingSockets.largestDatagram
    ) throws(SystemError) {
        precondition((1...254).contains(listen.count), "the listener's index is one byte")
        var sockets: [Socket?] = []
        var forStreams: [UInt8: ListenAddress] = [:]
        for (index, listener) in listen.enumerated() {
            if listener.transport == .udp {
                sockets.append(try Socket(boundTo: listener.address))
            } else {
                precondition(identity != nil, "streams are spoken with an identity")
                sockets.append(nil)
                if listener.transport == .tcp || identity?.server != nil { forStreams[UInt8(index)] = listener }
            }
        }
        var streams: SignallingStreams?
        if let identity { streams = try SignallingStreams(listen: forStreams, identity: identity) }
        listeners = listen.enumerated().map { index, listener in
            let bound = sockets[index]?.address ?? streams?.addresses[UInt8(index)] ?? listener.address
            return ListenAddress(bound, over: listener.transport)
        }
        self.sockets = sockets
        self.streams = streams
        self.longest = longest
        buffer = .allocate(byteCount: longest, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// The addresses bound to, with the ports that the kernel chose.
    public var addresses: [TransportAddress] { listeners.map(\.address) }

    public var counts: Counts {
        var counts = datagramCounts
        if let streams { counts.streams = streams.mailbox.counts }
        return counts
    }

    /// Has `poller` watch them all; the tokens are below 255.
    public func watch(by poller: borrowing Poller) throws(SystemError) {
        for (index, socket) in sockets.enumerated() {
            if let socket { try poller.add(socket.udp.descriptor, token: UInt64(index)) }
        }
        if let streams { try poller.add(streams.mailbox.descriptor, token: Self.streamToken) }
    }

    /// Whom to expect at the addresses that we connect to over TLS; elsewhere a certificate must bear the address.
    public func expect(_ peers: [TransportAddress: TLSPeer]) { streams?.expect(peers) }
}

// MARK: - Receiving

extension SignallingSockets {
    /// Takes at most `limit` datagrams from one socket, and what is in its error queue; the rest stays for the next time.
    /// Or takes all that streams brought.
    ///
    /// - Parameters:
    ///   - listener: the poller's token.
    ///   - hasError: whether the poller told of an error; only then is the error queue read first.
    public func receive(
        at listener: Int, limit: Int, hasError: Bool = true, into arrivals: inout [Arrival]
    ) throws(SystemError) {
        if UInt64(listener) == Self.streamToken {
            streams?.receive(into: &arrivals)
            return
        }
        guard let socket = sockets[listener] else { return }
        if hasError { try takeErrors(of: socket, listener, into: &arrivals) }
        var source = socket.address
        for _ in 0..<limit {
            switch socket.udp.receive(into: buffer, source: &source) {
            case .datagram(let length): accept(length, from: source, at: listener, into: &arrivals)
            // A pending error stands for an entry in the error queue.
            case .failed: try takeErrors(of: socket, listener, into: &arrivals)
            case .nothing: return
            }
        }
    }

    private func accept(_ length: Int, from source: TransportAddress, at listener: Int, into arrivals: inout [Arrival])
    {
        guard length <= longest else {
            datagramCounts.overlong += 1
            return
        }
        datagramCounts.received += 1
        let bytes = Array(buffer[..<length])
        arrivals.append(.datagram(bytes, from: Flow(listener: UInt8(listener), remote: source)))
    }

    private func takeErrors(
        of socket: Socket, _ listener: Int, into arrivals: inout [Arrival]
    ) throws(SystemError) {
        for _ in 0..<Self.errorBatch {
            guard let error = try socket.udp.nextError() else { return }
            datagramCounts.undelivered += 1
            arrivals.append(.undelivered(Flow(listener: UInt8(listener), remote: error.destination)))
        }
    }
}

// MARK: - Sending

extension SignallingSockets {
    /// Sends, or tells by an arrival that the kernel refused to; over a stream, soon. Never blocks.
    public func send(_ datagram: Datagram, arrivals: inout [Arrival]) throws(SystemError) {
        if datagram.flow.transport.isReliable {
            guard let streams else { return refuse(datagram, into: &arrivals) }
            return streams.send(datagram)
        }
        let listener = Int(datagram.flow.listener)
        guard let socket = sockets[listener], socket.address.ip.isSameFamily(as: datagram.flow.remote.ip)
        else { return refuse(datagram, into: &arrivals) }
        var outcome = socket.udp.send(datagram)
        if case .failed = outcome {
            // The error may be an earlier datagram's, which the kernel tells once to whoever calls next.
            try takeErrors(of: socket, listener, into: &arrivals)
            outcome = socket.udp.send(datagram)
        }
        switch outcome {
        case .sent: datagramCounts.sent += 1
        case .full: datagramCounts.lostToFullQueue += 1
        case .failed: refuse(datagram, into: &arrivals)
        }
    }

    private func refuse(_ datagram: Datagram, into arrivals: inout [Arrival]) {
        datagramCounts.undelivered += 1
        arrivals.append(.undelivered(datagram.flow))
    }
}

extension UDPSocket {
    fileprivate borrowing func send(_ datagram: Datagram) -> Sent {
        datagram.bytes.withUnsafeBytes { send($0, to: datagram.flow.remote) }
    }
}
