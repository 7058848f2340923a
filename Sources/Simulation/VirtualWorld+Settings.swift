import CallModel
import CallSwitching
import SIPTransactions
import SansIO

extension SwitchboardSettings {
    /// Two trunks, so that calls can fail over; the second takes every number that the first takes.
    static var virtual: SwitchboardSettings {
        SwitchboardSettings(
            trunks: [.virtual("one", 1), .virtual("two", 2)],
            trunkAddresses: [.v4(0x0A00_0001), .v4(0x0A00_0002)], publicHosts: ["10.0.0.9:5060"],
            mediaPorts: 10000...13999, mediaBindAddress: .v4(0x0A00_0009))
    }
}

extension TrunkSettings {
    fileprivate static func virtual(_ name: String, _ host: UInt32) -> TrunkSettings {
        let address = TransportAddress(ip: .v4(0x0A00_0000 + host), port: 5060)
        return TrunkSettings(
            name: TrunkName(rawValue: name), host: address.description, flow: Flow(remote: address),
            mediaAddress: .v4(0x0A00_0009))
    }
}

extension CallScope {
    static var virtual: CallScope {
        CallScope(mainAccount: CertID(rawValue: "account"), app: AppID(rawValue: "app"), subaccount: nil)
    }
}
