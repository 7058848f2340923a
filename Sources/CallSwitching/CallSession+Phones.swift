import CallModel
import SDP
import SIPSyntax
import SIPUserAgent
import SansIO

/// A phone that rings beside the one that speaks for the leg, with what was offered to it.
struct Rival {
    var attempt: Attempt
    let description: OurMedia
    let offer: [UInt8]
}

/// All phones of an extension ring at once, each with an INVITE of its own. One of them speaks for the leg: the first one
/// called, until another rings before it does; then the one that answers. The others are its rivals.
extension CallSession {
    /// Rings the extension's other phones.
    func inviteRivals(of party: Party, at now: Instant, _ exchange: inout Exchange) {
        let lines = legs[party].untried.filter { $0.trunk == nil }
        legs[party].untried.removeAll { $0.trunk == nil }
        for line in lines {
            let phone = exchange.trunk(of: line)
            guard let invited = beginInvite(party, on: line, by: phone, at: now, &exchange) else { return }
            let attempt = Attempt(session: invited.session, line: line, silentUntil: nil)
            legs[party].rivals.append(
                Rival(attempt: attempt, description: invited.description, offer: invited.offer))
            exchange.accept(invited.actions)
        }
    }

    /// An event of one of a leg's sessions that does not speak for it; `true` if that one does now, and the event is the
    /// leg's.
    func takesOver(
        _ event: SessionEvent, _ session: SessionID, _ party: Party, at now: Instant, _ exchange: inout Exchange
    ) -> Bool {
        guard case .dialling(let speaker) = legs[party].state,
            let index = legs[party].rivals.firstIndex(where: { $0.attempt.session == session })
        else { return false }
        switch event {
        case .progressed(let progress):
            legs[party].rivals[index].attempt.responded = true
            guard (180..<190).contains(progress.status) else { return false }
            if speaker.progressed {
                legs[party].rivals[index].attempt.progressed = true
                if progress.status == 180 { legs[party].rivals[index].attempt.rang = true }
                return false
            }
            promote(index, party, keepsFormer: true, &exchange)
            return true
        case .answered:
            promote(index, party, keepsFormer: true, &exchange)
            return true
        case .failed(let failure):
            if failure.isForAllPhones {
                promote(index, party, keepsFormer: true, &exchange)
                return true
            }
            noteRefusal(failure, party)
            legs[party].rivals.remove(at: index)
        case .trying: legs[party].rivals[index].attempt.responded = true
        case .released: legs[party].rivals.remove(at: index)
        case .offered, .offerRequested, .offerAnswered, .reanswered, .dialogChanged, .hungUp, .unacknowledged, .expired,
            .digit, .lateAnswer, .acknowledged, .incoming:
            break
        }
        return false
    }

    /// Lets a rival speak for the leg, and who did so before be its rival, if it is still there.
    private func promote(_ index: Int, _ party: Party, keepsFormer: Bool, _ exchange: inout Exchange) {
        guard case .dialling(let former) = legs[party].state else {
            preconditionFailure("rivals belong to a dialled leg")
        }
        let rival = legs[party].rivals.remove(at: index)
        if keepsFormer, let description = legs[party].description {
            legs[party].rivals.append(
                Rival(
                    attempt: former.withoutSilence, description: description, offer: legs[party].localDescription))
        }
        legs[party].state = .dialling(rival.attempt)
        legs[party].description = rival.description
        legs[party].localDescription = rival.offer
        describeUnanswered(rival.description, by: exchange.trunk(of: rival.attempt.line), party, &exchange)
        guard let invite = exchange.agent.inviteState(of: rival.attempt.session) else { return }
        record[party].sipCallID = invite.callID
        if rival.attempt.responded { keepForRestart(invite, party) }
    }

    /// Goes on with another phone where one has failed or is silent; `false` where none is left, or where one spoke for all
    /// (RFC 3261 §16.7): then the leg is over, and so are the others.
    func goesOn(after failure: SessionFailure, _ party: Party, at now: Instant, _ exchange: inout Exchange) -> Bool {
        let rivals = legs[party].rivals
        guard !rivals.isEmpty else { return false }
        if failure.isForAllPhones {
            releaseRivals(of: party, reason: nil, at: now, &exchange)
            return false
        }
        noteRefusal(failure, party)
        let best =
            rivals.firstIndex { $0.attempt.progressed } ?? rivals.firstIndex { $0.attempt.responded } ?? 0
        promote(best, party, keepsFormer: false, &exchange)
        return true
    }

    /// The phone that speaks for the leg has said nothing so far: another one that has does so now; `false` if none has.
    func prefersRival(_ party: Party, _ exchange: inout Exchange) -> Bool {
        guard let index = legs[party].rivals.firstIndex(where: { $0.attempt.responded }) else { return false }
        promote(index, party, keepsFormer: true, &exchange)
        return true
    }

    /// Cancels all phones but the one that speaks for the leg.
    func releaseRivals(of party: Party, reason: ReasonHeader?, at now: Instant, _ exchange: inout Exchange) {
        for rival in legs[party].rivals {
            exchange.accept(exchange.agent.cancel(rival.attempt.session, reason: reason, at: now))
        }
        legs[party].rivals = []
    }

    /// A refusal tells more than a phone that cannot be reached: it is the leg's, should the last one fail so.
    private func noteRefusal(_ failure: SessionFailure, _ party: Party) {
        guard case .refused = failure, legs[party].phoneRefusal == nil else { return }
        legs[party].phoneRefusal = failure
    }
}

extension SessionFailure {
    /// Whether it is a 6xx.
    fileprivate var isForAllPhones: Bool {
        guard case .refused(let refusal) = self else { return false }
        return refusal.status >= 600
    }
}

extension ReasonHeader {
    /// Why a phone stops ringing that need not show a missed call (RFC 3326 §3.1).
    static let answeredElsewhere = ReasonHeader(protocolName: "SIP", cause: 200, text: "Call completed elsewhere")
}
