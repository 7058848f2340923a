public import SIPSyntax
public import SansIO

extension TransactionTable {
    /// Starts a request other than INVITE and ACK, whose bytes bear this branch.
    public mutating func start(
        _ request: [UInt8], method: SIPMethod, branch: UInt64, to flow: Flow, owner: UInt64, at now: Instant
    ) -> Datagram {
        precondition(clients[branch] == nil, "a branch is used once")
        let id = ClientTransactionID(branch: branch, isInvite: false)
        var outgoing = OutgoingRequest(request, to: flow)
        outgoing.take(stream(for: method, branch, request, to: flow, at: now))
        let machine = NonInviteClientMachine(timers: timers, over: outgoing.flow.transport, at: now)
        clients[branch] = NonInviteClient(machine, outgoing, method: method, owner: owner)
        deadlines.set(machine.deadline, for: .client(id))
        unheard.insert(id, on: outgoing.flow)
        return outgoing.datagram
    }

    /// The stream that a request takes instead of its UDP flow; a CANCEL that of its INVITE (RFC 3261 §9.1).
    private func stream(
        for method: SIPMethod, _ branch: UInt64, _ request: [UInt8], to flow: Flow, at now: Instant
    ) -> Flow? {
        if method == .cancel, let invite = inviteClients[branch] {
            return invite.outgoing.fallback == nil ? nil : invite.flow
        }
        return largeRequests.flow(insteadOf: flow, bytes: request.count, at: now)
    }

    /// Finds the transaction of a response by branch and CSeq method (RFC 3261 §17.1.3).
    public mutating func receive(response: SIPMessage, status: SIPStatus, at now: Instant) -> ClientEvent {
        guard let branch = response.topVia.branch.flatMap({ WireToken(branch: $0) }), branch.shard == shard
        else { return .unmatched }
        if response.cseq.method == .invite {
            return receiveInviteResponse(response, status: status, branch: branch.number, at: now)
        }
        guard let client = clients[branch.number], client.method == response.cseq.method else { return .unmatched }
        let id = ClientTransactionID(branch: branch.number, isInvite: false)
        heard(id, on: client.flow)
        let action = handle(status.isProvisional ? .provisional : .final, by: client, branch.number, at: now)
        switch action {
        case .deliver:
            if clients[branch.number] == nil { concluded = (id, client.outgoing.datagram) }
            return .response(owner: client.owner, id, acknowledgement: nil)
        case .none, .transmitRequest, .reportTimeOut, .reportTransportFailure: return .absorbed
        }
    }

    /// The request of a transaction that no longer needs it, as its final response has just come; `nil` after the first
    /// time.
    public mutating func takeRequest(of id: ClientTransactionID) -> Datagram? {
        if let concluded, concluded.id == id {
            self.concluded = nil
            return concluded.request
        }
        if id.isInvite {
            guard let client = inviteClients[id.branch], !client.request.isEmpty else { return nil }
            defer { client.request = [] }
            return Datagram(bytes: client.request, flow: client.flow)
        }
        guard let client = clients[id.branch], !client.request.isEmpty else { return nil }
        defer { client.request = [] }
        return Datagram(bytes: client.request, flow: client.flow)
    }

    /// The network reported that `flow` leads nowhere (ICMP, or a connection that could not be opened): what was sent there
    /// without any response so far fails, or goes by UDP where it took a stream for its length alone.
    public mutating func transportFailed(_ flow: Flow, at now: Instant) -> [ClientEvent] {
        return unheard.take(on: flow).sorted { $0.branch < $1.branch }.map { id in
            id.isInvite ? failInvite(id, at: now) : failRequest(id, at: now)
        }
    }

    /// A connection of `flow` that was there has ended: what got no response on it goes out once more, on another one. It bears
    /// the same branch, so whoever got it before takes it for a repetition. When that one breaks too the request has
    /// failed, but for an INVITE: that may still be answered, and so only counts as silent.
    ///
    /// So does an INVITE that rings: its answer needs a connection, and not every far end can open one.
    public mutating func connectionBroke(_ flow: Flow, at now: Instant) -> [ClientEvent] {
        let ringing = inviteClients.filter { $0.value.flow == flow && $0.value.machine.isProceeding }.keys
        let ids = unheard.on(flow).union(ringing.map { ClientTransactionID(branch: $0, isInvite: true) })
        return ids.sorted { ($0.branch, $0.isInvite ? 0 : 1) < ($1.branch, $1.isInvite ? 0 : 1) }.map { id in
            if let again = sendAgain(id) { return .transmit(again) }
            if id.isInvite { return .absorbed }
            heard(id, on: flow)
            return failRequest(id, at: now)
        }
    }

    private mutating func sendAgain(_ id: ClientTransactionID) -> Datagram? {
        if id.isInvite {
            guard let client = inviteClients[id.branch], client.outgoing.tryAgain() else { return nil }
            return client.outgoing.datagram
        }
        guard let client = clients[id.branch], client.outgoing.tryAgain() else { return nil }
        return client.outgoing.datagram
    }

    /// A transaction that got a response, or its end, no longer fails with its flow.
    mutating func heard(_ id: ClientTransactionID, on flow: Flow) {
        unheard.remove(id, on: flow)
    }

    mutating func timeOutRequest(_ id: ClientTransactionID, at now: Instant) -> ClientEvent {
        guard let client = clients[id.branch] else { return .absorbed }
        switch handle(.timeOut, by: client, id.branch, at: now) {
        case .transmitRequest:
            retransmissions += 1
            return .transmit(Datagram(bytes: client.request, flow: client.flow))
        case .reportTimeOut:
            heard(id, on: client.flow)
            return .timedOut(owner: client.owner, id)
        case .none, .deliver, .reportTransportFailure:
            return .absorbed
        }
    }

    /// A request that was to go by a stream goes by UDP after all.
    mutating func fellBack(
        _ id: ClientTransactionID, _ outgoing: OutgoingRequest, _ deadline: Instant?, at now: Instant
    ) -> ClientEvent {
        largeRequests.refused(by: outgoing.flow.remote, at: now)
        unheard.insert(id, on: outgoing.flow)
        deadlines.set(deadline, for: .client(id))
        return .transmit(outgoing.datagram)
    }

    private mutating func failRequest(_ id: ClientTransactionID, at now: Instant) -> ClientEvent {
        if let client = clients[id.branch], client.outgoing.fallBack() {
            client.machine = NonInviteClientMachine(timers: timers, over: client.flow.transport, at: now)
            return fellBack(id, client.outgoing, client.machine.deadline, at: now)
        }
        guard let client = clients[id.branch],
            handle(.transportFailed, by: client, id.branch, at: now) == .reportTransportFailure
        else { return .absorbed }
        return .unreachable(owner: client.owner, id)
    }

    private mutating func handle(
        _ input: NonInviteClientMachine.Input, by client: NonInviteClient, _ branch: UInt64, at now: Instant
    ) -> NonInviteClientMachine.Action {
        let action = client.machine.handle(input, at: now)
        let deadline = client.machine.deadline
        if deadline == nil { clients[branch] = nil }
        deadlines.set(deadline, for: .client(ClientTransactionID(branch: branch, isInvite: false)))
        return action
    }
}
