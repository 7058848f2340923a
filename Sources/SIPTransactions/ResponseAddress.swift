public import SIPSyntax
import SansIO

extension Flow {
    /// Where the responses to a request that came over this flow go: to its source (RFC 3581 §4), or to
    /// the source's address at the port of the top Via where the sender did not ask for `rport`
    /// (RFC 3261 §18.2.2). `maddr` is not followed: it would let anybody aim our responses.
    public func answering(_ via: Via) -> Flow {
        guard via.rport == .absent else { return self }
        return Flow(listener: listener, remote: TransportAddress(ip: remote.ip, port: via.port ?? 5060))
    }
}

extension ViaSource {
    /// What a response's top Via tells of where its request came from.
    public init(_ flow: Flow) {
        self.init(address: flow.remote.ip.description, port: flow.remote.port)
    }
}
