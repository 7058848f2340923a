public import SansIO

/// One transport association: a listening UDP socket of ours and the address at its far end.
public struct Flow: Hashable, Sendable {
    /// Which of the listening sockets, in the order of the configuration.
    public let listener: UInt8
    public let remote: TransportAddress

    public init(listener: UInt8 = 0, remote: TransportAddress) {
        self.listener = listener
        self.remote = remote
    }
}

/// One SIP message on its way out.
public struct Datagram: Hashable, Sendable {
    public let bytes: [UInt8]
    public let flow: Flow

    public init(bytes: [UInt8], flow: Flow) {
        self.bytes = bytes
        self.flow = flow
    }
}
