import SIPSyntax
import SIPTransactions
public import SansIO

extension UserAgent {
    /// Responds to a call told as `.incoming`: a provisional status with or without a body, 200 with our session
    /// description, or a refusal, after which `.released` follows. Nothing once it has its final response.
    ///
    /// - Precondition: the status is within 101–699.
    public mutating func respond(
        _ id: SessionID, status: Int, body: [UInt8] = [], at now: Instant
    ) -> [UserAgentAction] {
        var actions: [UserAgentAction] = []
        guard let status = SIPStatus(status), status != .trying else { preconditionFailure("no status: \(status)") }
        guard let session = sessions[id.number], case .ringing(let ringing) = session.phase,
            let request = transactions.request(of: ringing.transaction)
        else { return actions }
        if status.isFailure {
            refuse(session, ringing, status, at: now, into: &actions)
            return actions
        }
        var extra = ResponseExtras(tag: session.localTag, confirmsDialog: true, body: body)
        if status.isProvisional {
            respond(ringing.transaction, to: request, status, extra, at: now, into: &actions)
        } else {
            session.phase = .confirmed(ringing.dialog, Exchange(allowsUpdate: request.message.allows(.update)))
            session.localDescription = body
            extra.headers += renewTimer(session, by: request.message, at: now)
            acceptInvite(
                ringing.transaction, request, in: session, extra, owed: nil, isFirst: true, at: now, into: &actions)
            deadlines.set(session.deadline, for: id.number)
        }
        return actions
    }

    /// An INVITE outside a dialog.
    mutating func receiveCall(
        _ request: ReceivedRequest, _ id: ServerTransactionID, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        guard identity.acceptsCalls else { return respond(id, to: request, .forbidden, at: now, into: &actions) }
        let message = request.message
        guard sessions.count < limits.sessions else {
            return respond(id, to: request, .serviceUnavailable, at: now, into: &actions)
        }
        if SessionTimer.isTooBrief(message) {
            return respond(id, to: request, .intervalTooSmall, .leastInterval, at: now, into: &actions)
        }
        // We cannot ring reliably.
        if message.needs("100rel") {
            let extra = ResponseExtras(headers: [(.unsupported, "100rel")])
            return respond(id, to: request, .badExtension, extra, at: now, into: &actions)
        }
        let tag = newToken()
        let ringing = Ringing(
            transaction: id, dialog: Dialog(accepting: request, points: identity.points), until: now + limits.ringLimit)
        let session = Session(
            id: SessionID(number: tag.number), callID: message.callID.description, localTag: tag.text,
            localURI: "<\(message.to.uri)>", remoteURI: "<\(message.from.uri)>", keepsFlow: false,
            ownsCallID: false, phase: .ringing(ringing))
        sessions[tag.number] = session
        transactions.setOwner(tag.number, of: id)
        deadlines.set(session.deadline, for: tag.number)
        let call = IncomingCall(
            user: message.requestURI?.unescapedUser ?? "", caller: message.from.uri.description,
            body: message.describedSession, source: request.source)
        actions.append(.session(session.id, .incoming(call)))
    }

    /// CANCEL (RFC 3261 §9.2): for a call that rings, or for a re-INVITE that waits for our answer.
    mutating func receiveCancel(
        _ request: ReceivedRequest, _ id: ServerTransactionID, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        guard let invite = transactions.invite(meantBy: request.message) else {
            return respond(id, to: request, .noSuchTransaction, at: now, into: &actions)
        }
        respond(id, to: request, .ok, at: now, into: &actions)
        guard let session = transactions.owner(of: invite).flatMap({ sessions[$0] }) else { return }
        switch session.phase {
        case .ringing(let ringing) where ringing.transaction == invite:
            withdraw(session, ringing, request.message, at: now, into: &actions)
        case .confirmed(let dialog, var exchange) where exchange.offer?.transaction == invite:
            terminate(exchange.offer, at: now, into: &actions)
            exchange.offer = nil
            session.phase = .confirmed(dialog, exchange)
            deadlines.set(session.deadline, for: session.id.number)
        case .ringing, .confirmed, .inviting, .leaving, .released: break
        }
    }

    /// The caller gave up: 487 to its INVITE.
    mutating func withdraw(
        _ session: Session, _ ringing: Ringing, _ request: SIPMessage, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        actions.append(.session(session.id, .hungUp(FarEndReason(request))))
        refuse(session, ringing, .requestTerminated, at: now, into: &actions)
    }

    mutating func refuse(
        _ session: Session, _ ringing: Ringing, _ status: SIPStatus, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        if let request = transactions.request(of: ringing.transaction) {
            let extra = ResponseExtras(tag: session.localTag)
            respond(ringing.transaction, to: request, status, extra, at: now, into: &actions)
        }
        release(session, into: &actions)
    }
}
