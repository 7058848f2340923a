import CallFlow
import CallModel
import CallTracing
import SDP
import SIPUserAgent
import SansIO

extension CallSession {
    /// An event of one of a party's SIP sessions. Of a session that was given up only its end matters.
    func signalled(
        _ event: SessionEvent, _ session: SessionID, of party: Party, at now: Instant, _ exchange: inout Exchange
    ) {
        if case .released = event { vacateLine(of: session, party, &exchange) }
        keepTime(at: now, &exchange)
        if legs[party].session != session, !takesOver(event, session, party, at: now, &exchange) { return }
        switch event {
        case .trying: trying(session, party, at: now, &exchange)
        case .progressed(let progress): progressed(progress, party, at: now, &exchange)
        case .answered(let answer): answered(answer, session, party, at: now, &exchange)
        case .failed(let failure): failed(failure, party, at: now, &exchange)
        case .offered(let offer, let body): offered(offer, body, party, at: now, &exchange)
        case .offerRequested(let offer): offerRequested(offer, party, at: now, &exchange)
        case .offerAnswered(_, let body), .reanswered(let body): offerAnswered(body, party, at: now, &exchange)
        case .dialogChanged(let dialog): dialogChanged(dialog, party)
        case .hungUp(let reason): hungUp(reason, session, party, at: now, &exchange)
        case .unacknowledged, .expired: lost(session, .congestion, party, at: now, &exchange)
        case .released:
            legs[party].state = .gone
            tell(.released(party), at: now, &exchange)
        case .digit(let event): pressed(event, party, at: now, &exchange)
        case .lateAnswer, .acknowledged, .incoming: break
        }
    }

    private func vacateLine(of session: SessionID, _ party: Party, _ exchange: inout Exchange) {
        guard let index = legs[party].occupied.firstIndex(where: { $0.session == session }) else { return }
        exchange.trunks.vacateLine(of: legs[party].occupied.remove(at: index).trunk)
    }

    /// The trunk gave a sign of life: it is no longer silent.
    private func responded(_ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard case .dialling(let attempt) = legs[party].state, !attempt.responded else { return }
        var next = attempt.withoutSilence
        next.responded = true
        exchange.trunks.note(.answered, of: attempt.line, at: now)
        legs[party].state = .dialling(next)
        tell(.trying(party), at: now, &exchange)
    }

    private func trying(_ session: SessionID, _ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard let invite = exchange.agent.inviteState(of: session) else { return }
        legs[party].lastStatus = 100
        keepForRestart(invite, party)
        responded(party, at: now, &exchange)
    }

    private func progressed(_ progress: Progress, _ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard case .dialling = legs[party].state else { return }
        legs[party].lastStatus = progress.status
        keepForRestart(progress.invite, party)
        responded(party, at: now, &exchange)
        let rings = progress.status == 180
        if (180..<190).contains(progress.status) { heardFrom(party, rings: rings, at: now, &exchange) }
        let isDescribed =
            !progress.body.isEmpty && describeEarly(progress.body, progress.remoteTag ?? "", party, &exchange)
        tell(rings ? .ringing(party) : .progressed(party, described: isDescribed), at: now, &exchange)
    }

    /// An 18x: the call stays with its trunk. The first 180 is the ringing.
    private func heardFrom(_ party: Party, rings: Bool, at now: Instant, _ exchange: inout Exchange) {
        guard case .dialling(var attempt) = legs[party].state else { return }
        record[party].postDialDelay = record[party].postDialDelay ?? sinceDialling(party, at: now)
        attempt.progressed = true
        if rings, !attempt.rang {
            attempt.rang = true
            if record[party].ringTime == nil { announce(.ring(party), at: now, &exchange) }
            record[party].ringTime = record[party].ringTime ?? wallTime(at: now)
            legs[party].isUnwritten = true
        }
        legs[party].state = .dialling(attempt)
    }

    private func answered(
        _ answer: SessionAnswer, _ session: SessionID, _ party: Party, at now: Instant, _ exchange: inout Exchange
    ) {
        guard case .dialling(let attempt) = legs[party].state else { return }
        releaseRivals(of: party, reason: .answeredElsewhere, at: now, &exchange)
        legs[party].state = .confirmed(session)
        legs[party].lastStatus = answer.status
        record[party].sipStatus = answer.status
        record[party].sipReason = answer.reason
        record[party].postDialDelay = record[party].postDialDelay ?? sinceDialling(party, at: now)
        guard describeFinal(answer, attempt.line, party, &exchange) else {
            record[party].signalling = nil
            release(party, cause: .incompatibleDestination, at: now, &exchange)
            return tell(.failed(party, .incompatible), at: now, &exchange)
        }
        record[party].answerTime = wallTime(at: now)
        announce(.answer(party), at: now, &exchange)
        dialogChanged(answer.dialog, party)
        if legs[party].isHeld { tell(.held(party, true), at: now, &exchange) }
        tell(.answered(party), at: now, &exchange)
    }

    private func failed(_ failure: SessionFailure, _ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard case .dialling(let attempt) = legs[party].state else { return }
        record[party].signalling = nil
        recordRefusal(failure, party)
        if goesOn(after: failure, party, at: now, &exchange) { return }
        var failure = failure
        if !failure.isRefusal, let refusal = legs[party].phoneRefusal { failure = refusal }
        if let sign = failure.sign { exchange.trunks.note(sign, of: attempt.line, at: now) }
        if case .refused(let refusal) = failure {
            if refusal.status == 503, let pause = refusal.retryAfter {
                exchange.trunks.rest(attempt.line, for: .seconds(pause), at: now)
            }
            if follow(refusal, from: attempt, party, at: now, &exchange) { return }
        }
        if failure.isTrunkFailure, !attempt.progressed, tryNextLine(party, at: now, &exchange) { return }
        legs[party].state = .releasing(attempt.session)
        record[party].endTime = wallTime(at: now)
        tell(.failed(party, failure.inTelephonyTerms(rang: attempt.rang)), at: now, &exchange)
    }

    private func recordRefusal(_ failure: SessionFailure, _ party: Party) {
        guard case .refused(let refusal) = failure else { return }
        legs[party].lastStatus = refusal.status
        record[party].sipStatus = refusal.status
        record[party].sipReason = refusal.reason
        record[party].q850 = refusal.q850
    }

    private func hungUp(
        _ reason: FarEndReason, _ session: SessionID, _ party: Party, at now: Instant, _ exchange: inout Exchange
    ) {
        // Of a leg that we release already, it tells nothing new.
        guard case .confirmed = legs[party].state else { return }
        legs[party].state = .releasing(session)
        record[party].endTime = wallTime(at: now)
        record[party].q850 = reason.q850 ?? record[party].q850
        forgetSignalling(of: party)
        announce(.hangup(party), at: now, &exchange)
        tell(.hungUp(party), at: now, &exchange)
    }

    /// A confirmed leg that cannot go on; its BYE is on its way.
    func lost(
        _ session: SessionID, _ failure: LegFailure, _ party: Party, at now: Instant, _ exchange: inout Exchange
    ) {
        guard case .confirmed = legs[party].state else { return }
        legs[party].state = .releasing(session)
        record[party].endTime = wallTime(at: now)
        forgetSignalling(of: party)
        tell(.failed(party, failure), at: now, &exchange)
    }

    /// A leg that is released, or hung up, has nothing left for a restart to end, though its call goes on for a notice.
    func forgetSignalling(of party: Party) {
        record[party].signalling = nil
        legs[party].isUnwritten = true
    }

    /// The store gets what a restart needs to cancel the INVITE, once for each.
    func keepForRestart(_ invite: InviteState, _ party: Party) {
        // Every INVITE has a branch of its own.
        if case .early(let kept) = record[party].signalling, kept.via == invite.via { return }
        record[party].signalling = .early(InviteSnapshot(invite))
        legs[party].isUnwritten = true
    }

    /// The store gets the dialog whenever its values change, but no keys: they may not protect anything once it is not
    /// known how much they have.
    private func dialogChanged(_ dialog: DialogState, _ party: Party) {
        guard case .confirmed = legs[party].state else { return }
        record[party].signalling = .confirmed(
            DialogSnapshot(
                dialog, local: kept(legs[party].localDescription, of: party),
                remote: kept(legs[party].remoteDescription, of: party)))
        legs[party].isUnwritten = true
    }

    private func kept(_ description: [UInt8], of party: Party) -> [UInt8] {
        legs[party].description?.offersKeys == true ? Redaction.withoutKeys(description) : description
    }

    private func sinceDialling(_ party: Party, at now: Instant) -> Duration? {
        record[party].dialTime.map { .milliseconds(wallTime(at: now).milliseconds - $0.milliseconds) }
    }
}

extension SessionFailure {
    /// Whether another trunk may succeed.
    fileprivate var isTrunkFailure: Bool {
        switch self {
        case .refused(let refusal): FailureMapping.isTrunkFailure(status: refusal.status)
        case .transport, .timedOut(after: .nothing): true
        case .timedOut(after: .trying), .timedOut(after: .provisional), .cancelled: false
        }
    }

    fileprivate var isRefusal: Bool {
        switch self {
        case .refused: true
        case .timedOut, .transport, .cancelled: false
        }
    }

    /// What it tells of the server; `nil`: nothing that was not known.
    fileprivate var sign: TargetHealth.Sign? {
        switch self {
        case .refused: .answered
        case .transport: .unreachable
        case .timedOut(after: .nothing): .silent
        case .timedOut(after: .trying), .timedOut(after: .provisional), .cancelled: nil
        }
    }

    fileprivate func inTelephonyTerms(rang: Bool) -> LegFailure {
        switch self {
        case .refused(let refusal): FailureMapping.failure(status: refusal.status, q850: refusal.q850, rang: rang)
        case .transport, .timedOut(after: .nothing): .trunkTimeout
        case .timedOut(after: .trying), .timedOut(after: .provisional): .noAnswer
        case .cancelled: .noAnswer
        }
    }
}
