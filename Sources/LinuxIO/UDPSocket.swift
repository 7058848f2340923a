internal import CLinux
internal import Glibc
public import SansIO

/// A UDP socket, bound, never blocking; closed when it goes.
///
/// Safe to use from several threads, as the kernel's sockets are. Interrupted calls are repeated.
public struct UDPSocket: ~Copyable, Sendable {
    /// To be added to a poller.
    public let descriptor: Int32
    private let family: Int32
    private let servesBothFamilies: Bool

    /// Binds a socket. Port 0 lets the kernel choose one.
    ///
    /// - Parameter servesBothFamilies: whether a socket at `::` carries IPv4 too; any other IPv6 socket carries IPv6 alone.
    public init(boundTo address: TransportAddress, servesBothFamilies: Bool = false) throws(SystemError) {
        precondition(!servesBothFamilies || address.ip == .v6(0, 0), "only :: is an address of both families")
        let family = address.ip.family
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = try check(socket(family, type, 0), "socket for \(address)")
        if family == AF_INET6 {
            // Cannot fail on a fresh IPv6 socket; if it did, binding beside an IPv4 socket would.
            _ = setOption(
                IPV6_V6ONLY, at: Int32(IPPROTO_IPV6), of: descriptor, to: servesBothFamilies ? 0 : 1)
        }
        let bound = SocketAddress(address).withPointer { bind(descriptor, $0, $1) }
        guard bound == 0 else {
            let error = SystemError(code: errno, attempt: "bind \(address)")
            close(descriptor)
            throw error
        }
        self.family = family
        self.servesBothFamilies = servesBothFamilies
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The address bound to, with the port that the kernel chose.
    public func localAddress() throws(SystemError) -> TransportAddress {
        var address = SocketAddress()
        try check(address.fill { getsockname(descriptor, $0, $1) }, "getsockname")
        guard let local = address.transportAddress else {
            throw SystemError(code: EAFNOSUPPORT, attempt: "getsockname")
        }
        return local
    }

    /// From now on the kernel drops what comes from elsewhere; what is queued already stays.
    public func connect(to address: TransportAddress) throws(SystemError) {
        let result = SocketAddress(address, mapsIPv4: servesBothFamilies).withPointer {
            Glibc.connect(descriptor, $0, $1)
        }
        try check(result, "connect \(address)")
    }

    /// Hears everybody again. The local address stays if its port was named; one that the kernel chose is lost.
    public func disconnect() throws(SystemError) {
        try check(clinux_disconnect(descriptor), "disconnect")
    }

    /// Sets the sizes of the kernel's queues in bytes; the kernel caps them silently (`net.core.rmem_max`, `wmem_max`).
    public func setBuffers(receive: Int, send: Int) throws(SystemError) {
        let receiving = setOption(SO_RCVBUF, at: SOL_SOCKET, of: descriptor, to: Int32(clamping: receive))
        try check(receiving, "setsockopt SO_RCVBUF")
        let sending = setOption(SO_SNDBUF, at: SOL_SOCKET, of: descriptor, to: Int32(clamping: send))
        try check(sending, "setsockopt SO_SNDBUF")
    }
}

private func setOption(_ option: Int32, at level: Int32, of descriptor: Int32, to value: Int32) -> Int32 {
    var value = value
    return setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
}

// MARK: - Datagrams

extension UDPSocket {
    /// What became of a datagram to send.
    public enum Sent: Hashable, Sendable {
        case sent
        /// The kernel's queue is full; the datagram is lost.
        case full
        /// The `errno` value. On a connected socket it may tell of an earlier datagram (ICMP).
        case failed(Int32)
    }

    /// What came of reading.
    public enum Received: Hashable, Sendable {
        /// The datagram's length. More than the buffer holds: the rest is lost.
        case datagram(Int)
        /// Nothing is there.
        case nothing
        /// The `errno` value, such as `ECONNREFUSED` for what was sent earlier on a connected socket.
        case failed(Int32)
    }

    /// Sends to where the socket is connected.
    public func send(_ datagram: UnsafeRawBufferPointer) -> Sent {
        outcome { Glibc.send(descriptor, datagram.baseAddress, datagram.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Sends to `destination`, which must be of a family that the socket carries.
    public func send(_ datagram: UnsafeRawBufferPointer, to destination: TransportAddress) -> Sent {
        SocketAddress(destination, mapsIPv4: servesBothFamilies).withPointer { address, length in
            outcome {
                sendto(
                    descriptor, datagram.baseAddress, datagram.count, Int32(MSG_NOSIGNAL), address, length)
            }
        }
    }

    private func outcome(of call: () -> Int) -> Sent {
        while call() < 0 {
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS: return .full
            case let code: return .failed(code)
            }
        }
        return .sent
    }

    /// Reads one datagram from wherever it came.
    public func receive(into buffer: UnsafeMutableRawBufferPointer) -> Received {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC))
            if count >= 0 { return .datagram(count) }
            if errno != EINTR { return failure() }
        }
    }

    /// Reads one datagram and tells where it came from; `source` changes only when there was one.
    public func receive(into buffer: UnsafeMutableRawBufferPointer, source: inout TransportAddress) -> Received {
        var address = SocketAddress()
        while true {
            let count = address.fill {
                recvfrom(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC), $0, $1)
            }
            if count >= 0 {
                guard let sender = address.transportAddress else { return .failed(EAFNOSUPPORT) }
                source = sender
                return .datagram(count)
            }
            if errno != EINTR { return failure() }
        }
    }

    private func failure() -> Received { errno == EAGAIN ? .nothing : .failed(errno) }
}

// MARK: - Errors of earlier datagrams

extension UDPSocket {
    /// A datagram that did not arrive, as ICMP or the kernel itself told later.
    public struct Undelivered: Hashable, Sendable {
        public let destination: TransportAddress
        /// The `errno` value: `ECONNREFUSED`, `EHOSTUNREACH`, `ENETUNREACH` and the like.
        public let code: Int32
    }

    /// Asks the kernel to keep such errors, with their destinations (IP_RECVERR). The poller then tells `hasError`.
    public func keepErrors() throws(SystemError) {
        try check(clinux_enable_error_queue(descriptor, family), "setsockopt IP_RECVERR")
    }

    /// Takes the next such error; `nil` when there is none. While one is pending, sending may fail with its code once.
    public func nextError() throws(SystemError) -> Undelivered? {
        var error = clinux_socket_error()
        while try check(clinux_read_error_queue(descriptor, &error), "recvmsg MSG_ERRQUEUE") > 0 {
            let address = SocketAddress(error.destination, length: error.destination_length)
            if let destination = address.transportAddress, error.code != 0 {
                return Undelivered(destination: destination, code: error.code)
            }
        }
        return nil
    }
}
