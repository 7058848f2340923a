import CallModel
import SIPSyntax
import SIPUserAgent

extension Invitation {
    /// The INVITE for one party at one trunk.
    ///
    /// - Parameters:
    ///   - index: the trunk's place, which is also that of its account.
    ///   - host: ours, for trunks that know us by our address; an account calls from the trunk's own.
    init(
        to destination: String, by trunk: TrunkSettings, _ index: Int, as caller: PhoneNumber?, from host: String,
        offer: [UInt8]
    ) {
        let number = trunk.rewriting.rewrite(destination)
        let identity = CallerAddress(caller, trunk, host)
        self.init(
            requestURI: "sip:\(number)@\(trunk.host)", from: identity.from, to: "<sip:\(number)@\(trunk.host)>",
            flow: trunk.flow, body: offer, headers: identity.headers, account: AccountID(index: index),
            keepsFlow: trunk.nat)
    }
}

/// Who calls, as a trunk is told.
private struct CallerAddress {
    let from: String
    let headers: [HeaderField]

    init(_ caller: PhoneNumber?, _ trunk: TrunkSettings, _ host: String) {
        let host = trunk.account == nil ? host : trunk.host
        guard let user = caller?.dialled ?? trunk.account?.user else {
            // RFC 3323 §4.1.1.3
            from = "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
            headers = trunk.identity == .none ? [] : [HeaderField("Privacy", "id")]
            return
        }
        let address = SIPURI(user: user, host: host).map { "<\($0)>" } ?? "<sip:\(host)>"
        from = address
        headers =
            switch trunk.identity {
            case .none: []
            case .pai: [HeaderField("P-Asserted-Identity", address)]
            case .rpid: [HeaderField("Remote-Party-ID", "\(address);party=calling;screen=yes;privacy=off")]
            }
    }
}
