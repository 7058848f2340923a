import SIPTransactions
public import SIPSyntax
public import SansIO

extension UserAgent {
    /// Gives an INVITE up before its final response: CANCEL goes out once a provisional response came. If a 2xx
    /// crosses it, ACK and BYE follow (`.lateAnswer`). An answered session is hung up.
    public mutating func cancel(
        _ id: SessionID, reason: ReasonHeader?, at now: Instant
    ) -> [UserAgentAction] {
        hangUp(id, reason: reason, at: now)
    }

    /// Releases a session as its state wants: CANCEL, BYE, or 480 to a call that we let ring. Nothing for a session
    /// that is being released already.
    public mutating func hangUp(
        _ id: SessionID, reason: ReasonHeader?, at now: Instant
    ) -> [UserAgentAction] {
        var actions: [UserAgentAction] = []
        guard let session = sessions[id.number] else { return actions }
        switch session.phase {
        case .inviting(let inviting):
            cancel(session, inviting, reason, at: now, into: &actions)
        case .ringing(let ringing):
            refuse(session, ringing, .temporarilyUnavailable, at: now, into: &actions)
        case .confirmed(let dialog, let exchange):
            hangUp(session, dialog, exchange, reason, at: now, into: &actions)
        case .leaving, .released: break
        }
        return actions
    }

    private mutating func cancel(
        _ session: Session, _ inviting: Inviting, _ reason: ReasonHeader?, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        guard inviting.cancelling == .no, let invite = session.invite else { return }
        if inviting.heard != .nothing { return sendCancel(session, invite, reason, at: now, into: &actions) }
        var inviting = inviting
        inviting.cancelling = .wanted(reason)
        session.phase = .inviting(inviting)
    }

    mutating func sendCancel(
        _ session: Session, _ invite: OwnInvite, _ reason: ReasonHeader?, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        guard case .inviting(var inviting) = session.phase else { return }
        inviting.cancelling = .sent(reason)
        session.phase = .inviting(inviting)
        let bytes = write(.cancel, repeating: invite.state, reason: reason)
        actions.append(
            .transmit(
                transactions.start(
                    bytes, method: .cancel, branch: invite.branch, to: invite.state.flow, owner: session.id.number,
                    at: now)))
        transactions.inviteCancelled(branch: invite.branch, at: now)
    }

    private mutating func hangUp(
        _ session: Session, _ dialog: Dialog, _ exchange: Exchange, _ reason: ReasonHeader?, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        if exchange.awaited?.isFirst == true {
            var exchange = exchange
            exchange.awaited?.byeWanted = .yes(reason)
            session.phase = .confirmed(dialog, exchange)
            return
        }
        leave(session, dialog, exchange, reason, at: now, into: &actions)
    }

    /// Sends BYE on a confirmed dialog; what still waits for us there is answered with 487 (RFC 3261 §15.1.2).
    mutating func leave(
        _ session: Session, _ dialog: Dialog, _ exchange: Exchange, _ reason: ReasonHeader?, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        var dialog = dialog
        terminate(exchange.offer, at: now, into: &actions)
        sendBye(&dialog, of: session, .bye, reason: reason, at: now, into: &actions)
        session.phase = .leaving(dialog)
        deadlines.set(nil, for: session.id.number)
    }

    mutating func terminate(_ offer: PendingOffer?, at now: Instant, into actions: inout [UserAgentAction]) {
        guard let offer, let request = transactions.request(of: offer.transaction) else { return }
        respond(offer.transaction, to: request, .requestTerminated, at: now, into: &actions)
    }

    mutating func sendBye(
        _ dialog: inout Dialog, of session: Session, _ purpose: OwnRequest.Purpose, reason: ReasonHeader?,
        at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let headers: [(HeaderName, String)] = reason.map { [(.reason, $0.description)] } ?? []
        send(.bye, in: &dialog, of: session, purpose, RequestExtras(headers: headers), at: now, into: &actions)
    }

    enum RequestTrouble { case time, transport }

    /// A request of ours got no final response.
    mutating func requestFailed(
        _ session: Session, _ id: ClientTransactionID, _ trouble: RequestTrouble, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        guard id.isInvite else {
            guard let own = session.takeRequest(id) else { return }
            return requestDone(session, own, .none, at: now, into: &actions)
        }
        if id.branch == session.reinvite?.branch {
            inviteEnded(session, id)
            return refreshed(session, .none, at: now, into: &actions)
        }
        guard id.branch == session.invite?.branch else { return }
        guard case .inviting(let inviting) = session.phase else { return inviteEnded(session, id) }
        fail(session, inviting.failure(trouble), at: now, into: &actions)
    }
}

extension Inviting {
    fileprivate func failure(_ trouble: UserAgent.RequestTrouble) -> SessionFailure {
        switch (trouble, cancelling) {
        case (.transport, _): .transport
        case (.time, .sent): .cancelled
        case (.time, .no), (.time, .wanted): .timedOut(after: heard)
        }
    }
}
