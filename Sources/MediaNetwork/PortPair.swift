internal import LinuxIO
internal import MediaControl
internal import SansIO
internal import Synchronization

/// A leg's two sockets, bound and on their way to its thread.
final class PortPair: Sendable {
    struct Sockets: ~Copyable, Sendable {
        let rtp: UDPSocket
        let rtcp: UDPSocket
    }

    private let sockets: Mutex<Sockets?>

    /// Binds both, and has `poller` make room for them: what comes after cannot fail.
    init(at endpoint: MediaEndpoint, for poller: borrowing Poller) throws(SystemError) {
        precondition(endpoint.port < UInt16.max)
        let rtp = try Self.socket(at: endpoint, endpoint.port)
        let rtcp = try Self.socket(at: endpoint, endpoint.port + 1)
        try poller.reserve(rtp.descriptor)
        try poller.reserve(rtcp.descriptor)
        sockets = Mutex(Sockets(rtp: rtp, rtcp: rtcp))
    }

    /// Hands the sockets over, once.
    func take() -> Sockets {
        guard let taken = sockets.withLock({ $0.take() }) else { preconditionFailure("sockets have one owner") }
        return taken
    }

    private static func socket(at endpoint: MediaEndpoint, _ port: UInt16) throws(SystemError) -> UDPSocket {
        try UDPSocket(
            boundTo: TransportAddress(ip: endpoint.address, port: port),
            servesBothFamilies: endpoint.address == .v6(0, 0))
    }
}
