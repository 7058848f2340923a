import CallModel
import MediaControl
import SansIO

/// A call on its way to being accepted: first its media sockets, then its durable record.
struct Acceptance {
    /// How often a port that another program holds is replaced by the next one.
    static let portTries = 4
    /// The longest wait for sockets and for the store; beyond it the request is refused.
    static let patience: Duration = .seconds(10)
    /// How long an abandoned acceptance is remembered for a commit that comes late.
    static let storePatience: Duration = .seconds(600)

    enum Step {
        case opening(PartySet, triesLeft: Int)
        case committing(CommitTicket)
        /// The request was refused because the store did not answer in time; should the commit succeed after all, the call is ended there.
        case abandoned(CommitTicket)
    }

    let ticket: CommandTicket
    let replay: ReplayKey?
    var step: Step
    var deadline: Instant
}

extension CallSession {
    /// Has the media sockets of both parties bound.
    func openMedia(_ exchange: inout Exchange) {
        for party in Party.allCases { openMedia(of: party, &exchange) }
    }

    private func openMedia(of party: Party, _ exchange: inout Exchange) {
        let endpoint = MediaEndpoint(
            address: exchange.settings.mediaBindAddress, port: legs[party].port,
            ssrc: .random(in: 1...UInt32.max, using: &exchange.entropy),
            firstSequence: .random(in: 0...0x7FFF, using: &exchange.entropy),
            firstTimestamp: .random(in: 0...UInt32.max, using: &exchange.entropy))
        exchange.perform(.media(.open(legs[party].media, endpoint)))
    }

    /// A party's sockets are bound; when both are, the call is written down.
    func mediaOpened(_ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard case .accepting(var acceptance) = phase, case .opening(var missing, let triesLeft) = acceptance.step
        else {
            return
        }
        missing.remove(PartySet(party))
        if missing.isEmpty {
            let commit = exchange.newCommitTicket()
            exchange.await(commit, acceptanceOf: id)
            exchange.perform(.store([.accepted(record, replay: acceptance.replay)], commit))
            acceptance.step = .committing(commit)
        } else {
            acceptance.step = .opening(missing, triesLeft: triesLeft)
        }
        phase = .accepting(acceptance)
    }

    /// A party's port is held by another program: the next one is tried.
    func mediaOpenFailed(_ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard case .accepting(var acceptance) = phase, case .opening(let missing, let triesLeft) = acceptance.step
        else {
            return
        }
        exchange.ports.giveBack(legs[party].port, at: now)
        guard triesLeft > 0, let port = exchange.ports.take(at: now) else {
            legs[party].port = 0
            return refuse(acceptance, .busy, at: now, &exchange)
        }
        legs[party].port = port
        acceptance.step = .opening(missing, triesLeft: triesLeft - 1)
        phase = .accepting(acceptance)
        openMedia(of: party, &exchange)
    }

    /// The store answered.
    func acceptanceCommitted(_ success: Bool, at now: Instant, _ exchange: inout Exchange) {
        guard case .accepting(let acceptance) = phase else { return }
        switch (acceptance.step, success) {
        case (.committing, true):
            exchange.perform(.answer(acceptance.ticket, .placed(id)))
            noteAcceptance(&exchange)
            if isStopped { abandon(at: now, &exchange) } else { start(at: now, &exchange) }
        case (.committing, false): refuse(acceptance, .busy, at: now, &exchange)
        case (.abandoned, true):
            record.state = .ended
            record.endTime = wallTime(at: now)
            record.ending = CallEnding(reason: .fault, hangupBy: nil, duration: 0)
            exchange.perform(.store([.ended(record, events: [])], nil))
            phase = .void
        case (.abandoned, false), (.opening, _): phase = .void
        }
    }

    func acceptanceTimedOut(_ acceptance: Acceptance, at now: Instant, _ exchange: inout Exchange) {
        switch acceptance.step {
        case .opening: refuse(acceptance, .busy, at: now, &exchange)
        case .committing(let commit):
            refuse(acceptance, .busy, at: now, &exchange)
            phase = .accepting(
                Acceptance(
                    ticket: acceptance.ticket, replay: nil, step: .abandoned(commit),
                    deadline: now + Acceptance.storePatience))
        case .abandoned: phase = .void
        }
    }

    /// The server stops. What the store may have is ended there once its answer is known.
    func stopAccepting(_ acceptance: Acceptance, at now: Instant, _ exchange: inout Exchange) {
        switch acceptance.step {
        case .opening: refuse(acceptance, .busy, at: now, &exchange)
        case .committing: isStopped = true
        case .abandoned: break
        }
    }

    private func refuse(_ acceptance: Acceptance, _ code: AnswerCode, at now: Instant, _ exchange: inout Exchange) {
        exchange.perform(.answer(acceptance.ticket, .refused(code)))
        for party in Party.allCases {
            if case .idle(let line) = legs[party].state { exchange.trunks.vacate(line) }
            legs[party].state = .gone
            guard legs[party].port != 0 else { continue }
            exchange.perform(.media(.close(legs[party].media)))
            exchange.ports.giveBack(legs[party].port, at: now)
        }
        phase = .void
    }

    private func noteAcceptance(_ exchange: inout Exchange) {
        guard case .idle(let line) = legs.first.state else { preconditionFailure("nobody is dialled before") }
        exchange.perform(
            .note(
                CallNote(
                    call: id, state: record.state, party: .first, trunk: exchange.trunk(of: line).name,
                    sipStatus: nil, endReason: nil)))
    }
}
