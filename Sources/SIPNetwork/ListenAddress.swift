public import SIPTransactions
public import SansIO

/// Where SIP is listened for: a transport and an address of ours.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    public let transport: Transport
    public let address: TransportAddress

    public init(_ address: TransportAddress, over transport: Transport = .udp) {
        self.transport = transport
        self.address = address
    }

    /// As in the configuration: `tcp://127.0.0.1:5060`.
    public var description: String { "\(transport.name)://\(address)" }
}
