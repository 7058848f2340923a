public import LinuxIO
public import SIPTransactions
public import SansIO

/// The UDP sockets that SIP arrives at and leaves by. Owned and used by one thread.
public final class SignallingSockets {
    /// Something the network brought.
    public enum Arrival: Hashable, Sendable {
        case datagram([UInt8], from: Flow)
        /// What was sent to this peer did not arrive, as ICMP or the kernel says.
        case undelivered(Flow)
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
    }

    /// The most bytes of a datagram (RFC 3261 §18.1.1).
    public static let largestDatagram = 65_535
    /// Asked of the kernel for each socket and direction; it grants up to `net.core.rmem_max` and `wmem_max`.
    static let kernelBuffer = 8 << 20
    /// The most entries taken from an error queue at a time.
    private static let errorBatch = 64

    public private(set) var counts = Counts()
    private let sockets: [Socket]
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

    /// Binds all of them, 1 to 255; port 0 lets the kernel choose.
    ///
    /// - Parameter longest: datagrams with more bytes are dropped and counted.
    public init(
        listen addresses: [TransportAddress], longest: Int = SignallingSockets.largestDatagram
    ) throws(SystemError) {
        precondition((1...255).contains(addresses.count), "the listener's index is one byte")
        var sockets: [Socket] = []
        for address in addresses { sockets.append(try Socket(boundTo: address)) }
        self.sockets = sockets
        self.longest = longest
        buffer = .allocate(byteCount: longest, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// The addresses bound to, with the ports that the kernel chose.
    public var addresses: [TransportAddress] { sockets.map(\.address) }

    /// Has `poller` watch them all; each one's token is its index.
    public func watch(by poller: borrowing Poller) throws(SystemError) {
        for (index, socket) in sockets.enumerated() { try poller.add(socket.udp.descriptor, token: UInt64(index)) }
    }
}

// MARK: - Receiving

extension SignallingSockets {
    /// Takes at most `limit` datagrams from one socket, and what is in its error queue; the rest stays for the next time.
    ///
    /// - Parameter hasError: whether the poller told of an error; only then is the error queue read first.
    public func receive(
        at listener: Int, limit: Int, hasError: Bool = true, into arrivals: inout [Arrival]
    ) throws(SystemError) {
        if hasError { try takeErrors(of: listener, into: &arrivals) }
        var source = sockets[listener].address
        for _ in 0..<limit {
            switch sockets[listener].udp.receive(into: buffer, source: &source) {
            case .datagram(let length): accept(length, from: source, at: listener, into: &arrivals)
            // A pending error stands for an entry in the error queue.
            case .failed: try takeErrors(of: listener, into: &arrivals)
            case .nothing: return
            }
        }
    }

    private func accept(_ length: Int, from source: TransportAddress, at listener: Int, into arrivals: inout [Arrival])
    {
        guard length <= longest else {
            counts.overlong += 1
            return
        }
        counts.received += 1
        let bytes = Array(buffer[..<length])
        arrivals.append(.datagram(bytes, from: Flow(listener: UInt8(listener), remote: source)))
    }

    private func takeErrors(of listener: Int, into arrivals: inout [Arrival]) throws(SystemError) {
        for _ in 0..<Self.errorBatch {
            guard let error = try sockets[listener].udp.nextError() else { return }
            counts.undelivered += 1
            arrivals.append(.undelivered(Flow(listener: UInt8(listener), remote: error.destination)))
        }
    }
}

// MARK: - Sending

extension SignallingSockets {
    /// Sends, or tells by an arrival that the kernel refused to. Never blocks.
    public func send(_ datagram: Datagram, arrivals: inout [Arrival]) throws(SystemError) {
        let listener = Int(datagram.flow.listener)
        let socket = sockets[listener]
        guard socket.address.ip.isSameFamily(as: datagram.flow.remote.ip) else {
            return refuse(datagram, into: &arrivals)
        }
        var outcome = socket.udp.send(datagram)
        if case .failed = outcome {
            // The error may be an earlier datagram's, which the kernel tells once to whoever calls next.
            try takeErrors(of: listener, into: &arrivals)
            outcome = socket.udp.send(datagram)
        }
        switch outcome {
        case .sent: counts.sent += 1
        case .full: counts.lostToFullQueue += 1
        case .failed: refuse(datagram, into: &arrivals)
        }
    }

    private func refuse(_ datagram: Datagram, into arrivals: inout [Arrival]) {
        counts.undelivered += 1
        arrivals.append(.undelivered(datagram.flow))
    }
}

extension UDPSocket {
    fileprivate borrowing func send(_ datagram: Datagram) -> Sent {
        datagram.bytes.withUnsafeBytes { send($0, to: datagram.flow.remote) }
    }
}

extension IPAddress {
    func isSameFamily(as other: IPAddress) -> Bool {
        switch (self, other) {
        case (.v4, .v4), (.v6, .v6): true
        case (.v4, .v6), (.v6, .v4): false
        }
    }
}
