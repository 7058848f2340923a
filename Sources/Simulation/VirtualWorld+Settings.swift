import CallModel
import CallSwitching
import SIPTransactions
import SansIO

extension Scenario {
    /// Two trunks, so that calls can fail over; the second takes every number that the first takes, but not as many calls.
    /// Where the first one's server dies it has another.
    var settings: SwitchboardSettings {
        let trunks: [TrunkSettings] = [
            serverDiesAt == nil ? .virtual("one", 1, maxCalls: 220, pace: 30) : .mortal,
            .virtual("two", 2, maxCalls: 25, pace: 4), .unreachable, .halfDead,
        ]
        return SwitchboardSettings(
            trunks: trunks.map(overStreams),
            trunkAddresses: [.v4(0x0A00_0001), .v4(0x0A00_0002)],
            listeners: [ListeningPoint("10.0.0.9:5060"), ListeningPoint("10.0.0.9:5060", over: .tcp)],
            mediaPorts: 10000...13999, mediaBindAddress: .v4(0x0A00_0009))
    }

    private func overStreams(_ trunk: TrunkSettings) -> TrunkSettings {
        guard usesStreams else { return trunk }
        var trunk = trunk
        trunk.flow = trunk.flow.overStream
        trunk.targets = trunk.targets.map {
            TrunkTarget($0.flows.map(\.overStream), priority: $0.priority, weight: $0.weight)
        }
        return trunk
    }
}

extension TrunkSettings {
    fileprivate static let mortal: TrunkSettings = {
        var trunk = virtual("one", 1, maxCalls: 220, pace: 30)
        trunk.targets = [TrunkTarget([.virtual(1)], priority: 1), TrunkTarget([.virtual(6)], priority: 2)]
        return trunk
    }()

    /// A trunk whose host refuses all datagrams.
    static let unreachable: TrunkSettings = {
        var trunk = virtual("gone", 3, maxCalls: 50, pace: 50)
        trunk.prefixes = ["137", "136"]
        return trunk
    }()

    /// A trunk whose first server refuses all datagrams, and whose second one works.
    static let halfDead: TrunkSettings = {
        var trunk = virtual("half", 4, maxCalls: 50, pace: 50)
        trunk.prefixes = ["135", "134"]
        trunk.targets = [TrunkTarget([.virtual(5)], priority: 1), TrunkTarget([.virtual(4)], priority: 2)]
        return trunk
    }()

    fileprivate static func virtual(_ name: String, _ host: UInt32, maxCalls: Int, pace: Int) -> TrunkSettings {
        let flow = Flow.virtual(host)
        return TrunkSettings(
            name: TrunkName(rawValue: name), host: flow.remote.description, flow: flow,
            mediaAddress: .v4(0x0A00_0009), maxCalls: maxCalls, maxCallsPerSecond: pace,
            account: TrunkAccount(user: "acme", password: "hush"))
    }
}

extension Flow {
    fileprivate static func virtual(_ host: UInt32) -> Flow {
        Flow(remote: TransportAddress(ip: .v4(0x0A00_0000 + host), port: 5060))
    }

    /// The servers that the network refuses to reach from the beginning.
    static let refused: Set<TransportAddress> = [virtual(3).remote, virtual(5).remote]
    /// The one that dies in the middle of a run.
    static let mortal = virtual(1).remote

    fileprivate var overStream: Flow { Flow(listener: 1, transport: .tcp, remote: remote) }
}

extension CallScope {
    static var virtual: CallScope {
        CallScope(mainAccount: CertID(rawValue: "account"), app: AppID(rawValue: "app"), subaccount: nil)
    }
}
