import CallModel
import MediaControl
import SansIO

extension Switchboard {
    /// Takes a request in hand, or refuses it; both parties' lines are checked before party 1 rings.
    mutating func place(_ placement: Placement, _ ticket: CommandTicket, at now: Instant) {
        let request = placement.request
        guard !isDraining, calls.count < exchange.settings.maxCalls else { return refuse(ticket, .busy) }
        guard let (first, second) = linesForBoth(request, at: now) else { return refuse(ticket, .noLine) }
        guard request.sounds.unknownNames.isEmpty else { return refuse(ticket, .voiceFile) }
        guard let (port1, port2) = takePorts(at: now) else { return refuse(ticket, .busy) }
        exchange.trunks.occupy(first.reserved)
        exchange.trunks.occupy(second.reserved)
        let number = exchange.newCallNumber()
        let id = CallID(at: placement.wallTime, using: &exchange.entropy)
        let call = CallSession(
            id: id, number: number, record: CallRecord(id: id, request: request, beginTime: placement.wallTime),
            legs: LegPair(
                first: Leg(
                    lines: first.all, reserved: first.reserved, media: MediaLegID(number: 2 * number), port: port1),
                second: Leg(
                    lines: second.all, reserved: second.reserved, media: MediaLegID(number: 2 * number + 1), port: port2
                )),
            acceptance: Acceptance(
                ticket: ticket, replay: placement.replay,
                step: .opening(.both, triesLeft: Acceptance.portTries),
                deadline: now + Acceptance.patience),
            at: now)
        admit(call)
        countPlacement()
        call.openMedia(&exchange)
        settle(call, at: now)
    }

    private mutating func refuse(_ ticket: CommandTicket, _ code: AnswerCode) {
        countRefusal(code)
        exchange.perform(.answer(ticket, .refused(code)))
    }

    private struct PartyLines {
        let all: [Line]
        let reserved: Line
    }

    /// Both parties' lines, with room found for each; party 1's must also have its turn now.
    private mutating func linesForBoth(_ request: CallbackRequest, at now: Instant) -> (PartyLines, PartyLines)? {
        let lines1 = exchange.lines(for: .first, of: request, at: now)
        let lines2 = exchange.lines(for: .second, of: request, at: now)
        for free1 in lines1 where exchange.isOpen(free1, at: now) && exchange.trunks.isFree(free1, at: now) {
            let free2 = lines2.first { line in
                exchange.isOpen(line, at: now)
                    && exchange.trunks.hasRoom(on: line, beside: line.trunk == free1.trunk ? 1 : 0)
            }
            if let free2 { return (PartyLines(all: lines1, reserved: free1), PartyLines(all: lines2, reserved: free2)) }
        }
        return nil
    }

    private mutating func takePorts(at now: Instant) -> (UInt16, UInt16)? {
        guard let first = exchange.ports.take(at: now) else { return nil }
        guard let second = exchange.ports.take(at: now) else {
            exchange.ports.putBack(first)
            return nil
        }
        return (first, second)
    }

    /// Ends a call by API. A cancel of a call that was cancelled a short while ago succeeds again.
    mutating func cancel(_ id: CallID, by scope: CallScope, _ ticket: CommandTicket, at now: Instant) {
        if cancels.repeats(id, by: scope, ticket, at: now) {
            if let call = cancels.durable(id) { exchange.perform(.answer(ticket, .cancelled(call))) }
            return
        }
        guard let call = calls[id], scope.covers(call.record.request) else { return refuse(ticket, .callUnknown) }
        let state = call.record.state
        if let write = call.cancel(at: now, &exchange) {
            let commit = exchange.newCommitTicket()
            let found = CancelledCall(state: state, duration: call.record.ending?.duration ?? 0)
            cancels.begin(id, of: call.record.request, as: found, ticket, commit: commit)
            exchange.perform(.store([write], commit))
        } else {
            refuse(ticket, .callUnknown)
        }
        settle(call, at: now)
    }

    /// The store answered for writes that were waited for.
    mutating func stored(_ commit: CommitTicket, _ success: Bool, at now: Instant) {
        if let outcome = cancels.stored(commit, success, at: now) {
            for ticket in outcome.waiting {
                exchange.perform(.answer(ticket, success ? .cancelled(outcome.call) : .refused(.busy)))
            }
            guard let call = calls[outcome.id] else { return }
            call.cancelCommitted(success, at: now, &exchange)
            settle(call, at: now)
        } else if let call = exchange.takeAcceptance(commit).flatMap({ calls[$0] }) {
            call.acceptanceCommitted(success, at: now, &exchange)
            settle(call, at: now)
        }
    }
}
