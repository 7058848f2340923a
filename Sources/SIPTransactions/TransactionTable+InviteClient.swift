import SIPSyntax
public import SansIO

extension TransactionTable {
    /// Starts an INVITE, whose bytes bear this branch.
    ///
    /// - Parameter limit: the longest time without a final response after the first provisional one.
    public mutating func startInvite(
        _ request: [UInt8], branch: UInt64, to flow: Flow, owner: UInt64, limit: Duration, at now: Instant
    ) -> Datagram {
        var outgoing = OutgoingRequest(request, to: flow)
        outgoing.take(largeRequests.flow(insteadOf: flow, bytes: request.count, at: now))
        let machine = InviteClientMachine(timers: timers, over: outgoing.flow.transport, limit: limit, at: now)
        insert(InviteClient(machine, outgoing, owner: owner), branch)
        unheard.insert(ClientTransactionID(branch: branch, isInvite: true), on: outgoing.flow)
        return outgoing.datagram
    }

    /// Takes up an INVITE that had a provisional response before a restart.
    ///
    /// - Parameter request: an INVITE with the same start line, Via, From, To, Call-ID, CSeq and Route as the one sent.
    public mutating func resumeInvite(
        _ request: [UInt8], branch: UInt64, to flow: Flow, owner: UInt64, limit: Duration, at now: Instant
    ) {
        let machine = InviteClientMachine(resumedWith: timers, over: flow.transport, limit: limit, at: now)
        insert(InviteClient(machine, OutgoingRequest(request, to: flow), owner: owner), branch)
    }

    /// A CANCEL for this INVITE was sent: it now has 64 × T1 to end.
    public mutating func inviteCancelled(branch: UInt64, at now: Instant) {
        guard let client = inviteClients[branch] else { return }
        client.outgoing.stay()
        _ = handle(.cancelled, by: client, branch, at: now)
    }

    /// Whether an INVITE of ours with this branch is known.
    public func hasInvite(branch: UInt64) -> Bool {
        inviteClients[branch] != nil
    }

    private mutating func insert(_ client: InviteClient, _ branch: UInt64) {
        precondition(inviteClients[branch] == nil, "a branch is used once")
        inviteClients[branch] = client
        deadlines.set(client.machine.deadline, for: .client(ClientTransactionID(branch: branch, isInvite: true)))
    }

    mutating func receiveInviteResponse(_ response: SIPMessage, status: SIPStatus, branch: UInt64, at now: Instant)
        -> ClientEvent
    {
        let input: InviteClientMachine.Input =
            status.isProvisional ? .provisional : status.isSuccess ? .success : .failure
        guard let client = inviteClients[branch] else { return .unmatched }
        let id = ClientTransactionID(branch: branch, isInvite: true)
        heard(id, on: client.flow)
        switch handle(input, by: client, branch, at: now) {
        case .deliver:
            if status.isSuccess { client.request = [] }
            return .response(owner: client.owner, id, acknowledgement: nil)
        case .acknowledgeAndDeliver:
            let acknowledgement = failureAcknowledgement(request: client.request, response: response)
            client.acknowledgement = acknowledgement
            if inviteClients[branch] == nil { concluded = (id, client.outgoing.datagram) }
            return .response(
                owner: client.owner, id, acknowledgement: Datagram(bytes: acknowledgement, flow: client.flow))
        case .acknowledge:
            return .transmit(Datagram(bytes: client.acknowledgement, flow: client.flow))
        case .none, .transmitRequest, .reportTimeOut, .reportTransportFailure:
            return .absorbed
        }
    }

    mutating func timeOutInvite(_ id: ClientTransactionID, at now: Instant) -> ClientEvent {
        guard let client = inviteClients[id.branch] else { return .absorbed }
        switch handle(.timeOut, by: client, id.branch, at: now) {
        case .transmitRequest:
            retransmissions += 1
            return .transmit(Datagram(bytes: client.request, flow: client.flow))
        case .reportTimeOut:
            heard(id, on: client.flow)
            return .timedOut(owner: client.owner, id)
        case .none, .deliver, .acknowledge, .acknowledgeAndDeliver, .reportTransportFailure:
            return client.machine.deadline == nil ? .ended(owner: client.owner, id) : .absorbed
        }
    }

    mutating func failInvite(_ id: ClientTransactionID, at now: Instant) -> ClientEvent {
        if let client = inviteClients[id.branch], client.outgoing.fallBack() {
            client.machine = client.machine.restarted(over: client.flow.transport, at: now)
            return fellBack(id, client.outgoing, client.machine.deadline, at: now)
        }
        guard let client = inviteClients[id.branch],
            handle(.transportFailed, by: client, id.branch, at: now) == .reportTransportFailure
        else { return .absorbed }
        return .unreachable(owner: client.owner, id)
    }

    /// Runs the machine, keeps its deadline, and forgets it once terminated.
    private mutating func handle(
        _ input: InviteClientMachine.Input, by client: InviteClient, _ branch: UInt64, at now: Instant
    ) -> InviteClientMachine.Action {
        let action = client.machine.handle(input, at: now)
        let deadline = client.machine.deadline
        if deadline == nil { inviteClients[branch] = nil }
        deadlines.set(deadline, for: .client(ClientTransactionID(branch: branch, isInvite: true)))
        return action
    }
}
