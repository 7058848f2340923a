/// A listener of ours as others see it.
public struct ListeningPoint: Hashable, Sendable {
    public let transport: Transport
    /// The public `host` or `host:port`, for Via, Contact and From.
    public let host: String

    public init(_ host: String, over transport: Transport = .udp) {
        self.transport = transport
        self.host = host
    }
}
