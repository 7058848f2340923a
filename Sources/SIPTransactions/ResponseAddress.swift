public import SIPSyntax
import SansIO

extension Flow {
    /// Where the responses to a request that came over this flow go (RFC 3261 §18.2.2).
    ///
    /// Over a stream: back on its connection or, once that has gone, to the source's address at the port of the
    /// top Via. Over UDP: to the source (RFC 3581 §4), or to the source's address at the port of the top Via where the
    /// sender did not ask for `rport`. `maddr` is not followed: it would let anybody aim our responses.
    public func answering(_ via: Via) -> Flow {
        guard transport.isReliable || via.rport == .absent else { return self }
        return redirected(to: TransportAddress(ip: remote.ip, port: via.port ?? transport.defaultPort))
    }
}

extension ViaSource {
    /// What a response's top Via tells of where its request came from.
    public init(_ flow: Flow) {
        self.init(address: flow.remote.ip.description, port: flow.remote.port)
    }
}
