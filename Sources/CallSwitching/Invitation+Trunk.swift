import CallModel
import SIPSyntax
import SIPUserAgent

extension Invitation {
    /// In seconds: what RFC 4028 §4 recommends.
    private static let usualSessionInterval: UInt32 = 1_800

    /// The INVITE for one party on one line.
    ///
    /// - Parameter host: ours, for trunks that know us by our address; an account calls from the trunk's own.
    init(to destination: String, on line: Line, by trunk: TrunkSettings, from host: String, offer: [UInt8]) {
        let number = SIPURI.escaped(trunk.rewriting.rewrite(destination))
        let identity = CallerAddress(line.caller, trunk, host)
        self.init(
            // A phone knows itself by what it registered.
            requestURI: line.phoneURI ?? "sip:\(number)@\(trunk.host)", from: identity.from,
            to: "<sip:\(number)@\(trunk.domain)>",
            flow: trunk.flow, body: offer, headers: identity.headers, sessionExpires: Self.usualSessionInterval,
            account: line.trunk.map { AccountID(index: $0) }, keepsFlow: trunk.nat)
    }
}

/// Who calls, as a trunk is told.
private struct CallerAddress {
    let from: String
    let headers: [HeaderField]

    init(_ caller: PhoneNumber?, _ trunk: TrunkSettings, _ host: String) {
        let host = trunk.account == nil ? host.withoutPort : trunk.domain
        guard let user = caller?.dialled ?? trunk.account?.user else {
            // As RFC 3323 writes a caller who stays unknown.
            from = "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
            headers = trunk.identity == .none ? [] : [HeaderField("Privacy", "id")]
            return
        }
        let address = "<sip:\(SIPURI.escaped(user))@\(host)>"
        from = address
        headers =
            switch trunk.identity {
            case .none: []
            case .pai: [HeaderField("P-Asserted-Identity", address)]
            case .rpid: [HeaderField("Remote-Party-ID", "\(address);party=calling;screen=yes;privacy=off")]
            }
    }
}

extension TrunkSettings {
    /// The host as addresses of record name it: From and To have no port (RFC 3261 §19.1.1, table 1).
    var domain: String { host.withoutPort }
}

extension String {
    /// A host without the port behind it; IPv6 stays in brackets.
    fileprivate var withoutPort: String {
        guard let colon = utf8.lastIndex(of: UInt8(ascii: ":")), utf8.last != UInt8(ascii: "]") else { return self }
        return String(self[..<colon])
    }
}
