import SIPSyntax
import SIPTransactions
import SansIO

/// Our requests within dialogs, other than INVITE and ACK.
extension UserAgent {
    /// Sends a request on a dialog and remembers what for.
    mutating func send(
        _ method: SIPMethod, in dialog: inout Dialog, of session: Session, _ purpose: OwnRequest.Purpose,
        _ extra: RequestExtras, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        dialog.localSequence += 1
        let branch = entropy.next()
        var extra = extra
        extra.headers += proofs(of: session.account, method, uri: dialog.path.uri, body: extra.body)
        let bytes = write(method, in: dialog, of: session, sequence: dialog.localSequence, branch: branch, extra)
        session.requests.append(OwnRequest(branch: branch, purpose: purpose))
        actions.append(
            .transmit(
                transactions.start(
                    bytes, method: method, branch: branch, to: dialog.flow, owner: session.id.number, at: now)))
    }

    /// The final response to one of them.
    mutating func receiveFinal(
        _ response: SIPMessage, _ status: SIPStatus, for session: Session, _ id: ClientTransactionID,
        at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let request = transactions.takeRequest(of: id)
        guard var own = session.takeRequest(id) else { return }
        if let request, learn(from: response, status, for: session.account, &own.challenges) {
            return sendAgain(own, request, of: session, at: now, into: &actions)
        }
        if status.isSuccess { noteAcceptance(response, for: session.account) }
        requestDone(session, own, .final(response, status), at: now, into: &actions)
    }

    /// Sends a request again, with the proof that it lacked.
    private mutating func sendAgain(
        _ own: OwnRequest, _ sent: Datagram, of session: Session, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        let request = parsed(sent.bytes)
        let sequence = session.nextSequence(for: own.purpose, after: request.cseq.number)
        let branch = entropy.next()
        let edit = RequestEdit(branch: branch, sequence: sequence, via: via(branch, on: sent.flow))
        let bytes = write(again: request, edit, as: session.account).bytes
        session.requests.append(OwnRequest(branch: branch, purpose: own.purpose, challenges: own.challenges))
        actions.append(
            .transmit(
                transactions.start(
                    bytes, method: request.method, branch: branch, to: sent.flow, owner: session.id.number, at: now)))
    }

    /// A request of ours got its final response, or none in time.
    mutating func requestDone(
        _ session: Session, _ own: OwnRequest, _ outcome: RequestOutcome, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        switch own.purpose {
        case .bye: release(session, into: &actions)
        case .refresh: refreshed(session, outcome, at: now, into: &actions)
        case .prack, .byeOfFork: break
        }
    }
}

extension Session {
    /// The request of this transaction, which is then forgotten; `nil` for one that the session does not know.
    func takeRequest(_ id: ClientTransactionID) -> OwnRequest? {
        guard let index = requests.firstIndex(where: { $0.branch == id.branch }) else { return nil }
        return requests.remove(at: index)
    }

    /// The sequence number with which a request is sent again in its dialog.
    func nextSequence(for purpose: OwnRequest.Purpose, after last: UInt32) -> UInt32 {
        switch (phase, purpose) {
        case (.confirmed(var dialog, let exchange), .refresh), (.confirmed(var dialog, let exchange), .prack):
            dialog.localSequence += 1
            phase = .confirmed(dialog, exchange)
            return dialog.localSequence
        case (.leaving(var dialog, let crossed), .bye):
            dialog.localSequence += 1
            phase = .leaving(dialog, crossed: crossed)
            return dialog.localSequence
        case (.inviting(var inviting), .prack(let tag)):
            guard let index = inviting.early.firstIndex(where: { $0.remoteTag == tag }) else { return last + 1 }
            let sequence = (inviting.early[index].dialog?.localSequence ?? last) + 1
            inviting.early[index].dialog?.localSequence = sequence
            phase = .inviting(inviting)
            return sequence
        case (.inviting, _), (.ringing, _), (.confirmed, _), (.leaving, _), (.released, _): return last + 1
        }
    }
}
