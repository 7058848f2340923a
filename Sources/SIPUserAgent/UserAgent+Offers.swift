import SIPSyntax
import SIPTransactions
public import SansIO

extension UserAgent {
    /// Answers a re-INVITE or UPDATE that was told as `.offered` or `.offerRequested`. Nothing for an offer that
    /// the far end withdrew, or that was answered already.
    ///
    /// - Precondition: a status to reject with is within 300–699.
    public mutating func answerOffer(
        _ offer: OfferID, _ answer: OfferAnswer, at now: Instant
    ) -> [UserAgentAction] {
        var actions: [UserAgentAction] = []
        guard let session = sessions[offer.session.number] else { return actions }
        if case .inviting(let inviting) = session.phase {
            answerEarly(offer, answer, session, inviting, at: now, into: &actions)
            return actions
        }
        guard case .confirmed(let dialog, var exchange) = session.phase, let pending = exchange.offer,
            pending.id == offer, let request = transactions.request(of: pending.transaction)
        else { return actions }
        exchange.offer = nil
        session.phase = .confirmed(dialog, exchange)
        switch answer {
        case .accept(let body):
            accept(pending, request, in: session, body: body, at: now, into: &actions)
        case .reject(let status, let warning):
            respond(pending.transaction, to: request, failure(status), .warning(warning), at: now, into: &actions)
        }
        deadlines.set(session.deadline, for: session.id.number)
        return actions
    }

    func failure(_ status: Int) -> SIPStatus {
        guard let status = SIPStatus(status), status.isFailure else { preconditionFailure("not a failure: \(status)") }
        return status
    }

    /// A re-INVITE or UPDATE in a confirmed dialog, in order (RFC 3261 §14.2, RFC 3311 §5.2).
    mutating func receiveOffer(
        _ request: ReceivedRequest, _ id: ServerTransactionID, in session: Session, _ dialog: Dialog,
        _ exchange: Exchange, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let isInvite = request.message.method == .invite
        let body = request.message.describedSession
        if SessionTimer.isTooBrief(request.message) {
            return respond(id, to: request, .intervalTooSmall, .leastInterval, at: now, into: &actions)
        }
        if !isInvite, body.isEmpty {
            var extra = ResponseExtras(confirmsDialog: true)
            extra.headers += renewTimer(session, by: request.message, at: now)
            respond(id, to: request, .ok, extra, at: now, into: &actions)
            return refreshTarget(session, by: request.message, into: &actions)
        }
        if exchange.offer != nil {
            return respond(id, to: request, .serverInternalError, retryLater(), at: now, into: &actions)
        }
        if exchange.awaited?.offer != nil || session.hasOpenReinvite {
            return respond(id, to: request, .requestPending, at: now, into: &actions)
        }
        propose(body, in: session, dialog, exchange, request.message.cseq.number, id, at: now, into: &actions)
    }

    private mutating func propose(
        _ body: [UInt8], in session: Session, _ dialog: Dialog, _ exchange: Exchange,
        _ sequence: UInt32, _ id: ServerTransactionID, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let offer = OfferID(session: session.id, sequence: sequence)
        var exchange = exchange
        exchange.offer = PendingOffer(
            id: offer, transaction: id, isRequest: body.isEmpty, until: now + limits.offerLimit)
        session.phase = .confirmed(dialog, exchange)
        transactions.setOwner(session.id.number, of: id)
        deadlines.set(session.deadline, for: session.id.number)
        actions.append(.session(session.id, body.isEmpty ? .offerRequested(offer) : .offered(offer, body: body)))
    }

    private mutating func accept(
        _ offer: PendingOffer, _ request: ReceivedRequest, in session: Session, body: [UInt8], at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        session.localDescription = body
        var extra = ResponseExtras(confirmsDialog: true, body: body)
        extra.headers += renewTimer(session, by: request.message, at: now)
        if offer.transaction.isInvite {
            let owed = offer.isRequest ? offer.id : nil
            acceptInvite(offer.transaction, request, in: session, extra, owed: owed, at: now, into: &actions)
        } else {
            respond(offer.transaction, to: request, .ok, extra, at: now, into: &actions)
        }
        refreshTarget(session, by: request.message, into: &actions)
    }

    /// Sends the 2xx of an INVITE and sees to its retransmission until the ACK (RFC 3261 §13.3.1.4).
    ///
    /// A 2xx that still waits for its ACK is taken for acknowledged: its far end has begun the next transaction.
    mutating func acceptInvite(
        _ id: ServerTransactionID, _ request: ReceivedRequest, in session: Session, _ extra: ResponseExtras,
        owed offer: OfferID?, isFirst: Bool = false, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        guard case .confirmed(let dialog, var exchange) = session.phase else { return }
        let response = write(.ok, to: request, extra)
        guard let datagram = transactions.respond(id, .ok, response, at: now) else { return }
        actions.append(.transmit(datagram))
        exchange.awaited = AwaitedAcknowledgement(
            transaction: id, sequence: request.message.cseq.number, response: response,
            retransmission: Retransmission(after: timers.t1, from: now), giveUp: now + timers.transactionTimeout,
            offer: offer, isFirst: isFirst)
        session.phase = .confirmed(dialog, exchange)
    }

    /// Sets the session timer as our 2xx to this request will say; the headers that say it.
    func renewTimer(_ session: Session, by request: SIPMessage, at now: Instant) -> [(HeaderName, String)] {
        guard case .confirmed(let dialog, var exchange) = session.phase else { return [] }
        let granted = SessionTimer.answer(to: request, after: exchange.timer)
        exchange.timer = SessionTimer(granted: granted, at: now)
        session.phase = .confirmed(dialog, exchange)
        return granted?.granting ?? []
    }

    /// The far end's new Contact takes effect, and the dialog's new values are told.
    private mutating func refreshTarget(
        _ session: Session, by request: SIPMessage, into actions: inout [UserAgentAction]
    ) {
        guard case .confirmed(var dialog, let exchange) = session.phase else { return }
        if let contact = request.contact {
            dialog.refreshTarget(
                contact.uri, keepsFlow: session.keepsFlow, points: identity.points)
        }
        session.phase = .confirmed(dialog, exchange)
        deadlines.set(session.deadline, for: session.id.number)
        actions.append(.session(session.id, .dialogChanged(session.state(of: dialog))))
    }
}

extension ResponseExtras {
    static func warning(_ warning: SIPWarning?) -> ResponseExtras {
        ResponseExtras(headers: warning.map { [(.warning, $0.description)] } ?? [])
    }

    /// What a 422 says (RFC 4028 §9).
    static let leastInterval = ResponseExtras(headers: [(.minSE, String(SessionTimer.least))])
}
