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
            handle(status.isProvisional ? .provisional : .final, by: server, id.number, at: now) == .transmitResponse
        else { return nil }
        server.response = response
        if status.isFinal { server.request = nil }
        return Datagram(bytes: response, flow: server.flow)
    }

    mutating func repeatRequest(_ number: UInt64, at now: Instant) -> Datagram? {
        guard let server = servers[number], handle(.request, by: server, number, at: now) == .transmitResponse
        else { return nil }
        return Datagram(bytes: server.response, flow: server.flow)
    }

    mutating func timeOutServer(_ id: ServerTransactionID, at now: Instant) -> TimerEvent {
        guard let server = servers[id.number] else { return .silent }
        return switch handle(.timeOut, by: server, id.number, at: now) {
        case .reportUnanswered: .unanswered(id)
        case .none, .transmitResponse: .silent
        }
    }

    private mutating func handle(
        _ input: NonInviteServerMachine.Input, by server: NonInviteServer, _ number: UInt64, at now: Instant
    ) -> NonInviteServerMachine.Action {
        let action = server.machine.handle(input, at: now)
        let deadline = server.machine.deadline
        if deadline == nil {
            servers[number] = nil
            serverNumbers[server.key] = nil
        }
        deadlines.set(deadline, for: .server(ServerTransactionID(number: number, isInvite: false)))
        return action
    }
}
