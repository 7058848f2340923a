public import SIPSyntax
public import SansIO

extension TransactionTable {
    /// Gives a response; `nil` if the transaction is gone or had its final response.
    ///
    /// For a 2xx to an INVITE, again and again as its user retransmits it (RFC 3261 §13.3.1.4).
    public mutating func respond(
        _ id: ServerTransactionID, _ status: SIPStatus, _ response: [UInt8], at now: Instant
    ) -> Datagram? {
        if id.isInvite { return respondInvite(id, status, response, at: now) }
        guard let server = servers[id.number],
            handleServer(id.number, status.isProvisional ? .provisional : .final, at: now) == .transmitResponse
        else { return nil }
        servers[id.number]?.response = response
        if status.isFinal { servers[id.number]?.request = nil }
        return Datagram(bytes: response, flow: server.flow)
    }

    mutating func repeatRequest(_ number: UInt64, at now: Instant) -> Datagram? {
        guard let server = servers[number], handleServer(number, .request, at: now) == .transmitResponse
        else { return nil }
        return Datagram(bytes: server.response, flow: server.flow)
    }

    mutating func timeOutServer(_ id: ServerTransactionID, at now: Instant) -> TimerEvent {
        switch handleServer(id.number, .timeOut, at: now) {
        case .reportUnanswered: .unanswered(id)
        case .none, .transmitResponse: .silent
        }
    }

    private mutating func handleServer(
        _ number: UInt64, _ input: NonInviteServerMachine.Input, at now: Instant
    ) -> NonInviteServerMachine.Action {
        guard let action = servers[number]?.machine.handle(input, at: now) else { return .none }
        let deadline = servers[number]?.machine.deadline
        if deadline == nil, let server = servers.removeValue(forKey: number) { serverNumbers[server.key] = nil }
        deadlines.set(deadline, for: .server(ServerTransactionID(number: number, isInvite: false)))
        return action
    }
}
