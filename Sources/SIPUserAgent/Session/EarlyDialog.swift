import SIPSyntax
import SIPTransactions
import SansIO

/// A dialog of our INVITE that has no final response yet (RFC 3261 §12.1).
struct EarlyDialog {
    let remoteTag: String
    /// Once a reliable provisional response came, requests are sent in it.
    var dialog: Dialog?
    /// The number of the last reliable provisional response (RFC 3262 §4).
    var lastReliable: UInt32?
    /// The session description of the far end in force: our INVITE's offer is answered. Empty before.
    var description: [UInt8] = []
    /// An UPDATE that waits for our answer.
    var offer: PendingOffer?

    init(remoteTag: String) {
        self.remoteTag = remoteTag
    }
}

extension Inviting {
    /// The early dialog with this tag, made where it is new; `nil` where there are as many as the limit allows.
    mutating func enter(_ remoteTag: String, limit: Int) -> Int? {
        if let index = early.firstIndex(where: { $0.remoteTag == remoteTag }) { return index }
        guard early.count < limit else { return nil }
        early.append(EarlyDialog(remoteTag: remoteTag))
        return early.count - 1
    }
}

extension UserAgent {
    /// Acknowledges a provisional response that wants it, with PRACK (RFC 3262 §4).
    ///
    /// - Returns: false where the response is to be passed over: it came before, or before its turn.
    mutating func acknowledge(
        _ response: SIPMessage, in early: inout EarlyDialog, of session: Session, _ invite: OwnInvite, at now: Instant,
        into actions: inout [UserAgentAction]
    ) -> Bool {
        guard let sequence = response.reliableSequence else { return true }
        // The numbers do not begin again: behind the greatest comes 0, which is none.
        if let last = early.lastReliable, sequence != last &+ 1 { return false }
        early.lastReliable = sequence
        var dialog =
            early.dialog
            ?? Dialog(answering: invite.state, response, keepsFlow: session.keepsFlow, points: identity.points)
        let extra = RequestExtras(headers: [(.rack, "\(sequence) \(invite.state.sequence) INVITE")])
        send(.prack, in: &dialog, of: session, .prack(early.remoteTag), extra, at: now, into: &actions)
        early.dialog = dialog
        let body = response.describedSession
        if !body.isEmpty { early.description = body }
        return true
    }

    /// A request in a dialog of our INVITE that is unanswered. A callee must not send BYE (RFC 3261 §15), and may
    /// make an offer only once ours is answered (RFC 3311 §5.1).
    mutating func receiveEarly(
        _ request: ReceivedRequest, _ id: ServerTransactionID, _ session: Session, _ inviting: Inviting,
        at now: Instant, into actions: inout [UserAgentAction]
    ) {
        switch request.message.method {
        case .invite: respond(id, to: request, .requestPending, at: now, into: &actions)
        case .update: receiveEarlyUpdate(request, id, session, inviting, at: now, into: &actions)
        case .bye: respond(id, to: request, .noSuchTransaction, at: now, into: &actions)
        case .options, .info, .ack, .cancel, .register, .prack, .refer, .subscribe, .notify, .message, .publish, .other:
            receiveMinor(request, id, session, at: now, into: &actions)
        }
    }

    private mutating func receiveEarlyUpdate(
        _ request: ReceivedRequest, _ id: ServerTransactionID, _ session: Session, _ inviting: Inviting,
        at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let body = request.message.describedSession
        guard !body.isEmpty else {
            return respond(id, to: request, .ok, ResponseExtras(confirmsDialog: true), at: now, into: &actions)
        }
        var inviting = inviting
        let tag = request.message.from.tag?.description
        guard let index = inviting.early.firstIndex(where: { $0.remoteTag == tag }),
            inviting.early[index].dialog != nil, !inviting.early[index].description.isEmpty,
            !inviting.cancelling.isWanted
        else { return respond(id, to: request, .requestPending, at: now, into: &actions) }
        let sequence = request.message.cseq.number
        let isLate = inviting.early[index].dialog?.remoteSequence.map { sequence <= $0 } ?? false
        guard !isLate, inviting.early[index].offer == nil else {
            return respond(id, to: request, .serverInternalError, retryLater(), at: now, into: &actions)
        }
        let offer = OfferID(session: session.id, sequence: sequence)
        inviting.early[index].dialog?.remoteSequence = sequence
        inviting.early[index].offer = PendingOffer(
            id: offer, transaction: id, isRequest: false, until: now + limits.offerLimit)
        session.phase = .inviting(inviting)
        deadlines.set(session.deadline, for: session.id.number)
        actions.append(.session(session.id, .offered(offer, body: body)))
    }

    /// Answers an UPDATE in an early dialog.
    mutating func answerEarly(
        _ offer: OfferID, _ answer: OfferAnswer, _ session: Session, _ inviting: Inviting, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        var inviting = inviting
        guard let index = inviting.early.firstIndex(where: { $0.offer?.id == offer }),
            let pending = inviting.early[index].offer, let request = transactions.request(of: pending.transaction)
        else { return }
        inviting.early[index].offer = nil
        switch answer {
        case .accept(let body):
            inviting.early[index].description = request.message.describedSession
            if let contact = request.message.contact {
                inviting.early[index].dialog?.refreshTarget(
                    contact.uri, keepsFlow: session.keepsFlow, points: identity.points)
            }
            session.localDescription = body
            let extra = ResponseExtras(confirmsDialog: true, body: body)
            respond(pending.transaction, to: request, .ok, extra, at: now, into: &actions)
        case .reject(let status, let warning):
            respond(pending.transaction, to: request, failure(status), .warning(warning), at: now, into: &actions)
        }
        session.phase = .inviting(inviting)
        deadlines.set(session.deadline, for: session.id.number)
    }

    /// Refuses what waited too long for our answer in early dialogs.
    mutating func tend(
        _ inviting: Inviting, of session: Session, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        var inviting = inviting
        for index in inviting.early.indices {
            guard let offer = inviting.early[index].offer, now >= offer.until else { continue }
            inviting.early[index].offer = nil
            guard let request = transactions.request(of: offer.transaction) else { continue }
            respond(offer.transaction, to: request, .gatewayTimeout, at: now, into: &actions)
        }
        session.phase = .inviting(inviting)
    }
}
