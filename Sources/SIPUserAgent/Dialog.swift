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
    mutating func refreshTarget(_ contact: SIPURI, keepsFlow: Bool, points: [ListeningPoint]) {
        remoteTarget = contact.description
        if !keepsFlow, let next = nextHop(towards: contact, from: points) { flow = next }
    }

    /// The Request-URI and Route values of a request; the two differ for a strict router (RFC 3261 §12.2.1.1).
    var path: (uri: String, routes: [String]) {
        guard let first = routes.first.flatMap({ NameAddress($0) }), !first.uri.isLooseRouter
        else { return (remoteTarget, routes) }
        return (first.uri.description, routes.dropFirst() + ["<\(remoteTarget)>"])
    }

    /// Where the first route, or without one the remote target, lies; `nil` where only a name is given, or an
    /// address or transport that none of our listeners can send to.
    private func nextHop(towards target: SIPURI?, from points: [ListeningPoint]) -> Flow? {
        let uri = routes.first.flatMap { NameAddress($0)?.uri } ?? target
        return uri.flatMap { flow.redirected(to: $0, from: points) }
    }
}

extension Flow {
    /// The flow to what a URI gives in figures, in `maddr` before its host (RFC 3263 §4).
    ///
    /// Without a `transport` parameter it is that of this flow: who was reached over a stream is not asked by UDP, and
    /// above all not in clear text, because the parameter was forgotten.
    fileprivate func redirected(to uri: SIPURI, from points: [ListeningPoint]) -> Flow? {
        guard let next = uri.transport(unlessGiven: transport),
            let ip = IPAddress((uri.parameters["maddr"] ?? uri.host).description), ip.isReachable(from: remote.ip),
            uri.port != 0
        else { return nil }
        let remote = TransportAddress(ip: ip, port: uri.port ?? next.defaultPort)
        if next == transport { return redirected(to: remote) }
        guard let listener = points.firstIndex(where: { $0.transport == next && $0.isReachable(from: ip) })
        else { return nil }
        return Flow(listener: UInt8(listener), transport: next, remote: remote)
    }
}

extension SIPURI {
    /// TLS for a `sips` URI (RFC 3261 §26.2.2); `nil` for a transport that we do not speak.
    fileprivate func transport(unlessGiven usual: Transport) -> Transport? {
        switch scheme {
        case .sips: .tls
        case .sip: parameters.contains("transport") ? parameters["transport"].flatMap { Transport($0) } : usual
        case .other: nil
        }
    }
}

extension Transport {
    fileprivate init?(_ text: SIPText) { self.init(name: text.description) }
}

extension ListeningPoint {
    /// Whether it shows an address of the same family.
    fileprivate func isReachable(from remote: IPAddress) -> Bool {
        (TransportAddress(host)?.ip ?? IPAddress(host))?.isReachable(from: remote) ?? false
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
    init(answering invite: InviteState, _ response: SIPMessage, keepsFlow: Bool, points: [ListeningPoint]) {
        remoteTag = response.to.tag?.description ?? ""
        let contact = response.contact?.uri
        remoteTarget = contact?.description ?? invite.requestURI
        routes = Dialog.routes(of: response).reversed()
        localSequence = invite.sequence
        remoteSequence = nil
        flow = invite.flow
        if !keepsFlow, let next = nextHop(towards: contact ?? SIPURI(invite.requestURI), from: points) { flow = next }
    }

    /// The dialog that our 2xx to an INVITE confirms (RFC 3261 §12.1.1).
    init(accepting request: ReceivedRequest, points: [ListeningPoint]) {
        remoteTag = request.message.from.tag?.description ?? ""
        let target = request.message.contact?.uri ?? request.message.from.uri
        remoteTarget = target.description
        routes = Dialog.routes(of: request.message)
        localSequence = 0
        remoteSequence = request.message.cseq.number
        flow = request.source
        if let next = nextHop(towards: target, from: points) { flow = next }
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
