import SIPSyntax
import SIPTransactions
import SansIO

extension UserAgent {
    /// A request that bears a session's tags.
    mutating func receive(
        _ request: ReceivedRequest, _ id: ServerTransactionID, in session: Session, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        let remoteTag = request.message.from.tag?.description ?? ""
        switch session.phase {
        case .confirmed(let dialog, let exchange) where dialog.remoteTag == remoteTag:
            receive(request, id, in: session, dialog, exchange, at: now, into: &actions)
        case .leaving(let dialog, let crossed)
        where dialog.remoteTag == remoteTag && request.message.method == .bye:
            respond(id, to: request, .ok, at: now, into: &actions)
            session.phase = .leaving(dialog, crossed: true)
            if !crossed { actions.append(.session(session.id, .hungUp(FarEndReason(request.message)))) }
        case .inviting(let inviting):
            receiveEarly(request, id, session, inviting, at: now, into: &actions)
        case .ringing(let ringing) where ringing.dialog.remoteTag == remoteTag:
            receiveEarly(request, id, session, ringing, at: now, into: &actions)
        case .ringing, .confirmed, .leaving, .released:
            // The BYE of a fork that we hang up ourselves. A fork we have not heard of has no dialog yet, and gets
            // our BYE with the ACK should its 2xx still come.
            let isFork = session.acknowledgements.contains { $0.remoteTag == remoteTag }
            let isBye = request.message.method == .bye
            respond(id, to: request, isBye && isFork ? .ok : .noSuchTransaction, at: now, into: &actions)
        }
    }

    private mutating func receive(
        _ request: ReceivedRequest, _ id: ServerTransactionID, in session: Session, _ dialog: Dialog,
        _ exchange: Exchange, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        var dialog = dialog
        // RFC 3261 §12.2.2. A BYE is never too late.
        if let last = dialog.remoteSequence, request.message.cseq.number <= last, request.message.method != .bye {
            return respond(id, to: request, .serverInternalError, at: now, into: &actions)
        }
        dialog.remoteSequence = max(request.message.cseq.number, dialog.remoteSequence ?? 0)
        session.phase = .confirmed(dialog, exchange)
        switch request.message.method {
        case .bye:
            respond(id, to: request, .ok, at: now, into: &actions)
            terminate(exchange.offer, at: now, into: &actions)
            actions.append(.session(session.id, .hungUp(FarEndReason(request.message))))
            release(session, into: &actions)
        case .invite, .update:
            receiveOffer(request, id, in: session, dialog, exchange, at: now, into: &actions)
        case .options, .info, .ack, .cancel, .register, .prack, .refer, .subscribe, .notify, .message, .publish, .other:
            receiveMinor(request, id, session, at: now, into: &actions)
        }
    }

    /// Requests that change nothing. No provisional response of ours waits for a PRACK.
    mutating func receiveMinor(
        _ request: ReceivedRequest, _ id: ServerTransactionID, _ session: Session, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        switch request.message.method {
        case .info:
            respond(id, to: request, .ok, at: now, into: &actions)
            if let key = request.message.telephoneKey { actions.append(.session(session.id, .digit(event: key))) }
        case .options: respond(id, to: request, .ok, optionsAnswer, at: now, into: &actions)
        case .prack: respond(id, to: request, .noSuchTransaction, at: now, into: &actions)
        case .invite, .ack, .bye, .cancel, .update, .register, .refer, .subscribe, .notify, .message, .publish,
            .other:
            preconditionFailure("dealt with before")
        }
    }

    /// While a call to us rings. The caller may hang up with BYE as well as with CANCEL, and its offer waits for us.
    private mutating func receiveEarly(
        _ request: ReceivedRequest, _ id: ServerTransactionID, _ session: Session, _ ringing: Ringing,
        at now: Instant, into actions: inout [UserAgentAction]
    ) {
        switch request.message.method {
        case .bye:
            respond(id, to: request, .ok, at: now, into: &actions)
            withdraw(session, ringing, request.message, at: now, into: &actions)
        case .invite, .update:
            let isHarmless = request.message.method == .update && request.message.body.isEmpty
            let extra = isHarmless ? ResponseExtras(confirmsDialog: true) : retryLater()
            respond(id, to: request, isHarmless ? .ok : .serverInternalError, extra, at: now, into: &actions)
        case .options, .info, .ack, .cancel, .register, .prack, .refer, .subscribe, .notify, .message, .publish, .other:
            receiveMinor(request, id, session, at: now, into: &actions)
        }
    }

    /// The random pause that a 500 for overlapping offers asks for: 0 to 10 s (RFC 3261 §14.2, RFC 3311 §5.2).
    mutating func retryLater() -> ResponseExtras {
        ResponseExtras(headers: [(.retryAfter, String(UInt64.random(in: 0...10, using: &entropy)))])
    }
}

extension FarEndReason {
    init(_ request: SIPMessage) {
        self.init(q850: request.q850Cause.map(Int.init))
    }
}
