import Audio
import CallModel
import CallSwitching
import CallTracing
import SDP
import SIPNetwork
import SIPTransactions
import SIPUserAgent
import SansIO

/// Finds the trunks' servers and the way to each.
struct TrunkResolution {
    let configuration: Configuration
    /// What is listened at: `configuration.listeners`, with the ports that the system chose.
    let listeners: [ListenAddress]
    /// What media is bound to, once that is settled.
    var media: IPAddress?

    /// A trunk with its servers, and how long they hold.
    struct Located {
        var targets: [TrunkTarget]
        var addresses: [IPAddress]
        var validity: Duration
    }

    /// Finds the servers of all trunks. Blocks.
    func switchboardSettings() throws -> SwitchboardSettings {
        let locator = try locator()
        var trunks: [TrunkSettings] = []
        var addresses: Set<IPAddress> = []
        for trunk in configuration.trunks {
            let located = try locate(trunk, by: locator)
            addresses.formUnion(located.addresses)
            trunks.append(try settings(for: trunk, at: located.targets))
        }
        return SwitchboardSettings(
            trunks: trunks, trunkAddresses: addresses, phones: try phones(), listeners: try listeningPoints(trunks),
            mediaPorts: configuration.media.ports, mediaBindAddress: try mediaBindAddress(trunks),
            country: configuration.country, trunkResponseTimeout: configuration.sip.trunkResponseTimeout,
            largeRequests: .byTCP(except: fixedToUDP(trunks)),
            traces: TraceLimits(bytesInAll: configuration.sip.traceBytes))
    }

    /// Asks the name servers that the configuration says.
    func locator() throws -> ServerLocator { try ServerLocator(nameServers: configuration.sip.nameServers) }

    /// Finds a trunk's servers. Blocks.
    func locate(_ trunk: ConfiguredTrunk, by locator: ServerLocator) throws -> Located {
        let location: Location
        do throws(LocationError) {
            location = try locator.locate(trunk.serverName, supported: supported)
        } catch {
            throw CommandFailure("trunk \(trunk.name): \(error)")
        }
        let targets = self.targets(of: location.servers)
        guard !targets.isEmpty else {
            throw CommandFailure("trunk \(trunk.name): no listener in sip.listen reaches \(trunk.host)")
        }
        return Located(
            targets: targets, addresses: location.servers.flatMap(\.addresses), validity: location.validity)
    }

    /// What can be spoken to a trunk that leaves the choice to its domain.
    private var supported: [Transport] {
        let listened = Set(listeners.map(\.transport))
        return Transport.allCases.filter(listened.contains)
    }

    /// Those that can be reached, of either family, as long as media can follow.
    func targets(of servers: [LocatedServer]) -> [TrunkTarget] {
        let targets = targets(of: servers, where: mediaReaches)
        // What media is bound to is still to be seen, or does not serve this trunk at all.
        return targets.isEmpty && media == nil ? self.targets(of: servers) { _ in true } : targets
    }

    private func targets(of servers: [LocatedServer], where mayBeUsed: (IPAddress) -> Bool) -> [TrunkTarget] {
        servers.compactMap { server in
            let flows = server.addresses.filter(mayBeUsed).compactMap { flow(to: server, at: $0) }
            return flows.isEmpty ? nil : TrunkTarget(flows, priority: server.priority, weight: server.weight)
        }
    }

    private func mediaReaches(_ address: IPAddress) -> Bool {
        guard let bound = media ?? configuration.media.address, bound != .everyAddress else { return true }
        return bound.isSameFamily(as: address)
    }

    /// `nil` where no listener reaches it, or no route: many a domain has addresses of a family that a host has not.
    private func flow(to server: LocatedServer, at address: IPAddress) -> Flow? {
        let candidates = listeners.indices.filter { listeners[$0].transport == server.transport }
        guard
            let index = try? Route.listener(towards: address, among: candidates.map { listeners[$0].address })
        else { return nil }
        return Flow(
            listener: UInt8(candidates[index]), transport: server.transport,
            remote: TransportAddress(ip: address, port: server.port))
    }

    /// Whom to expect at the trunks' addresses over TLS.
    func tlsPeers(_ targets: [[TrunkTarget]]) -> [TransportAddress: TLSPeer] {
        let peers = zip(configuration.trunks, targets).flatMap { trunk, targets in
            targets.flatMap(\.flows).filter { $0.transport == .tls }.map { ($0.remote, trunk.tlsPeer) }
        }
        return Dictionary(peers) { first, _ in first }
    }

    /// Where requests go by UDP whatever their length.
    private func fixedToUDP(_ trunks: [TrunkSettings]) -> Set<TransportAddress> {
        let fixed = zip(configuration.trunks, trunks).filter { $0.0.transport == .udp }
        return Set(fixed.flatMap { $0.1.targets.flatMap(\.flows).map(\.remote) })
    }

    private func settings(for trunk: ConfiguredTrunk, at targets: [TrunkTarget]) throws -> TrunkSettings {
        guard let first = targets.first?.flows.first else {
            preconditionFailure("a trunk that was located has a server")
        }
        return TrunkSettings(
            name: TrunkName(rawValue: trunk.name), host: trunk.authority, flow: first,
            targets: targets, ping: trunk.ping, mediaAddress: try mediaAddress(towards: first.remote.ip),
            otherMediaAddress: otherMediaAddress(than: first.remote.ip, at: targets),
            prefixes: trunk.prefixes, callerIDs: trunk.callerIDs, maxCalls: trunk.maxCalls,
            maxCallsPerSecond: trunk.maxRate, codecs: trunk.codecs.map { $0 == "PCMA" ? .pcma : .pcmu },
            nat: trunk.nat, account: trunk.account, identity: trunk.identity, rewriting: trunk.rewriting,
            followsRedirects: trunk.followsRedirects, security: trunk.security)
    }

    /// Ours in session descriptions.
    private func mediaAddress(towards remote: IPAddress) throws -> IPAddress {
        try configuration.shownMediaAddress(likeThat: remote) ?? Route.localAddress(towards: remote)
    }

    /// Ours for servers of the other family, those included that may be found later; `nil` where none can be reached.
    private func otherMediaAddress(than first: IPAddress, at targets: [TrunkTarget]) -> IPAddress? {
        let known = targets.lazy.flatMap(\.flows).map(\.remote.ip).first { !$0.isSameFamily(as: first) }
        let listened = listeners.first { !$0.address.ip.isSameFamily(as: first) }
        guard let remote = known ?? listened?.address.ip.someAddressOutside else { return nil }
        // A family without a route is not there.
        return try? mediaAddress(towards: remote)
    }

    /// Where a phone will register from is not known; its listener's address will do, or that of the way out.
    private func phones() throws -> PhoneSettings {
        guard !configuration.extensions.isEmpty else { return PhoneSettings() }
        let addresses = try listeners.map { listener in
            try configuration.shownMediaAddress(likeThat: listener.address.ip)
                ?? ownAddress(of: listener.address, towards: nil)
        }
        return PhoneSettings(
            extensions: configuration.extensions.map { Extension(user: $0.user, password: $0.password) },
            mediaAddresses: addresses,
            security: Dictionary(
                uniqueKeysWithValues: configuration.extensions.filter { $0.security != .off }.map {
                    ($0.user, $0.security)
                }))
    }

    /// The address of the route to the trunks, and of the listeners that phones register at; where these are several,
    /// every address of the family; where there are two families, every address.
    private func mediaBindAddress(_ trunks: [TrunkSettings]) throws -> IPAddress {
        let forPhones = configuration.extensions.isEmpty ? [] : listeners.map(\.address.ip)
        let servers = trunks.flatMap(\.targets).flatMap(\.flows)
        let own = try Set(servers.map { try Route.localAddress(towards: $0.remote.ip) } + forPhones)
        let families = Set(own.map(\.unspecified))
        if let address = configuration.media.address {
            guard address == .everyAddress || families.allSatisfy({ address.isSameFamily(as: $0) }) else {
                throw CommandFailure(
                    "media.address: \(address) serves one family of addresses, but both are in use; :: serves both")
            }
            return address
        }
        if families.count > 1 { return .everyAddress }
        return (own.count == 1 ? own.first : families.first) ?? .v4(0)
    }

    /// What Via and Contact show, for each listener.
    private func listeningPoints(_ trunks: [TrunkSettings]) throws -> [ListeningPoint] {
        var points: [ListeningPoint] = []
        for (index, listener) in listeners.enumerated() {
            let servers = trunks.lazy.flatMap(\.targets).flatMap(\.flows)
            let reached = servers.first { Int($0.listener) == index }?.remote.ip
            let ip =
                try configuration.publicAddress(likeThat: listener.address.ip)
                ?? ownAddress(of: listener.address, towards: reached)
            // Without a certificate nothing is bound for TLS, and connections of our own bear the usual port.
            let port = listener.address.port == 0 ? listener.transport.defaultPort : listener.address.port
            let shown = TransportAddress(ip: ip, port: port)
            points.append(ListeningPoint(shown.description, over: listener.transport))
        }
        return points
    }

    private func ownAddress(of listener: TransportAddress, towards remote: IPAddress?) throws -> IPAddress {
        guard listener.ip.isUnspecified else { return listener.ip }
        if let remote { return try Route.localAddress(towards: remote) }
        guard !configuration.extensions.isEmpty else { return listener.ip }
        return try Route.localAddress(towards: listener.ip.someAddressOutside)
    }
}

extension Configuration {
    /// What is shown instead of our own address of the same family as `other`, if anything is.
    fileprivate func publicAddress(likeThat other: IPAddress) -> IPAddress? {
        sip.publicAddress.flatMap { $0.isSameFamily(as: other) ? $0 : nil }
    }

    fileprivate func shownMediaAddress(likeThat other: IPAddress) -> IPAddress? {
        if let address = publicAddress(likeThat: other) { return address }
        guard let address = media.address, !address.isUnspecified, address.isSameFamily(as: other) else { return nil }
        return address
    }

    /// What the server listens at: as configured and, where a trunk speaks TCP or TLS and nothing is listened at for it,
    /// a port that the system chooses beside each other listener, so that the trunk can send its requests there.
    var listeners: [ListenAddress] {
        let missing = Set(trunks.compactMap(\.transport)).subtracting(sip.listen.map(\.transport))
        let hosts = sip.listen.map(\.address.ip).reduce(into: [IPAddress]()) { if !$0.contains($1) { $0.append($1) } }
        return sip.listen
            + Transport.allCases.filter(missing.contains).flatMap { transport in
                hosts.map { ListenAddress(TransportAddress(ip: $0, port: 0), over: transport) }
            }
    }
}

extension ConfiguredTrunk {
    var serverName: ServerName { ServerName(host: host, port: port, transport: transport) }

    /// A certificate bears the configured name, not the one that it leads to (RFC 5922 §7.3).
    var tlsPeer: TLSPeer { TLSPeer(name: IPAddress(host) == nil ? host : nil, isVerified: verifiesTLS) }
}

extension IPAddress {
    /// An address of the family that only the default route leads to (RFC 5737 §3, RFC 3849 §2).
    fileprivate var someAddressOutside: IPAddress {
        switch self {
        case .v4: .v4(0xC000_0201)
        case .v6: .v6(0x2001_0DB8_0000_0000, 1)
        }
    }

    /// Every address of both families.
    fileprivate static let everyAddress = IPAddress.v6(0, 0)

    /// Every address of the family.
    fileprivate var unspecified: IPAddress {
        switch self {
        case .v4: .v4(0)
        case .v6: .v6(0, 0)
        }
    }
}
