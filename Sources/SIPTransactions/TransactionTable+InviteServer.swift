public import SIPSyntax
public import SansIO

extension TransactionTable {
    /// Finds the transaction of a request (RFC 3261 §17.2.3), or makes one where `isAdmitted`.
    ///
    /// - Parameter limit: how long the user may take to respond to an INVITE.
    public mutating func receive(
        request: SIPMessage, method: SIPMethod, from flow: Flow, isAdmitted: Bool, limit: Duration, at now: Instant
    ) -> ServerEvent {
        let key = ServerKey(request, method: method == .ack ? .invite : method)
        if let number = serverNumbers[key] {
            switch method {
            case .ack: return acknowledge(number, at: now)
            case .invite: return .repeated(repeatInvite(number, at: now))
            default: return .repeated(repeatRequest(number, at: now))
            }
        }
        if method == .ack { return .acknowledgement }
        guard isAdmitted else { return .stranger }
        guard serverNumbers.count < serverLimit else {
            overflows += 1
            return .overflow
        }
        let id = nextServer(isInvite: method == .invite)
        serverNumbers[key] = id.number
        let received = ReceivedRequest(message: request, source: flow)
        let answering = flow.answering(request.topVia)
        if id.isInvite {
            let machine = InviteServerMachine(timers: timers, limit: limit, at: now)
            inviteServers[id.number] = InviteServer(
                machine: machine, key: key, request: received, flow: answering)
            deadlines.set(machine.deadline, for: .server(id))
        } else {
            let machine = NonInviteServerMachine(timers: timers, at: now)
            servers[id.number] = NonInviteServer(
                machine: machine, key: key, request: received, flow: answering)
            deadlines.set(machine.deadline, for: .server(id))
        }
        return .new(id)
    }

    /// The INVITE that this CANCEL means, if its transaction is known (RFC 3261 §9.2).
    public func invite(meantBy cancel: SIPMessage) -> ServerTransactionID? {
        guard let number = serverNumbers[ServerKey(cancel, method: .invite)] else { return nil }
        return ServerTransactionID(number: number, isInvite: true)
    }

    /// Notes who deals with an INVITE; a CANCEL for it may bear nothing that tells.
    public mutating func setOwner(_ owner: UInt64, of id: ServerTransactionID) {
        inviteServers[id.number]?.owner = owner
    }

    public func owner(of id: ServerTransactionID) -> UInt64? {
        inviteServers[id.number]?.owner
    }

    /// The request, until its final response was given.
    public func request(of id: ServerTransactionID) -> ReceivedRequest? {
        id.isInvite ? inviteServers[id.number]?.request : servers[id.number]?.request
    }

    private mutating func acknowledge(_ number: UInt64, at now: Instant) -> ServerEvent {
        switch handleInviteServer(number, .ack, at: now) {
        case .deliverAck: .acknowledgement
        case .none, .transmitResponse, .transmitTrying, .reportUnanswered, .reportUnacknowledged: .absorbed
        }
    }

    private mutating func repeatInvite(_ number: UInt64, at now: Instant) -> Datagram? {
        guard let server = inviteServers[number], handleInviteServer(number, .request, at: now) == .transmitResponse,
            !server.response.isEmpty
        else { return nil }
        return Datagram(bytes: server.response, flow: server.flow)
    }

    mutating func respondInvite(
        _ id: ServerTransactionID, _ status: SIPStatus, _ response: [UInt8], at now: Instant
    ) -> Datagram? {
        guard let server = inviteServers[id.number] else { return nil }
        let input: InviteServerMachine.Input =
            status.isProvisional ? .provisional : status.isSuccess ? .success : .failure
        guard handleInviteServer(id.number, input, at: now) == .transmitResponse else { return nil }
        inviteServers[id.number]?.response = response
        if status.isFinal { inviteServers[id.number]?.request = nil }
        return Datagram(bytes: response, flow: server.flow)
    }

    mutating func timeOutInviteServer(_ id: ServerTransactionID, at now: Instant) -> TimerEvent {
        guard let server = inviteServers[id.number] else { return .silent }
        switch handleInviteServer(id.number, .timeOut, at: now) {
        case .transmitResponse:
            retransmissions += 1
            return .transmit(Datagram(bytes: server.response, flow: server.flow))
        case .transmitTrying:
            return sendTrying(id, server)
        case .reportUnanswered:
            return .unanswered(id)
        case .reportUnacknowledged:
            return .unacknowledged(id)
        case .none, .deliverAck:
            return .silent
        }
    }

    private mutating func sendTrying(_ id: ServerTransactionID, _ server: InviteServer) -> TimerEvent {
        guard let request = server.request else { return .silent }
        var writer = SIPWriter(reserving: 512)
        writer.begin(answering: request.message, .trying, tag: nil, from: ViaSource(request.source))
        let response = writer.finish()
        inviteServers[id.number]?.response = response
        return .transmit(Datagram(bytes: response, flow: server.flow))
    }

    private mutating func handleInviteServer(
        _ number: UInt64, _ input: InviteServerMachine.Input, at now: Instant
    ) -> InviteServerMachine.Action {
        guard let action = inviteServers[number]?.machine.handle(input, at: now) else { return .none }
        let deadline = inviteServers[number]?.machine.deadline
        if deadline == nil, let server = inviteServers.removeValue(forKey: number) { serverNumbers[server.key] = nil }
        deadlines.set(deadline, for: .server(ServerTransactionID(number: number, isInvite: true)))
        return action
    }
}
