import SIPSyntax
import SIPTransactions
import SansIO

/// What the user agent serves.
let capabilities = SIPCapabilities(
    methods: [.invite, .ack, .cancel, .bye, .options, .update, .info, .prack], extensions: ["100rel", "timer"],
    contentTypes: ["application/sdp"])

/// The same as an Allow header (RFC 3261 §20.5).
let allowedMethods = capabilities.methods.map(\.description).joined(separator: ", ")

/// The extensions as a Supported header (RFC 3261 §20.37).
let supportedExtensions = capabilities.extensions.joined(separator: ", ")

extension UserAgent {
    /// The top Via of a request of ours. Over a stream it lets the far end send its requests back on the connection
    /// (`alias`, RFC 5923 §8.1), and does without `rport`: where the connection has gone, some would try to open one to the
    /// port that ours came from.
    func via(_ branch: UInt64, on flow: Flow) -> String {
        let (beginning, end) = aroundBranch(on: flow)
        var via = beginning
        via.reserveCapacity(beginning.utf8.count + 40)
        via += token(branch).branch
        via += end
        return via
    }

    private func aroundBranch(on flow: Flow) -> (String, String) {
        (
            viaBeginnings[Int(flow.listener)][Int(flow.transport.rawValue)],
            flow.transport.isReliable ? ";alias" : ";rport"
        )
    }

    /// Writes a request within a dialog (RFC 3261 §12.2.1.1).
    mutating func write(
        _ method: SIPMethod, in dialog: Dialog, of session: Session, sequence: UInt32, branch: UInt64,
        _ extra: RequestExtras
    ) -> [UInt8] {
        let path = dialog.path
        let via = aroundBranch(on: dialog.flow)
        let branch = token(branch)
        writer.begin(method, path.uri)
        writer.header(.via) {
            $0.add(via.0)
            $0.add(branch: branch)
            $0.add(via.1)
        }
        writer.header(.maxForwards, 70)
        for route in path.routes { writer.header(.route, route) }
        writer.header(.from) { $0.add(session.localURI, tag: session.localTag) }
        writer.header(.to) { $0.add(session.remoteURI, tag: dialog.remoteTag) }
        writer.header(.callID, session.callID)
        writer.header(.cseq) { $0.add(sequence, method) }
        for field in extra.headers { writer.header(field.0, field.1) }
        return writer.finish(extra.body.isEmpty ? nil : "application/sdp", body: extra.body)
    }

    /// Writes what must agree with an INVITE of ours: its CANCEL (RFC 3261 §9.1), or itself again without its body.
    mutating func write(_ method: SIPMethod, repeating invite: InviteState, reason: ReasonHeader?) -> [UInt8] {
        writer.begin(method, invite.requestURI)
        writer.header(.via, invite.via)
        writer.header(.maxForwards, 70)
        for route in invite.routes { writer.header(.route, route) }
        writer.header(.from, invite.from)
        writer.header(.to, invite.to)
        writer.header(.callID, invite.callID)
        writer.header(.cseq) { $0.add(invite.sequence, method) }
        if let reason { writer.header(.reason, reason.description) }
        return writer.finish()
    }

    /// Gives a response in a server transaction.
    mutating func respond(
        _ id: ServerTransactionID, to request: ReceivedRequest, _ status: SIPStatus, _ extra: ResponseExtras = .none,
        at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let bytes = write(status, to: request, extra)
        if let datagram = transactions.respond(id, status, bytes, at: now) { actions.append(.transmit(datagram)) }
    }

    mutating func write(_ status: SIPStatus, to request: ReceivedRequest, _ extra: ResponseExtras) -> [UInt8] {
        let tag = extra.tag ?? newToken().text
        writer.begin(
            answering: request.message, status, phrase: extra.phrase, tag: tag, from: ViaSource(request.source))
        if extra.confirmsDialog {
            writer.copy(.recordRoute, of: request.message)
            writer.header(.contact, contacts[Int(request.source.listener)])
        }
        for field in extra.headers { writer.header(field.0, field.1) }
        return writer.finish(extra.body.isEmpty ? nil : "application/sdp", body: extra.body)
    }
}

extension SIPWriter {
    /// Adds an address with its tag; an empty one is none (RFC 3261 §12.1.2).
    fileprivate mutating func add(_ address: String, tag: String) {
        add(address)
        guard !tag.isEmpty else { return }
        add(";tag=")
        add(tag)
    }

    /// Adds what a CSeq says.
    mutating func add(_ sequence: UInt32, _ method: SIPMethod) {
        add(UInt64(sequence))
        add(" ")
        add(method.description)
    }
}

/// What a request within a dialog bears besides what the dialog says.
struct RequestExtras {
    var headers: [(HeaderName, String)] = []
    /// A session description.
    var body: [UInt8] = []
}

/// What a response bears besides what it repeats of its request.
struct ResponseExtras {
    /// Our To tag; `nil` for a new one where the request has none.
    var tag: String?
    /// The reason phrase, if not the usual one.
    var phrase: String?
    /// Whether Contact and Record-Route belong in it (RFC 3261 §12.1.1).
    var confirmsDialog = false
    var headers: [(HeaderName, String)] = []
    /// A session description.
    var body: [UInt8] = []

    static let none = ResponseExtras()
}
