import SIPSyntax
import SIPTransactions
import SansIO

extension UserAgent {
    /// An ACK for a 2xx of ours.
    mutating func receiveAcknowledgement(
        _ message: SIPMessage, of session: Session?, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        guard let session, case .confirmed(let dialog, var exchange) = session.phase,
            dialog.remoteTag == message.from.tag?.description ?? "",
            let awaited = exchange.awaited, awaited.sequence == message.cseq.number
        else { return drops.strayAcknowledgements += 1 }
        exchange.awaited = nil
        session.phase = .confirmed(dialog, exchange)
        deadlines.set(session.deadline, for: session.id.number)
        if awaited.isFirst {
            actions.append(.session(session.id, .acknowledged(body: message.describedSession)))
        } else if let offer = awaited.offer {
            actions.append(.session(session.id, .offerAnswered(offer, body: message.describedSession)))
        }
        if case .yes(let reason) = awaited.byeWanted {
            leave(session, dialog, exchange, reason, at: now, into: &actions)
        }
    }

    /// A session's own deadline: a call rang too long, an offer waited too long, or an ACK did not come.
    mutating func timeOut(_ session: Session, at now: Instant, into actions: inout [UserAgentAction]) {
        switch session.phase {
        case .ringing(let ringing):
            guard now >= ringing.until else { return }
            refuse(session, ringing, .temporarilyUnavailable, at: now, into: &actions)
        case .confirmed(let dialog, let exchange):
            if let awaited = exchange.awaited, now >= awaited.giveUp {
                actions.append(.session(session.id, .unacknowledged))
                return leave(session, dialog, exchange, nil, at: now, into: &actions)
            }
            session.phase = .confirmed(dialog, tend(exchange, at: now, into: &actions))
            keepAlive(session, at: now, into: &actions)
        case .inviting(let inviting): tend(inviting, of: session, at: now, into: &actions)
        case .leaving, .released: break
        }
    }

    private mutating func tend(
        _ exchange: Exchange, at now: Instant, into actions: inout [UserAgentAction]
    ) -> Exchange {
        var exchange = exchange
        if let offer = exchange.offer, now >= offer.until, let request = transactions.request(of: offer.transaction) {
            respond(offer.transaction, to: request, .gatewayTimeout, at: now, into: &actions)
            exchange.offer = nil
        }
        if let awaited = exchange.awaited, now >= awaited.retransmission.due {
            exchange.awaited?.retransmission = awaited.retransmission.next(at: now, cap: timers.t2)
            if let datagram = transactions.respond(awaited.transaction, .ok, awaited.response, at: now) {
                actions.append(.transmit(datagram))
            }
        }
        return exchange
    }
}
