import Audio
import CallModel
import CallSwitching
import SIPNetwork
import SIPTransactions
import SansIO

/// Finds the trunks' addresses and the way to each, once, at the start.
struct TrunkResolution {
    let configuration: Configuration
    /// The addresses bound to, in the order of the configuration.
    let listeners: [TransportAddress]

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
            country: configuration.country, trunkResponseTimeout: configuration.sip.trunkResponseTimeout)
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
            guard let listener = try Route.listener(towards: address, among: listeners) else { continue }
            let remote = TransportAddress(ip: address, port: trunk.port ?? 5060)
            return TrunkSettings(
                name: TrunkName(rawValue: trunk.name), host: trunk.authority,
                flow: Flow(listener: UInt8(listener), remote: remote), mediaAddress: try mediaAddress(towards: address),
                prefixes: trunk.prefixes, callerIDs: trunk.callerIDs, maxCalls: trunk.maxCalls,
                maxCallsPerSecond: trunk.maxRate, codecs: trunk.codecs.map { $0 == "PCMA" ? .pcma : .pcmu },
                nat: trunk.nat, account: trunk.account, identity: trunk.identity, rewriting: trunk.rewriting,
                followsRedirects: trunk.followsRedirects)
        }
        throw CommandFailure("trunk \(trunk.name): no listener in sip.listen reaches \(trunk.host)")
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
            let ip = try configuration.sip.publicAddress ?? ownAddress(of: listener, towards: reached)
            points.append(ListeningPoint(TransportAddress(ip: ip, port: listener.port).description))
        }
        return points
    }

    private func ownAddress(of listener: TransportAddress, towards remote: IPAddress?) throws -> IPAddress {
        guard listener.ip.isUnspecified, let remote else { return listener.ip }
        return try Route.localAddress(towards: remote)
    }
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
