import SIPSyntax
import SIPTransactions
import SansIO

extension UserAgent {
    mutating func receiveInviteResponse(
        _ response: SIPMessage, _ status: SIPStatus, for session: Session, _ id: ClientTransactionID, from source: Flow,
        at now: Instant, into actions: inout [UserAgentAction]
    ) {
        guard id.branch == session.invite?.branch else {
            return receiveReinviteResponse(response, status, for: session, id, at: now, into: &actions)
        }
        if status.isProvisional {
            progress(session, response, status, at: now, into: &actions)
        } else if status.isSuccess {
            succeed(session, response, status, from: source, at: now, into: &actions)
        } else {
            refused(session, response, status, id, at: now, into: &actions)
        }
    }

    private mutating func progress(
        _ session: Session, _ response: SIPMessage, _ status: SIPStatus, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        guard case .inviting(var inviting) = session.phase, let invite = session.invite else { return }
        switch inviting.cancelling {
        case .sent: return
        case .wanted(let reason):
            inviting.heard = status == .trying ? .trying : .provisional
            session.phase = .inviting(inviting)
            return sendCancel(session, invite, reason, at: now, into: &actions)
        case .no: break
        }
        if status == .trying {
            guard inviting.heard == .nothing else { return }
            inviting.heard = .trying
            session.phase = .inviting(inviting)
            return actions.append(.session(session.id, .trying))
        }
        inviting.heard = .provisional
        let tag = response.to.tag?.description
        var isNews = true
        if let tag {
            guard let index = inviting.enter(tag, limit: limits.forks) else { return drops.forks += 1 }
            isNews = acknowledge(
                response, in: &inviting.early[index], of: session, invite, at: now, into: &actions)
        }
        session.phase = .inviting(inviting)
        guard isNews else { return }
        let progress = Progress(
            status: Int(status.code), reason: response.phrase?.description ?? "", body: response.describedSession,
            remoteTag: tag, invite: invite.state)
        actions.append(.session(session.id, .progressed(progress)))
    }

    private mutating func succeed(
        _ session: Session, _ response: SIPMessage, _ status: SIPStatus, from source: Flow, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        let tag = response.to.tag?.description ?? ""
        if let known = session.acknowledgements.first(where: { $0.remoteTag == tag }) {
            return actions.append(.transmit(known.datagram))
        }
        guard let invite = session.invite, session.acknowledgements.count < limits.forks
        else { return drops.forks += 1 }
        noteAcceptance(response, for: session.account)
        var dialog = Dialog(
            answering: invite.state, response, keepsFlow: session.keepsFlow, points: identity.points)
        let early = session.early(tag)
        dialog.localSequence = early?.dialog?.localSequence ?? dialog.localSequence
        dialog.remoteSequence = early?.dialog?.remoteSequence
        acknowledge(dialog, of: session, invite, into: &actions)
        switch session.phase {
        case .inviting(let inviting) where !inviting.cancelling.isWanted:
            let timer = SessionTimer(confirmedBy: response, after: nil, at: now)
            session.phase = .confirmed(
                dialog, Exchange(offer: early?.offer, timer: timer, allowsUpdate: response.allows(.update)))
            deadlines.set(session.deadline, for: session.id.number)
            // A reliable provisional response may have borne the answer already (RFC 3262 §5).
            let body = response.describedSession
            let answer = SessionAnswer(
                status: Int(status.code), reason: response.phrase?.description ?? "",
                body: body.isEmpty ? early?.description ?? [] : body, source: source, dialog: session.state(of: dialog))
            actions.append(.session(session.id, .answered(answer)))
        case .inviting(let inviting):
            sendBye(&dialog, of: session, .bye, reason: inviting.cancelling.reason, at: now, into: &actions)
            session.phase = .leaving(dialog)
            actions.append(.session(session.id, .lateAnswer))
        case .ringing, .confirmed, .leaving, .released:
            sendBye(&dialog, of: session, .byeOfFork, reason: nil, at: now, into: &actions)
        }
    }

    /// Sends the ACK of a 2xx and keeps it for the 2xx's retransmissions (RFC 3261 §13.2.2.4).
    private mutating func acknowledge(
        _ dialog: Dialog, of session: Session, _ invite: OwnInvite, into actions: inout [UserAgentAction]
    ) {
        let bytes = write(
            .ack, in: dialog, of: session, sequence: invite.state.sequence, branch: entropy.next(),
            RequestExtras(headers: invite.proofs))
        let datagram = Datagram(bytes: bytes, flow: dialog.flow)
        session.acknowledgements.append(ForkAcknowledgement(remoteTag: dialog.remoteTag, datagram: datagram))
        actions.append(.transmit(datagram))
    }

    private mutating func refused(
        _ session: Session, _ response: SIPMessage, _ status: SIPStatus, _ id: ClientTransactionID, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        let request = transactions.takeRequest(of: id)
        guard case .inviting(let inviting) = session.phase, var invite = session.invite else { return }
        if let request, !inviting.cancelling.isWanted,
            learn(from: response, status, for: session.account, &invite.challenges)
        {
            return inviteAgain(session, invite, request.bytes, at: now, into: &actions)
        }
        if let request, !inviting.cancelling.isWanted, let headers = invite.raisingInterval(status, response) {
            return inviteAgain(session, invite, request.bytes, headers: headers, at: now, into: &actions)
        }
        if case .sent = inviting.cancelling, status == .requestTerminated {
            fail(session, .cancelled, at: now, into: &actions)
        } else {
            fail(session, .refused(Rejection(response, status)), at: now, into: &actions)
        }
    }

    /// Ends a session whose INVITE came to nothing. Its transaction, if it still lives, needs the session no more.
    mutating func fail(
        _ session: Session, _ failure: SessionFailure, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        session.invite = nil
        if case .inviting(let inviting) = session.phase {
            for early in inviting.early { terminate(early.offer, at: now, into: &actions) }
        }
        actions.append(.session(session.id, .failed(failure)))
        release(session, into: &actions)
    }

    /// No 2xx of this INVITE can come any more.
    mutating func inviteEnded(_ session: Session, _ id: ClientTransactionID) {
        if id.branch == session.invite?.branch {
            session.invite = nil
            session.acknowledgements = []
        } else if id.branch == session.reinvite?.branch {
            session.reinvite = nil
        }
        forgetIfDone(session)
    }

    /// A released session stays for the 2xx that may come again.
    private mutating func forgetIfDone(_ session: Session) {
        guard case .released = session.phase, session.invite == nil, session.reinvite == nil else { return }
        sessions[session.id.number] = nil
    }

    mutating func release(_ session: Session, into actions: inout [UserAgentAction]) {
        session.phase = .released
        deadlines.set(nil, for: session.id.number)
        forgetIfDone(session)
        actions.append(.session(session.id, .released))
    }
}

extension Rejection {
    init(_ response: SIPMessage, _ status: SIPStatus) {
        self.init(
            status: Int(status.code), reason: response.phrase?.unfolded ?? "", q850: response.q850Cause.map(Int.init),
            retryAfter: response.pause, contacts: status.isRedirection ? response.targets : [])
    }
}

extension Session {
    /// The early dialog with this tag.
    fileprivate func early(_ remoteTag: String) -> EarlyDialog? {
        guard case .inviting(let inviting) = phase else { return nil }
        return inviting.early.first { $0.remoteTag == remoteTag }
    }
}

extension OwnInvite {
    /// The headers with which an INVITE is sent again that asked for too short an interval (422, RFC 4028 §7.3); `nil`
    /// where that would not help.
    fileprivate mutating func raisingInterval(
        _ status: SIPStatus, _ response: SIPMessage
    ) -> [(HeaderName, String)]? {
        guard status == .intervalTooSmall, let interval = sessionExpires, let least = response.minSE, least > interval,
            least <= SessionTimer.longest
        else { return nil }
        sessionExpires = least
        return [(.sessionExpires, String(least)), (.minSE, String(least))]
    }
}
