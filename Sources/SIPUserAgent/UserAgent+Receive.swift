public import SIPTransactions
import SIPSyntax
public import SansIO

extension UserAgent {
    /// Takes one datagram.
    ///
    /// - Parameter isTrunk: whether it came from a trunk's address. Others but registered phones get answers only within a
    ///   dialog or transaction they belong to, or as they register.
    public mutating func receive(
        _ bytes: [UInt8], from flow: Flow, isTrunk: Bool, at now: Instant
    ) -> [UserAgentAction] {
        var actions: [UserAgentAction] = []
        do throws(SIPParseError) {
            let message = try SIPMessage(parsing: bytes)
            if let status = message.status {
                receive(response: message, status, from: flow, at: now, into: &actions)
            } else {
                let request = ReceivedRequest(message: message, source: flow)
                receive(request, isTrunk: isTrunk, at: now, into: &actions)
            }
        } catch {
            refuse(error, from: flow, isTrunk: isTrunk, at: now, into: &actions)
        }
        return actions
    }

    private mutating func receive(
        response: SIPMessage, _ status: SIPStatus, from flow: Flow, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        guard case .accept = response.judgement(by: capabilities) else { return drops.strayResponses += 1 }
        switch transactions.receive(response: response, status: status, at: now) {
        case .transmit(let datagram): actions.append(.transmit(datagram))
        case .response(let owner, let id, let acknowledgement):
            if let acknowledgement { actions.append(.transmit(acknowledgement)) }
            if status.isFinal, endPing(owner, .answered, into: &actions) { return }
            guard let session = sessions[owner] else {
                guard status.isFinal, let registrant = registrant(owner) else { return }
                return receiveFinal(response, status, for: registrant, id, at: now, into: &actions)
            }
            if id.isInvite {
                receiveInviteResponse(response, status, for: session, id, from: flow, at: now, into: &actions)
            } else if status.isFinal {
                receiveFinal(response, status, for: session, id, at: now, into: &actions)
            }
        case .unmatched: drops.strayResponses += 1
        case .absorbed, .timedOut, .unreachable, .ended: break
        }
    }

    private mutating func refuse(
        _ error: SIPParseError, from flow: Flow, isTrunk: Bool, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        switch error {
        case .unreadable: drops.unreadable += 1
        case .refused(let request):
            guard isTrunk || registrar.bindings.has(flow) else { return drop(fromStranger: flow, at: now) }
            let tag = newToken().text
            writer.begin(refusing: request, tag: tag, from: ViaSource(flow))
            actions.append(.transmit(Datagram(bytes: writer.finish(), flow: flow.answering(request.topVia))))
        }
    }

    private mutating func receive(
        _ request: ReceivedRequest, isTrunk: Bool, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let message = request.message
        let session = session(of: message)
        if session == nil, message.method == .register {
            return receiveRegistration(request, isTrunk: isTrunk, at: now, into: &actions)
        }
        let isKnown = session != nil || (message.method == .cancel && transactions.invite(meantBy: message) != nil)
        let isAdmitted = isKnown || isTrunk || registrar.bindings.has(request.source)
        let limit = timers.transactionTimeout + (session == nil ? limits.ringLimit : limits.offerLimit)
        switch transactions.receive(
            request: message, method: message.method, from: request.source, isAdmitted: isAdmitted, limit: limit,
            at: now)
        {
        case .new(let id):
            if message.method == .cancel {
                receiveCancel(request, id, at: now, into: &actions)
            } else if !isServable(request, id, at: now, into: &actions) {
                return
            } else if let session {
                receive(request, id, in: session, at: now, into: &actions)
            } else {
                receiveOutside(request, id, at: now, into: &actions)
            }
        case .repeated(let datagram): if let datagram { actions.append(.transmit(datagram)) }
        case .acknowledgement: receiveAcknowledgement(message, of: session, at: now, into: &actions)
        case .stranger: drop(fromStranger: request.source, at: now)
        case .absorbed, .overflow: break
        }
    }

    /// The session whose tag is the request's To tag.
    private func session(of request: SIPMessage) -> Session? {
        guard let tag = request.to.tag, let token = WireToken(tag), token.shard == identity.shard,
            let session = sessions[token.number], session.callID.utf8.elementsEqual(request.callID.slice)
        else { return nil }
        return session
    }

    /// A request outside any dialog of ours, from somebody who may have an answer.
    private mutating func receiveOutside(
        _ request: ReceivedRequest, _ id: ServerTransactionID, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let message = request.message
        if message.to.tag != nil {
            return respond(id, to: request, .noSuchTransaction, at: now, into: &actions)
        }
        switch message.method {
        case .invite:
            receiveCall(request, id, at: now, into: &actions)
        case .options:
            respond(id, to: request, .ok, optionsAnswer, at: now, into: &actions)
        case .bye, .update, .info, .prack:
            respond(id, to: request, .noSuchTransaction, at: now, into: &actions)
        case .ack, .cancel, .register, .refer, .subscribe, .notify, .message, .publish, .other:
            preconditionFailure("dealt with before")
        }
    }

    /// What OPTIONS asks for (RFC 3261 §11.2).
    var optionsAnswer: ResponseExtras {
        ResponseExtras(
            headers: [
                (.allow, allowedMethods), (.accept, "application/sdp"),
                (.supported, supportedExtensions), (.userAgent, identity.product),
            ])
    }

    /// Refuses what no user agent of our capabilities would serve (RFC 3261 §8.2).
    private mutating func isServable(
        _ request: ReceivedRequest, _ id: ServerTransactionID, at now: Instant, into actions: inout [UserAgentAction]
    ) -> Bool {
        switch request.message.judgement(by: capabilities) {
        case .accept: return true
        case .drop: return false
        case .refuse(let refusal):
            let extra = ResponseExtras(phrase: refusal.phrase, headers: refusal.headers.map { ($0.name, $0.value) })
            respond(id, to: request, refusal.status, extra, at: now, into: &actions)
            return false
        }
    }
}
