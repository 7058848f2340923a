import SIPSyntax
import SIPTransactions
import SansIO

/// The refreshes that a session timer wants, by UPDATE where the far end serves it, or else by re-INVITE.
extension UserAgent {
    /// Why a session that expires is hung up.
    private static let expiry = ReasonHeader(protocolName: "SIP", cause: 408, text: "Session Expired")

    /// Does what the session timer wants now.
    mutating func keepAlive(_ session: Session, at now: Instant, into actions: inout [UserAgentAction]) {
        guard case .confirmed(let dialog, var exchange) = session.phase, var timer = exchange.timer else { return }
        switch timer.due(at: now) {
        case .nothing: break
        case .end: expire(session, dialog, exchange, at: now, into: &actions)
        case .refresh where session.reinvite != nil || exchange.offer != nil || exchange.awaited != nil:
            timer.postpone(until: now + .seconds(1))
            exchange.timer = timer
            session.phase = .confirmed(dialog, exchange)
        case .refresh:
            timer.begin()
            exchange.timer = timer
            refresh(session, dialog, exchange, timer, at: now, into: &actions)
        }
    }

    private mutating func expire(
        _ session: Session, _ dialog: Dialog, _ exchange: Exchange, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        actions.append(.session(session.id, .expired))
        leave(session, dialog, exchange, Self.expiry, at: now, into: &actions)
    }

    private mutating func refresh(
        _ session: Session, _ dialog: Dialog, _ exchange: Exchange, _ timer: SessionTimer, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        var dialog = dialog
        let contact: [(HeaderName, String)] = [(.contact, contacts[Int(dialog.flow.listener)])]
        if exchange.allowsUpdate {
            let extra = RequestExtras(headers: contact + timer.asked)
            send(.update, in: &dialog, of: session, .refresh, extra, at: now, into: &actions)
        } else {
            let extra = RequestExtras(
                headers: contact + [(.allow, allowedMethods)] + timer.asked, body: session.localDescription)
            reinvite(session, &dialog, extra, at: now, into: &actions)
        }
        session.phase = .confirmed(dialog, exchange)
    }

    private mutating func reinvite(
        _ session: Session, _ dialog: inout Dialog, _ extra: RequestExtras, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        dialog.localSequence += 1
        var extra = extra
        let branch = entropy.next()
        let proofs = proofs(of: session.account, .invite, uri: dialog.path.uri, body: extra.body)
        extra.headers += proofs
        let bytes = write(.invite, in: dialog, of: session, sequence: dialog.localSequence, branch: branch, extra)
        session.reinvite = OwnReinvite(branch: branch, sequence: dialog.localSequence, proofs: proofs)
        start(bytes, branch, to: dialog.flow, of: session, at: now, into: &actions)
    }

    private mutating func start(
        _ reinvite: [UInt8], _ branch: UInt64, to flow: Flow, of session: Session, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        let datagram = transactions.startInvite(
            reinvite, branch: branch, to: flow, owner: session.id.number, limit: timers.transactionTimeout, at: now)
        actions.append(.transmit(datagram))
    }

    /// A response to our re-INVITE.
    mutating func receiveReinviteResponse(
        _ response: SIPMessage, _ status: SIPStatus, for session: Session, _ id: ClientTransactionID, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        guard var own = session.reinvite, own.branch == id.branch, status.isFinal else { return }
        if status.isSuccess {
            if let acknowledgement = own.acknowledgement { return actions.append(.transmit(acknowledgement)) }
            guard let dialog = session.dialog else { return }
            let bytes = write(
                .ack, in: dialog, of: session, sequence: own.sequence, branch: entropy.next(),
                RequestExtras(headers: own.proofs))
            let acknowledgement = Datagram(bytes: bytes, flow: dialog.flow)
            own.acknowledgement = acknowledgement
            session.reinvite = own
            actions.append(.transmit(acknowledgement))
            noteAcceptance(response, for: session.account)
            refreshed(session, .final(response, status), at: now, into: &actions)
            let body = response.describedSession
            if case .confirmed = session.phase, !body.isEmpty {
                actions.append(.session(session.id, .reanswered(body: body)))
            }
        } else {
            reinviteRefused(response, status, own, of: session, id, at: now, into: &actions)
        }
    }

    private mutating func reinviteRefused(
        _ response: SIPMessage, _ status: SIPStatus, _ own: OwnReinvite, of session: Session,
        _ id: ClientTransactionID, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        var own = own
        let request = transactions.takeRequest(of: id)
        session.reinvite = nil
        if case .confirmed(var dialog, let exchange) = session.phase, let request,
            learn(from: response, status, for: session.account, &own.challenges)
        {
            dialog.localSequence += 1
            session.phase = .confirmed(dialog, exchange)
            let branch = entropy.next()
            let edit = RequestEdit(
                branch: branch, sequence: dialog.localSequence, via: via(branch, on: request.flow))
            let (bytes, proofs) = write(again: parsed(request.bytes), edit, as: session.account)
            session.reinvite = OwnReinvite(
                branch: branch, sequence: dialog.localSequence, proofs: proofs, challenges: own.challenges)
            start(bytes, branch, to: request.flow, of: session, at: now, into: &actions)
        } else {
            refreshed(session, .final(response, status), at: now, into: &actions)
        }
    }

    /// A refresh of ours is over.
    mutating func refreshed(
        _ session: Session, _ outcome: RequestOutcome, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        guard case .confirmed(var dialog, var exchange) = session.phase, var timer = exchange.timer else { return }
        switch verdict(on: outcome, &timer, of: session, at: now) {
        case .accepted(let response):
            exchange.timer = SessionTimer(confirmedBy: response, after: timer, at: now)
            if let contact = response.contact {
                dialog.refreshTarget(contact.uri, keepsFlow: session.keepsFlow, points: identity.points)
            }
            actions.append(.session(session.id, .dialogChanged(session.state(of: dialog))))
        case .tryAgain(let instant, let byReinvite):
            if byReinvite { exchange.allowsUpdate = false }
            timer.postpone(until: instant)
            exchange.timer = timer
        case .over: return expire(session, dialog, exchange, at: now, into: &actions)
        }
        session.phase = .confirmed(dialog, exchange)
        deadlines.set(session.deadline, for: session.id.number)
    }

    private enum Verdict {
        case accepted(SIPMessage)
        case tryAgain(at: Instant, byReinvite: Bool = false)
        case over
    }

    private mutating func verdict(
        on outcome: RequestOutcome, _ timer: inout SessionTimer, of session: Session, at now: Instant
    ) -> Verdict {
        guard case .final(let response, let status) = outcome else { return .over }
        if status.isSuccess { return .accepted(response) }
        let isUnknown = status == .methodNotAllowed || status == .notImplemented
        if isUnknown, response.method == .update { return .tryAgain(at: now, byReinvite: true) }
        switch status {
        case .intervalTooSmall:
            let isRaised = response.minSE.map { timer.raise(to: $0) } ?? false
            return .tryAgain(at: isRaised ? now : timer.nextTry(at: now))
        case .requestPending: return .tryAgain(at: now + glarePause(ownsCallID: session.ownsCallID))
        // RFC 4028 §10
        case .requestTimeout, .noSuchTransaction: return .over
        default:
            return .tryAgain(at: response.pause.map { now + .seconds($0) } ?? timer.nextTry(at: now))
        }
    }

    /// How long an offer waits that met one of the far end's (RFC 3261 §14.1): 2.1 to 4 s for the one who chose the
    /// Call-ID, 0 to 2 s for the other, in steps of 10 ms.
    mutating func glarePause(ownsCallID: Bool) -> Duration {
        let steps: ClosedRange<UInt64> = ownsCallID ? 210...400 : 0...200
        return .milliseconds(10 * UInt64.random(in: steps, using: &entropy))
    }
}

/// How a request of ours ended.
enum RequestOutcome {
    case final(SIPMessage, SIPStatus)
    /// Nothing came in time, or nothing is reached.
    case none
}
