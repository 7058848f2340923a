import CallModel
import CallSwitching
import SIPTransactions
import SansIO

extension SwitchboardSettings {
    /// Two trunks, so that calls can fail over; the second takes every number that the first takes, but not as many calls.
    static var virtual: SwitchboardSettings {
        SwitchboardSettings(
            trunks: [
                .virtual("one", 1, maxCalls: 220, pace: 30), .virtual("two", 2, maxCalls: 25, pace: 4), .unreachable,
                .halfDead,
            ],
            trunkAddresses: [.v4(0x0A00_0001), .v4(0x0A00_0002)], listeners: [ListeningPoint("10.0.0.9:5060")],
            mediaPorts: 10000...13999, mediaBindAddress: .v4(0x0A00_0009))
    }
}

extension TrunkSettings {
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

    /// Whether the network refuses what is sent there.
    var isDead: Bool { [.virtual(3), .virtual(5)].contains(self) }
}

extension CallScope {
    static var virtual: CallScope {
        CallScope(mainAccount: CertID(rawValue: "account"), app: AppID(rawValue: "app"), subaccount: nil)
    }
}
