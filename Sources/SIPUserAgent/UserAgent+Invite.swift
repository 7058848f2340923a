import SIPTransactions
import SIPSyntax
public import SansIO

extension UserAgent {
    /// Calls somebody. `nil` when there are as many sessions as the limits allow.
    ///
    /// - Precondition: the URIs of the invitation are URIs, and its header names tokens.
    public mutating func invite(
        _ invitation: Invitation, at now: Instant
    ) -> (session: SessionID, actions: [UserAgentAction])? {
        guard sessions.count < limits.sessions else { return nil }
        let tag = newToken()
        let tagText = tag.text
        let branch = entropy.next()
        let state = InviteState(
            requestURI: invitation.requestURI, callID: newCallID(), from: invitation.from + ";tag=" + tagText,
            to: invitation.to, sequence: 1, via: via(branch, on: invitation.flow),
            routes: routes(of: invitation), flow: invitation.flow)
        let session = Session(
            id: SessionID(number: tag.number), callID: state.callID, localTag: tagText, localURI: invitation.from,
            remoteURI: invitation.to, keepsFlow: invitation.keepsFlow, account: invitation.account,
            ownsCallID: true, phase: .inviting(Inviting()))
        session.localDescription = invitation.body
        sessions[tag.number] = session
        let proofs = proofs(of: invitation.account, .invite, uri: state.requestURI, body: invitation.body)
        session.invite = OwnInvite(
            branch: branch, state: state, limit: invitation.limit, proofs: proofs,
            sessionExpires: invitation.sessionExpires)
        let bytes = write(invitation, state, proofs)
        let datagram = transactions.startInvite(
            bytes, branch: branch, to: invitation.flow, owner: tag.number,
            limit: invitation.limit, at: now)
        return (session.id, [.transmit(datagram)])
    }

    /// What a restart needs to cancel an INVITE of ours that has no final response; `nil` without one.
    public func inviteState(of id: SessionID) -> InviteState? {
        sessions[id.number]?.invite?.state
    }

    /// 26 characters of which 16 name nothing but this call; the shard leads.
    mutating func newCallID() -> String {
        newToken().text + String(UInt32(truncatingIfNeeded: entropy.next()), radix: 16)
    }

    /// The invitation's own, or those that its account's registrar named.
    private func routes(of invitation: Invitation) -> [String] {
        guard invitation.routes.isEmpty, let account = invitation.account else { return invitation.routes }
        return registrants.first { $0.settings.account == account }?.serviceRoutes ?? []
    }

    /// Sends an INVITE again, changed so that it may now find what it did not: nothing came of the one before.
    mutating func inviteAgain(
        _ session: Session, _ invite: OwnInvite, _ request: [UInt8], headers: [(HeaderName, String)] = [],
        at now: Instant, into actions: inout [UserAgentAction]
    ) {
        var state = invite.state
        let branch = entropy.next()
        state.sequence += 1
        state.via = via(branch, on: state.flow)
        let edit = RequestEdit(branch: branch, sequence: state.sequence, via: state.via, headers: headers)
        let (bytes, proofs) = write(again: parsed(request), edit, as: session.account)
        session.invite = OwnInvite(
            branch: branch, state: state, limit: invite.limit, proofs: proofs, sessionExpires: invite.sessionExpires,
            challenges: invite.challenges)
        session.phase = .inviting(Inviting())
        let datagram = transactions.startInvite(
            bytes, branch: branch, to: state.flow, owner: session.id.number, limit: invite.limit, at: now)
        actions.append(.transmit(datagram))
    }

    private mutating func write(
        _ invitation: Invitation, _ state: InviteState, _ proofs: [(HeaderName, String)]
    ) -> [UInt8] {
        writer.begin(.invite, state.requestURI)
        writer.header(.via, state.via)
        writer.header(.maxForwards, 70)
        for route in state.routes { writer.header(.route, route) }
        writer.header(.from, state.from)
        writer.header(.to, state.to)
        writer.header(.callID, state.callID)
        writer.header(.cseq) { $0.add(state.sequence, .invite) }
        writer.header(.contact, contacts[Int(state.flow.listener)])
        writer.header(.allow, allowedMethods)
        writer.header(.supported, supportedExtensions)
        if let interval = invitation.sessionExpires {
            writer.header(.sessionExpires, UInt64(interval))
            writer.header(.minSE, UInt64(SessionTimer.least))
        }
        writer.header(.userAgent, identity.product)
        for proof in proofs { writer.header(proof.0, proof.1) }
        for field in invitation.headers { writer.header(named: field.name, field.value) }
        return writer.finish(invitation.body.isEmpty ? nil : invitation.contentType, body: invitation.body)
    }
}
