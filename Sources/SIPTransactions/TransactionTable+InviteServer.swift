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
        if id.isInvite {
            let machine = InviteServerMachine(timers: timers, over: flow.transport, limit: limit, at: now)
            inviteServers[id.number] = InviteServer(machine, key: key, request: received)
            deadlines.set(machine.deadline, for: .server(id))
        } else {
            let machine = NonInviteServerMachine(timers: timers, over: flow.transport, at: now)
            servers[id.number] = NonInviteServer(machine, key: key, request: received)
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
        guard let server = inviteServers[number] else { return .acknowledgement }
        return switch handle(.ack, by: server, number, at: now) {
        case .deliverAck: .acknowledgement
        case .none, .transmitResponse, .transmitTrying, .reportUnanswered, .reportUnacknowledged: .absorbed
        }
    }

    private mutating func repeatInvite(_ number: UInt64, at now: Instant) -> Datagram? {
        guard let server = inviteServers[number], handle(.request, by: server, number, at: now) == .transmitResponse,
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
        guard handle(input, by: server, id.number, at: now) == .transmitResponse else { return nil }
        server.response = response
        if status.isFinal { server.request = nil }
        return Datagram(bytes: response, flow: server.flow)
    }

    mutating func timeOutInviteServer(_ id: ServerTransactionID, at now: Instant) -> TimerEvent {
        guard let server = inviteServers[id.number] else { return .silent }
        switch handle(.timeOut, by: server, id.number, at: now) {
        case .transmitResponse:
            retransmissions += 1
            return .transmit(Datagram(bytes: server.response, flow: server.flow))
        case .transmitTrying:
            return sendTrying(server)
        case .reportUnanswered:
            return .unanswered(id)
        case .reportUnacknowledged:
            return .unacknowledged(id)
        case .none, .deliverAck:
            return .silent
        }
    }

    private func sendTrying(_ server: InviteServer) -> TimerEvent {
        guard let request = server.request else { return .silent }
        var writer = SIPWriter(reserving: 512)
        writer.begin(answering: request.message, .trying, tag: nil, from: ViaSource(request.source))
        let response = writer.finish()
        server.response = response
        return .transmit(Datagram(bytes: response, flow: server.flow))
    }

    private mutating func handle(
        _ input: InviteServerMachine.Input, by server: InviteServer, _ number: UInt64, at now: Instant
    ) -> InviteServerMachine.Action {
        let action = server.machine.handle(input, at: now)
        let deadline = server.machine.deadline
        if deadline == nil {
            inviteServers[number] = nil
            serverNumbers[server.key] = nil
        }
        deadlines.set(deadline, for: .server(ServerTransactionID(number: number, isInvite: true)))
        return action
    }
}
