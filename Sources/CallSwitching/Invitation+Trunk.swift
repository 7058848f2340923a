import CallModel
import SIPUserAgent

extension Invitation {
    /// The INVITE for one party at one trunk.
    init(to destination: String, by trunk: TrunkSettings, as caller: PhoneNumber?, from host: String, offer: [UInt8]) {
        let user = caller?.dialled ?? "anonymous"
        self.init(
            requestURI: "sip:\(destination)@\(trunk.host)", from: "<sip:\(user)@\(host)>",
            to: "<sip:\(destination)@\(trunk.host)>", flow: trunk.flow, body: offer, keepsFlow: trunk.nat)
    }
}
