public import LinuxIO
public import SansIO

/// What the routing table says.
public enum Route {
    /// The address of ours that packets to `remote` leave from. Sends nothing.
    public static func localAddress(towards remote: IPAddress) throws(SystemError) -> IPAddress {
        let any: IPAddress =
            switch remote {
            case .v4: .v4(0)
            case .v6: .v6(0, 0)
            }
        let socket = try UDPSocket(boundTo: TransportAddress(ip: any, port: 0))
        // Connecting a UDP socket chooses the route; the port does not matter, but it must be one.
        try socket.connect(to: TransportAddress(ip: remote, port: 5060))
        return try socket.localAddress().ip
    }

    /// The listener that reaches `remote`: the one bound to the route's address, or else the first of the same
    /// family bound to every address or, for loopback's sake, to any.
    public static func listener(
        towards remote: IPAddress, among listeners: [TransportAddress]
    ) throws(SystemError) -> Int? {
        let local = try localAddress(towards: remote)
        return listeners.firstIndex { $0.ip == local }
            ?? listeners.firstIndex { $0.ip.isUnspecified && $0.ip.isSameFamily(as: remote) }
            ?? listeners.firstIndex { $0.ip.isSameFamily(as: remote) }
    }
}
