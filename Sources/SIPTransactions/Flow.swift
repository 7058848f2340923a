public import SansIO

/// One connection of a stream transport, from its opening to its end; never used again.
public struct ConnectionID: Hashable, Sendable {
    public let number: UInt64

    public init(number: UInt64) {
        self.number = number
    }
}

/// One transport association: a listener of ours, a transport, and the address at its far end.
public struct Flow: Hashable, Sendable {
    /// Which of the listeners, in the order of the configuration. What we open ourselves shows itself as that listener.
    public let listener: UInt8
    public let transport: Transport
    /// The connection to use while it lives. `nil` for UDP, and where any connection to `remote` will do, a new one
    /// included.
    public let connection: ConnectionID?
    /// The far end; where there is a connection, the address to connect to once that has gone.
    public let remote: TransportAddress

    public init(
        listener: UInt8 = 0, transport: Transport = .udp, connection: ConnectionID? = nil, remote: TransportAddress
    ) {
        precondition(transport.isReliable || connection == nil, "UDP knows no connections")
        self.listener = listener
        self.transport = transport
        self.connection = connection
        self.remote = remote
    }

    /// The flow over the same listener and transport to `remote`. A connection is kept where that is the same host:
    /// the port that a connection came from is seldom one to connect to.
    public func redirected(to remote: TransportAddress) -> Flow {
        Flow(
            listener: listener, transport: transport, connection: remote.ip == self.remote.ip ? connection : nil,
            remote: remote)
    }
}

/// One SIP message on its way out.
public struct Datagram: Hashable, Sendable {
    public let bytes: [UInt8]
    public let flow: Flow
    /// How long a connection for it may take to be there; `nil`: as long as usual.
    public let patience: Duration?

    public init(bytes: [UInt8], flow: Flow, patience: Duration? = nil) {
        self.bytes = bytes
        self.flow = flow
        self.patience = patience
    }
}
