import Glibc
import LinuxIO
import SIPTransactions
import SansIO
import Testing

@testable import SIPNetwork

/// Sockets of a test with what they brought so far.
final class StreamStage {
    typealias Arrival = SignallingSockets.Arrival

    static let loopback = TransportAddress(ip: .v4(0x7F00_0001), port: 0)

    let sockets: SignallingSockets
    private let poller: Poller
    private(set) var arrivals: [Arrival] = []

    init(_ listen: [ListenAddress], identity: TLSIdentity) throws {
        sockets = try SignallingSockets(listen: listen, identity: identity)
        poller = try Poller()
        try sockets.watch(by: poller)
    }

    /// One TCP listener.
    convenience init(ip: IPAddress = loopback.ip) throws {
        try self.init([ListenAddress(TransportAddress(ip: ip, port: 0), over: .tcp)], identity: TLSIdentity())
    }

    var address: TransportAddress { sockets.addresses[0] }

    func send(_ bytes: [UInt8], over transport: Transport = .tcp, to remote: TransportAddress) throws {
        try send(bytes, on: Flow(transport: transport, remote: remote))
    }

    func send(_ bytes: [UInt8], on flow: Flow) throws {
        try sockets.send(Datagram(bytes: bytes, flow: flow), arrivals: &arrivals)
    }

    /// Waits until so many things have arrived in all, or 10 s without any.
    func wait(for count: Int) throws -> [Arrival] {
        while arrivals.count < count {
            let ready = poller.wait(.seconds(10))
            guard ready > 0 else { break }
            for index in 0..<ready {
                try sockets.receive(at: Int(poller.event(at: index).token), limit: 64, into: &arrivals)
            }
        }
        return arrivals
    }

    /// The messages that arrived.
    var messages: [[UInt8]] {
        arrivals.compactMap { arrival in
            guard case .datagram(let bytes, _) = arrival else { return nil }
            return bytes
        }
    }

    /// Waits for the next message and gives its flow.
    func flow(ofMessage number: Int) throws -> Flow {
        guard case .datagram(_, let flow) = try #require(try wait(for: number).last) else {
            throw StageError.noMessage
        }
        return flow
    }

    enum StageError: Error { case noMessage }
}

/// A far end that writes and reads bare bytes.
final class BareClient {
    private let descriptor: Int32

    init(to remote: TransportAddress) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = remote.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    func write(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        let count = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        #expect(count == bytes.count)
    }

    /// What comes next; empty once the far end has closed.
    func read() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        // A reset tells the same as an orderly end.
        if count < 0, errno == ECONNRESET { return [] }
        try #require(count >= 0, "nothing came")
        return Array(buffer.prefix(count))
    }
}
