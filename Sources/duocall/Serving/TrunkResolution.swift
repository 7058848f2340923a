import Audio
import CallModel
import CallSwitching
import SIPNetwork
import SIPTransactions
import SansIO

/// Finds the trunks' addresses and the way to each, once, at the start.
struct TrunkResolution {
    let configuration: Configuration
    /// What is listened at: `configuration.listeners`, with the ports that the system chose.
    let listeners: [ListenAddress]

    func switchboardSettings() throws -> SwitchboardSettings {
        var trunks: [TrunkSettings] = []
        var addresses: Set<IPAddress> = []
        for trunk in configuration.trunks {
            let resolved = try self.addresses(of: trunk)
            addresses.formUnion(resolved)
            trunks.append(try settings(for: trunk, at: resolved))
        }
        return SwitchboardSettings(
            trunks: trunks, trunkAddresses: addresses, listeners: try listeningPoints(trunks),
            mediaPorts: configuration.media.ports, mediaBindAddress: try mediaBindAddress(trunks),
            country: configuration.country, trunkResponseTimeout: configuration.sip.trunkResponseTimeout,
            largeRequests: .byTCP(except: fixedToUDP(trunks)))
    }

    /// Where requests go by UDP whatever their length.
    private func fixedToUDP(_ trunks: [TrunkSettings]) -> Set<TransportAddress> {
        Set(zip(configuration.trunks, trunks).filter { $0.0.transport == .udp }.map(\.1.flow.remote))
    }

    /// Whom to expect at the trunks' addresses over TLS.
    func tlsPeers(_ trunks: [TrunkSettings]) -> [TransportAddress: TLSPeer] {
        let peers = zip(configuration.trunks, trunks).compactMap { configured, trunk in
            trunk.flow.transport == .tls ? (trunk.flow.remote, configured.tlsPeer) : nil
        }
        return Dictionary(peers) { first, _ in first }
    }

    private func addresses(of trunk: ConfiguredTrunk) throws(CommandFailure) -> [IPAddress] {
        do {
            return try HostLookup.addresses(of: trunk.host)
        } catch {
            throw CommandFailure("trunk \(trunk.name): \(error)")
        }
    }

    private func settings(for trunk: ConfiguredTrunk, at addresses: [IPAddress]) throws -> TrunkSettings {
        for address in addresses {
            guard let flow = try flow(of: trunk, at: address) else { continue }
            return TrunkSettings(
                name: TrunkName(rawValue: trunk.name), host: trunk.authority, flow: flow,
                mediaAddress: try mediaAddress(towards: address),
                prefixes: trunk.prefixes, callerIDs: trunk.callerIDs, maxCalls: trunk.maxCalls,
                maxCallsPerSecond: trunk.maxRate, codecs: trunk.codecs.map { $0 == "PCMA" ? .pcma : .pcmu },
                nat: trunk.nat, account: trunk.account, identity: trunk.identity, rewriting: trunk.rewriting,
                followsRedirects: trunk.followsRedirects)
        }
        throw CommandFailure("trunk \(trunk.name): no listener in sip.listen reaches \(trunk.host)")
    }

    private func flow(of trunk: ConfiguredTrunk, at address: IPAddress) throws -> Flow? {
        let transport = trunk.transport ?? .udp
        let candidates = listeners.indices.filter { listeners[$0].transport == transport }
        let index = try Route.listener(towards: address, among: candidates.map { listeners[$0].address })
        return index.map { index in
            Flow(
                listener: UInt8(candidates[index]), transport: transport,
                remote: TransportAddress(ip: address, port: trunk.port ?? transport.defaultPort))
        }
    }

    /// Ours in session descriptions.
    private func mediaAddress(towards remote: IPAddress) throws -> IPAddress {
        if let address = configuration.sip.publicAddress { return address }
        if let address = configuration.media.address, !address.isUnspecified { return address }
        return try Route.localAddress(towards: remote)
    }

    /// The address of the route to the trunks; where they lie at several, every address of the family.
    private func mediaBindAddress(_ trunks: [TrunkSettings]) throws -> IPAddress {
        if let address = configuration.media.address { return address }
        let own = try Set(trunks.map { try Route.localAddress(towards: $0.flow.remote.ip) })
        let families = Set(own.map(\.unspecified))
        guard families.count <= 1 else {
            throw CommandFailure("trunks: media of IPv4 and IPv6 trunks in one server is not available yet")
        }
        return (own.count == 1 ? own.first : families.first) ?? .v4(0)
    }

    /// What Via and Contact show, for each listener.
    private func listeningPoints(_ trunks: [TrunkSettings]) throws -> [ListeningPoint] {
        var points: [ListeningPoint] = []
        for (index, listener) in listeners.enumerated() {
            let reached = trunks.first { Int($0.flow.listener) == index }?.flow.remote.ip
            let ip = try configuration.sip.publicAddress ?? ownAddress(of: listener.address, towards: reached)
            // Without a certificate nothing is bound for TLS, and connections of our own bear the usual port.
            let port = listener.address.port == 0 ? listener.transport.defaultPort : listener.address.port
            let shown = TransportAddress(ip: ip, port: port)
            points.append(ListeningPoint(shown.description, over: listener.transport))
        }
        return points
    }

    private func ownAddress(of listener: TransportAddress, towards remote: IPAddress?) throws -> IPAddress {
        guard listener.ip.isUnspecified, let remote else { return listener.ip }
        return try Route.localAddress(towards: remote)
    }
}

extension Configuration {
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
    /// A certificate bears the configured name, not the one that it leads to (RFC 5922 §7.1).
    var tlsPeer: TLSPeer { TLSPeer(name: IPAddress(host) == nil ? host : nil, isVerified: verifiesTLS) }
}

extension IPAddress {
    /// Every address of the family.
    fileprivate var unspecified: IPAddress {
        switch self {
        case .v4: .v4(0)
        case .v6: .v6(0, 0)
        }
    }
}
