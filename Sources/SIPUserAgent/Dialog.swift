import SIPSyntax
import SIPTransactions
import SansIO

/// What requests within a dialog are made of (RFC 3261 §12).
struct Dialog {
    /// Empty where the far end sent none (RFC 3261 §12.1.2).
    let remoteTag: String
    var remoteTarget: String
    /// As `Route` values, in the order in which they are sent.
    let routes: [String]
    var localSequence: UInt32
    /// `nil` while no request came.
    var remoteSequence: UInt32?
    /// Where requests go.
    var flow: Flow

    /// Takes over a far end's new Contact (a target refresh, RFC 3261 §12.2.2).
    mutating func refreshTarget(_ contact: String, keepsFlow: Bool) {
        remoteTarget = contact
        if !keepsFlow, let next = nextHop { flow = next }
    }

    /// The Request-URI and Route values of a request; the two differ for a strict router (RFC 3261 §12.2.1.1).
    var path: (uri: String, routes: [String]) {
        guard let first = routes.first.flatMap({ NameAddress($0) }), !first.uri.isLooseRouter
        else { return (remoteTarget, routes) }
        return (first.uri.description, routes.dropFirst() + ["<\(remoteTarget)>"])
    }

    /// Where the first route, or without one the remote target, lies; `nil` where only a name is given, or an
    /// address that this flow's socket cannot send to.
    var nextHop: Flow? {
        let uri = routes.first.flatMap { NameAddress($0)?.uri } ?? SIPURI(remoteTarget)
        guard let remote = uri.flatMap({ TransportAddress($0) }), remote.ip.isReachable(from: flow.remote.ip)
        else { return nil }
        return Flow(listener: flow.listener, remote: remote)
    }
}

extension TransportAddress {
    /// The address that a URI gives in figures, in `maddr` before its host (RFC 3263 §4); `nil` for a name.
    init?(_ uri: SIPURI) {
        guard uri.scheme == .sip, let ip = IPAddress((uri.parameters["maddr"] ?? uri.host).description),
            uri.port != 0
        else { return nil }
        self.init(ip: ip, port: uri.port ?? 5060)
    }
}

extension IPAddress {
    /// Whether it is one address, of the same family as that of `other`.
    fileprivate func isReachable(from other: IPAddress) -> Bool {
        switch (self, other) {
        case (.v4(let bits), .v4): bits != 0
        case (.v6(let high, let low), .v6): high | low != 0
        case (.v4, .v6), (.v6, .v4): false
        }
    }
}

extension Dialog {
    /// The dialog that a 2xx to an INVITE of ours confirms (RFC 3261 §12.1.2).
    init(answering invite: InviteState, _ response: SIPMessage, keepsFlow: Bool) {
        remoteTag = response.to.tag?.description ?? ""
        remoteTarget = response.contact?.uri.description ?? invite.requestURI
        routes = Dialog.routes(of: response).reversed()
        localSequence = invite.sequence
        remoteSequence = nil
        flow = invite.flow
        if !keepsFlow, let next = nextHop { flow = next }
    }

    /// The dialog that our 2xx to an INVITE confirms (RFC 3261 §12.1.1).
    init(accepting request: ReceivedRequest) {
        remoteTag = request.message.from.tag?.description ?? ""
        remoteTarget = request.message.contact?.uri.description ?? request.message.from.uri.description
        routes = Dialog.routes(of: request.message)
        localSequence = 0
        remoteSequence = request.message.cseq.number
        flow = request.source
        if let next = nextHop { flow = next }
    }

    /// A malformed Record-Route counts as none: the far end's Contact may still be reached.
    private static func routes(of message: SIPMessage) -> [String] {
        guard message.headers[.recordRoute] != nil, let routes = try? message.recordRoutes else { return [] }
        return routes.map { $0.text.unfolded }
    }
}

extension Session {
    /// The plain values of a dialog of this session.
    func state(of dialog: Dialog) -> DialogState {
        DialogState(
            callID: callID, localTag: localTag, remoteTag: dialog.remoteTag, localURI: localURI, remoteURI: remoteURI,
            remoteTarget: dialog.remoteTarget, routes: dialog.routes, localSequence: dialog.localSequence,
            remoteSequence: dialog.remoteSequence, flow: dialog.flow)
    }
}
