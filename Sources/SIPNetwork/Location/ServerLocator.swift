public import SIPTransactions
public import SansIO

/// A name whose servers cannot be found.
public struct LocationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let host: String
    public let reason: String

    public var description: String { "\(host): \(reason)" }
}

/// What was found, and how long it holds.
public struct Location: Hashable, Sendable {
    public var servers: [LocatedServer]
    public var validity: Duration
}

/// Finds the servers of SIP URIs (RFC 3263 §4). Blocks while it asks; used by one thread at a time.
public final class ServerLocator {
    /// What is found holds no shorter and no longer than this, whatever the domain says.
    static let shortestValidity: Duration = .seconds(5)
    static let longestValidity: Duration = .seconds(3_600)
    /// Where nothing tells, as in `/etc/hosts`.
    static let usualValidity: Duration = .seconds(60)

    private let nameServers: NameServers

    /// - Parameter nameServers: those that are asked, in this order; none: those of the system.
    public init(nameServers: [TransportAddress] = []) throws(LocationError) {
        let list = nameServers.map(\.description).joined(separator: ",")
        self.nameServers = try NameServers(list.isEmpty ? nil : list)
    }

    /// - Parameter supported: the transports that can be chosen where the name says none.
    public func locate(_ name: ServerName, supported: [Transport]) throws(LocationError) -> Location {
        var location = ServerLocation(name, supported: supported)
        while let question = location.question { location.take(nameServers.answer(to: question)) }
        guard !location.servers.isEmpty else {
            throw LocationError(host: name.host, reason: location.trouble ?? "no address")
        }
        let validity = location.timeToLive.map { Duration.seconds(Int64($0)) } ?? Self.usualValidity
        let isFixed = IPAddress(name.host) != nil
        return Location(
            servers: location.servers,
            validity: isFixed ? Self.longestValidity : min(max(validity, Self.shortestValidity), Self.longestValidity))
    }
}
