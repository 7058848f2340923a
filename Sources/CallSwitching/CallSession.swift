import CallFlow
import CallModel
import MediaControl
import SIPUserAgent
import SansIO

/// One call: its flow, its two legs, its record. Turns the flow's words into SIP and media, and back.
final class CallSession {
    let id: CallID
    /// Numbers the media legs.
    let number: UInt64
    /// Where the call stands between its flow and the store.
    var phase: Phase
    var record: CallRecord
    let legs: LegPair
    /// Everybody is hung up as soon as the acceptance is durable.
    var isStopped = false
    private let acceptedAt: Instant
    private var endingWasSeen = false
    private var isFinished = false
    private var flow: CallbackFlow
    private var heard: [FlowInput] = []
    var tape = Tape.none
    /// Events on their way to the store.
    var untold: [CallEvent] = []
    var isFailureAnnounced = false

    enum Phase {
        /// Media sockets are being bound, then the acceptance committed.
        case accepting(Acceptance)
        case running
        /// The end is decided; the final record waits for what belongs into it.
        case closing(Closing)
        /// The final record is on its way to the store; signalling may still go on.
        case reported
        /// Never accepted, or ended in the store alone.
        case void
    }

    init(id: CallID, number: UInt64, record: CallRecord, legs: LegPair, acceptance: Acceptance, at now: Instant) {
        self.id = id
        self.number = number
        self.record = record
        self.legs = legs
        phase = .accepting(acceptance)
        acceptedAt = now
        flow = CallbackFlow(plan: CallPlan(record.request))
    }

    /// The time of day at `now`: measured from the acceptance on the monotonic clock, so that a call's times are never out of order.
    func wallTime(at now: Instant) -> WallTime {
        WallTime(milliseconds: record.beginTime.milliseconds + (now - acceptedAt).wholeMilliseconds)
    }

    /// Whether an API cancel still finds something to end.
    var mayBeCancelled: Bool {
        switch phase {
        case .accepting, .closing, .reported, .void: false
        case .running: flow.canBeCancelled
        }
    }

    /// Whether nothing of the call remains but its record.
    var isOver: Bool {
        switch phase {
        case .accepting, .running, .closing: false
        case .void: true
        case .reported: isFinished && !tape.isOpen && legs.first.occupied.isEmpty && legs.second.occupied.isEmpty
        }
    }

    var deadline: Instant? {
        switch phase {
        case .accepting(let acceptance): acceptance.deadline
        case .running: earliest(flow.deadline, legs.deadline)
        case .closing(let closing): earliest(closing.deadline, earliest(flow.deadline, legs.deadline))
        case .reported: earliest(tape.deadline, earliest(flow.deadline, legs.deadline))
        case .void: nil
        }
    }

    /// The record, once the call is accepted.
    var acceptedRecord: CallRecord? {
        switch phase {
        case .accepting, .void: nil
        case .running, .closing, .reported: record
        }
    }

    /// Whether the end was decided since the last time this was asked.
    func isNewlyDecided() -> Bool {
        guard record.ending != nil, !endingWasSeen else { return false }
        endingWasSeen = true
        return true
    }

    /// Ends the call because the server stops.
    func stop(at now: Instant, _ exchange: inout Exchange) {
        switch phase {
        case .accepting(let acceptance): stopAccepting(acceptance, at: now, &exchange)
        case .running: tell(.hangUpAll, at: now, &exchange)
        case .closing, .reported, .void: break
        }
    }

    /// Ends a call that became durable after the server stopped, before anybody is dialled.
    func abandon(at now: Instant, _ exchange: inout Exchange) {
        phase = .running
        tell(.hangUpAll, at: now, &exchange)
    }

    /// Gives the flow its due before anything else of this instant: a limit is exact.
    func keepTime(at now: Instant, _ exchange: inout Exchange) {
        if let deadline = flow.deadline, deadline <= now { tell(.timeOut, at: now, &exchange) }
    }

    /// Begins to dial; the acceptance is durable.
    func start(at now: Instant, _ exchange: inout Exchange) {
        phase = .running
        loadVoices(&exchange)
        tell(.start, at: now, &exchange)
    }

    /// Tells the flow what happened and does what it wants; what that causes at once is told in turn.
    func tell(_ input: FlowInput, at now: Instant, _ exchange: inout Exchange) {
        heard.append(input)
        guard heard.count == 1 else { return }
        while let next = heard.first {
            for action in flow.handle(next, at: now) { perform(action, at: now, &exchange) }
            heard.removeFirst()
        }
        noteState(at: now, &exchange)
    }

    func timePassed(at now: Instant, _ exchange: inout Exchange) {
        switch phase {
        case .accepting(let acceptance):
            if acceptance.deadline <= now { acceptanceTimedOut(acceptance, at: now, &exchange) }
            return
        case .closing(let closing):
            if closing.deadline <= now { closingTimedOut(closing, at: now, &exchange) }
        case .reported: tapeTimedOut(at: now, &exchange)
        case .running, .void: break
        }
        keepTime(at: now, &exchange)
        for party in Party.allCases where legs[party].deadline.map({ $0 <= now }) ?? false {
            legTimedOut(party, at: now, &exchange)
        }
    }

    private func perform(_ action: FlowAction, at now: Instant, _ exchange: inout Exchange) {
        switch action {
        case .dial(let party): dial(party, at: now, &exchange)
        case .release(let party, let cause): release(party, cause: cause, at: now, &exchange)
        case .feed(let party, let feed): self.feed(party, feed, &exchange)
        case .watch(let party, let watch): self.watch(party, watch, &exchange)
        case .listen(let party, let listens): listen(party, listens, &exchange)
        case .startRecording: startRecording(at: now, &exchange)
        case .connected: connected(at: now, &exchange)
        case .confirmed(let party, let isGiven):
            announce(.confirm(party, isGiven: isGiven), at: now, &exchange)
        case .missed(let ending): announceFailure(ending, at: now, &exchange)
        case .countdown:
            announce(.countdown(record.request.sounds.countdown?.time ?? .zero), at: now, &exchange)
        case .mediaAlert(let party): announce(.mediaAlert(party), at: now, &exchange)
        case .decided(let ending): close(ending, at: now, &exchange)
        case .finished: isFinished = true
        }
    }

    private func connected(at now: Instant, _ exchange: inout Exchange) {
        record.connectTime = wallTime(at: now)
        announce(.connected, at: now, &exchange)
        connectRecording(&exchange)
    }

    /// Brings the record's state up to the flow's, with one line in the log where it changed.
    private func noteState(at now: Instant, _ exchange: inout Exchange) {
        let state = flow.callState
        guard state != record.state else { return }
        record.state = state
        let reason = record.ending?.reason
        let party = reason.map(\.party) ?? state.party
        exchange.perform(
            .note(
                CallNote(
                    call: id, state: state, party: party, trunk: party.flatMap { record[$0].trunk },
                    sipStatus: party.flatMap { legs[$0].lastStatus }, endReason: reason)))
    }

    /// Legs are written while the call runs, and once more where its final record waits for a recording.
    private var writesLegs: Bool {
        switch phase {
        case .running: true
        case .closing: tape.isOpen
        case .accepting, .reported, .void: false
        }
    }

    /// Writes what changed of the legs since the last time, and what is to be told.
    func writeProgress(_ exchange: inout Exchange) {
        var writes: [StoreWrite] = []
        if writesLegs {
            for party in Party.allCases where legs[party].isUnwritten {
                legs[party].isUnwritten = false
                writes.append(
                    .progressed(
                        id, state: record.state, connectTime: record.connectTime, party: party, leg: record[party]))
            }
        }
        if let target = record.request.eventTarget, !untold.isEmpty {
            writes.append(.told(id, to: target, takeUntold()))
        }
        if !writes.isEmpty { exchange.perform(.store(writes, nil)) }
    }
}

/// Both legs of a call.
struct LegPair {
    let first: Leg
    let second: Leg

    subscript(party: Party) -> Leg { party == .first ? first : second }

    var deadline: Instant? { earliest(first.deadline, second.deadline) }
}

extension CallState {
    /// The party whose leg brought the call into this state.
    fileprivate var party: Party? {
        switch self {
        case .dialling1, .ringing1, .answered1: .first
        case .dialling2, .ringing2, .talking: .second
        case .unknown, .ended, .queued, .scheduled: nil
        }
    }
}

extension EndReason {
    /// The party whose doing the end was.
    fileprivate var party: Party? {
        switch self {
        case .hangup(let party), .cancelled(let party), .failed(let party, _): party
        case .callerLeft: .first
        case .maxCallDuration, .apiCancel, .mediaTimeout, .playError, .platformRestart, .fault: nil
        }
    }
}
