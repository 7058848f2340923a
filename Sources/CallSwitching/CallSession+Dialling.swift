import Audio
import CallFlow
import CallModel
import CallTracing
import MediaControl
import SDP
import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO

extension CallSession {
    /// Calls a party on its reserved line.
    func dial(_ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard case .idle(let line) = legs[party].state else { preconditionFailure("a leg is dialled once") }
        dial(party, on: usableLine(insteadOf: line, party, at: now, &exchange), at: now, &exchange)
    }

    /// The line kept for a leg or, if its server has gone down meanwhile, the best one that is up and has room.
    private func usableLine(
        insteadOf line: Line, _ party: Party, at now: Instant, _ exchange: inout Exchange
    ) -> Line {
        if exchange.trunks.isUsable(line, at: now) { return line }
        guard let better = takeUsable(otherThan: line, party, at: now, &exchange) else { return line }
        legs[party].untried.append(line)
        exchange.trunks.vacate(line)
        exchange.trunks.occupy(better)
        return better
    }

    private func takeUsable(
        otherThan line: Line, _ party: Party, at now: Instant, _ exchange: inout Exchange
    ) -> Line? {
        let trunk = line.trunk
        for (index, other) in zip(legs[party].untried.indices, legs[party].untried) {
            guard exchange.isOpen(other, at: now), exchange.trunks.isUsable(other, at: now) else { continue }
            // Its own trunk keeps room for it already.
            guard other.trunk == trunk || exchange.trunks.hasRoom(on: other) else { continue }
            return legs[party].untried.remove(at: index)
        }
        return nil
    }

    /// Invites now, or at the line's next turn. The line is occupied already.
    private func dial(_ party: Party, on line: Line, at now: Instant, _ exchange: inout Exchange) {
        let turn = exchange.trunks.nextTurn(on: line, at: now)
        guard turn <= now else {
            legs[party].state = .waitingForTurn(line, until: turn)
            return
        }
        exchange.trunks.takeTurn(on: line, at: now)
        invite(party, on: line, at: now, &exchange)
    }

    private func invite(_ party: Party, on line: Line, at now: Instant, _ exchange: inout Exchange) {
        let trunk = exchange.trunk(of: line)
        guard let invited = beginInvite(party, on: line, by: trunk, at: now, &exchange) else {
            exchange.trunks.vacate(line)
            legs[party].state = .gone
            tell(.failed(party, .fault), at: now, &exchange)
            return tell(.released(party), at: now, &exchange)
        }
        legs[party].description = invited.description
        legs[party].localDescription = invited.offer
        legs[party].phoneRefusal = nil
        describeUnanswered(invited.description, by: trunk, party, &exchange)
        let silentUntil = legs[party].untried.isEmpty ? nil : now + exchange.settings.trunkResponseTimeout
        legs[party].state = .dialling(Attempt(session: invited.session, line: line, silentUntil: silentUntil))
        let isFirst = record[party].dialTime == nil
        recordDialling(party, on: line, trunk: trunk, at: now)
        record[party].sipCallID = exchange.agent.inviteState(of: invited.session)?.callID
        exchange.accept(invited.actions)
        if line.trunk == nil { inviteRivals(of: party, at: now, &exchange) }
        guard isFirst else { return }
        announce(.dial(party), at: now, &exchange)
        tell(.invited(party), at: now, &exchange)
    }

    /// An INVITE, with what it offered and what sending it caused.
    struct Invited {
        let session: SessionID
        let description: OurMedia
        let offer: [UInt8]
        let actions: [UserAgentAction]
    }

    /// Begins a session on a line; `nil` when there are too many.
    func beginInvite(
        _ party: Party, on line: Line, by trunk: TrunkSettings, at now: Instant, _ exchange: inout Exchange
    ) -> Invited? {
        var description = OurMedia(
            address: trunk.mediaAddress, port: legs[party].port, codecs: codecs(for: party, on: trunk),
            security: trunk.security, sessionID: exchange.entropy.next() >> 2)
        let offer = description.offer(using: &exchange.entropy)
        let invitation = Invitation(
            to: legs[party].redirections.last ?? record.request.destination(of: party).dialled, on: line, by: trunk,
            from: exchange.settings.listeners[Int(trunk.flow.listener)].host, offer: offer)
        guard let (session, actions) = exchange.agent.invite(invitation, at: now) else { return nil }
        exchange.assign(session, to: party, of: self)
        legs[party].occupied.append((session, line.trunk))
        if let sipCallID = exchange.agent.inviteState(of: session)?.callID {
            exchange.traces.begin(sipCallID, of: party, of: id, wallTime: wallTime(at: now), at: now)
        }
        return Invited(session: session, description: description, offer: offer, actions: actions)
    }

    /// Leg 2 is offered first what leg 1 speaks, so that packets are forwarded as they are.
    private func codecs(for party: Party, on trunk: TrunkSettings) -> [G711] {
        guard party == .second, let spoken = record.leg1.codec.flatMap(G711.init(rawValue:)),
            spoken != trunk.codecs.first
        else { return trunk.codecs }
        return trunk.codecs.filter { $0 == spoken } + trunk.codecs.filter { $0 != spoken }
    }

    private func recordDialling(_ party: Party, on line: Line, trunk: TrunkSettings, at now: Instant) {
        legs[party].lastStatus = nil
        record[party].sipStatus = nil
        record[party].sipReason = nil
        record[party].q850 = nil
        record[party].trunk = trunk.name
        record[party].from = line.caller?.dialled
        record[party].dialTime = record[party].dialTime ?? wallTime(at: now)
    }

    /// The leg's own deadline: its turn has come, or its trunk is silent.
    func legTimedOut(_ party: Party, at now: Instant, _ exchange: inout Exchange) {
        switch legs[party].state {
        case .idle, .confirmed, .releasing, .gone: break
        case .waitingForTurn(let line, _): dial(party, on: line, at: now, &exchange)
        case .dialling(let attempt):
            exchange.trunks.note(.silent, of: attempt.line, at: now)
            if prefersRival(party, &exchange) { return }
            let rivals = legs[party].rivals
            legs[party].rivals = []
            // The old INVITE stays: it is cancelled as soon as it can be, and a late 200 gets ACK and BYE.
            if !tryNextLine(party, at: now, &exchange) {
                legs[party].state = .dialling(attempt.withoutSilence)
                legs[party].rivals = rivals
            } else {
                for session in [attempt.session] + rivals.map(\.attempt.session) {
                    exchange.accept(exchange.agent.cancel(session, reason: nil, at: now))
                }
            }
        }
    }

    /// Dials the next line that has room, those whose server is up first; `false` when there is none.
    func tryNextLine(_ party: Party, at now: Instant, _ exchange: inout Exchange) -> Bool {
        let untried = legs[party].untried
        let candidates = untried.indices.filter { index in
            exchange.isOpen(untried[index], at: now) && exchange.trunks.hasRoom(on: untried[index])
        }
        guard let next = candidates.first(where: { exchange.trunks.isUsable(untried[$0], at: now) }) ?? candidates.first
        else { return false }
        let line = legs[party].untried.remove(at: next)
        legs[party].redirections = []
        exchange.trunks.occupy(line)
        tell(.redialled(party), at: now, &exchange)
        dial(party, on: line, at: now, &exchange)
        return true
    }

    /// Calls where a 3xx points, on the same trunk and only where the client might have called itself; `false` when it
    /// is not followed.
    func follow(
        _ refusal: Rejection, from attempt: Attempt, _ party: Party, at now: Instant, _ exchange: inout Exchange
    ) -> Bool {
        guard (300..<400).contains(refusal.status), exchange.trunk(of: attempt.line).followsRedirects,
            legs[party].redirections.count < Leg.redirectionLimit,
            let target = target(of: refusal, party, exchange.settings.country)
        else { return false }
        legs[party].redirections.append(target)
        exchange.trunks.occupy(attempt.line)
        tell(.redialled(party), at: now, &exchange)
        dial(party, on: attempt.line, at: now, &exchange)
        return true
    }

    /// The first number among the contacts that may be called and was not, and is not the other party's.
    private func target(of refusal: Rejection, _ party: Party, _ country: String) -> String? {
        let policy = DestinationPolicy(country: country, besides: record.request.destinations)
        let tried = Party.allCases.map { record.request.destination(of: $0).dialled } + legs[party].redirections
        let avoided = Set(tried.compactMap { PhoneNumber($0)?.normalised(country: country) })
        return refusal.contacts.lazy.compactMap { SIPURI($0)?.unescapedUser.flatMap { PhoneNumber($0) } }
            .first { policy.allows($0) && !avoided.contains($0.normalised(country: country)) }?.dialled
    }

    /// Ends a leg as it stands: nothing yet, CANCEL, or BYE.
    func release(_ party: Party, cause: Q850Cause, at now: Instant, _ exchange: inout Exchange) {
        let reason = ReasonHeader.q850(cause.rawValue)
        switch legs[party].state {
        case .idle(let line), .waitingForTurn(let line, _):
            exchange.trunks.vacate(line)
            legs[party].state = .gone
            tell(.released(party), at: now, &exchange)
        case .dialling(let attempt):
            releaseRivals(of: party, reason: reason, at: now, &exchange)
            legs[party].state = .releasing(attempt.session)
            forgetSignalling(of: party)
            exchange.accept(exchange.agent.cancel(attempt.session, reason: reason, at: now))
        case .confirmed(let session):
            legs[party].state = .releasing(session)
            forgetSignalling(of: party)
            exchange.accept(exchange.agent.hangUp(session, reason: reason, at: now))
        case .releasing, .gone: break
        }
    }

    /// Frees the line of a leg that was never dialled.
    func giveUpReservation(of party: Party, _ exchange: inout Exchange) {
        guard case .idle(let line) = legs[party].state else { return }
        exchange.trunks.vacate(line)
        legs[party].state = .gone
    }
}

extension Attempt {
    /// The attempt once its trunk gave a sign of life, or once there is nothing left to try instead.
    var withoutSilence: Attempt {
        var attempt = self
        attempt.silentUntil = nil
        return attempt
    }
}
