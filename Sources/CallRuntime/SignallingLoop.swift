import CallModel
import CallSwitching
import LinuxIO
import MediaControl
import MediaNetwork
import SIPNetwork
import SIPTransactions
import SIPUserAgent
import SansIO
import Storage

/// The short loop around the switchboard: wait, receive, handle, perform. Used by its thread alone.
final class SignallingLoop {
    /// What the loop performs effects with.
    struct Surroundings {
        var sockets: SignallingSockets
        var media: MediaEngine
        var committer: GroupCommitter
        var log: LogQueue
        /// Called with events that became durable, on the committer's thread.
        var eventsCommitted: @Sendable ([OutboxEntry]) -> Void
    }

    /// The most datagrams taken from one socket before time and commands have their turn.
    private static let receiveBatch = 64
    /// How long figures may be behind.
    private static let figuresAge: Duration = .milliseconds(200)
    /// How much later than due a deadline may be met, so that one waking serves many: each call leaves a dozen timers.
    private static let timeGrain: Duration = .milliseconds(10)
    private static let inboxToken = UInt64.max

    private var switchboard: Switchboard
    private let around: Surroundings
    private let inbox: Inbox
    private let board: FigureBoard
    private let poller: Poller
    private var shutdown: Shutdown
    private var now: Instant
    private var figuresDue: Instant?
    private var letters = LetterBurst()
    private var arrivals: [SignallingSockets.Arrival] = []
    private var mediaCommands: [MediaCommand] = []
    private var replies: [CommandTicket: Letter.Reply] = [:]
    private var lastTicket: UInt64 = 0

    init(
        _ switchboard: consuming Switchboard, _ around: Surroundings, inbox: Inbox, board: FigureBoard,
        drainTimeout: Duration
    ) throws(SystemError) {
        poller = try Poller()
        try around.sockets.watch(by: poller)
        try poller.add(inbox.descriptor, token: Self.inboxToken)
        self.switchboard = switchboard
        self.around = around
        self.inbox = inbox
        self.board = board
        shutdown = Shutdown(drainTimeout: drainTimeout)
        now = MonotonicClock.now()
    }

    /// Ends the calls that the last stop interrupted and takes up the phones, then runs until the server has stopped.
    func run(recovering interrupted: [InterruptedCall], _ phones: [String: [PhoneBinding]]) {
        if !interrupted.isEmpty { note("ending calls that the last stop interrupted", calls: interrupted.count) }
        handle(.recover(interrupted, at: .now))
        if !phones.isEmpty { handle(.restorePhones(phones)) }
        finishTurn()
        while !shutdown.isOver { turn() }
        inbox.close()
        for reply in replies.values { reply.resume(returning: .refused(.busy)) }
        around.media.stop()
        publishFigures()
    }

    private func turn() {
        let count = poller.wait(timeToWait)
        now = MonotonicClock.now()
        for index in 0..<count {
            let event = poller.event(at: index)
            if event.token == Self.inboxToken { noticeLetters() } else { receive(event) }
        }
        // One, and then another look at the wire: who has answered goes before who is to be called.
        if letters.goesOn { readLetter() }
        passTime()
        finishTurn()
    }

    private var timeToWait: Duration? {
        if letters.goesOn { return .zero }
        let next = earliest(earliest(switchboard.deadline, shutdown.deadline), figuresDue)
        return next.map { max(.zero, $0.roundedUp(to: Self.timeGrain) - MonotonicClock.now()) }
    }

    private func passTime() {
        if let deadline = switchboard.deadline, deadline <= now { handle(.timePassed) }
        if let deadline = shutdown.deadline, deadline <= now { advance(.timeOut) }
        if let figuresDue, figuresDue <= now { publishFigures() }
    }

    /// What the turn's inputs caused beyond themselves: datagrams that could not be sent, media commands, the end.
    private func finishTurn() {
        deliverArrivals()
        if letters.endsAtTurn(), !mediaCommands.isEmpty {
            around.media.perform(mediaCommands)
            mediaCommands.removeAll(keepingCapacity: true)
        }
        if shutdown.hasBegun, switchboard.isIdle { advance(.idle) }
    }

    private func publishFigures() {
        figuresDue = nil
        board.current = RuntimeFigures(
            counts: switchboard.counts, occupancy: switchboard.occupancy,
            signalling: switchboard.signalling, registrations: switchboard.registrations(at: now),
            network: around.sockets.counts, takesCalls: !shutdown.hasBegun)
    }
}

// MARK: - Inputs

extension SignallingLoop {
    private func handle(_ input: SwitchboardInput) {
        if figuresDue == nil { figuresDue = now + Self.figuresAge }
        for effect in switchboard.handle(input, at: now) { perform(effect) }
    }

    private func receive(_ event: Poller.Event) {
        do {
            try around.sockets.receive(
                at: Int(event.token), limit: Self.receiveBatch, hasError: event.hasError, into: &arrivals)
        } catch {
            report("a socket fails", error)
        }
        deliverArrivals()
    }

    private func deliverArrivals() {
        while !arrivals.isEmpty {
            let batch = arrivals
            arrivals.removeAll(keepingCapacity: true)
            for arrival in batch {
                switch arrival {
                case .datagram(let bytes, let flow): handle(.received(bytes, from: flow))
                case .undelivered(let flow): handle(.transportFailed(flow))
                case .broken(let flow): handle(.connectionBroke(flow))
                case .notConnected(let flow, let reason): reportUnconnected(flow, reason)
                }
            }
        }
    }

    private func noticeLetters() {
        inbox.acknowledge()
        letters.begin()
    }

    private func readLetter() {
        let next = inbox.takeNext()
        letters.took(more: next?.more ?? false)
        switch next?.letter {
        case nil: break
        case .command(let command, let reply): handle(input(for: command, reply))
        case .stored(let ticket, true): handle(.committed(ticket))
        case .stored(let ticket, false): handle(.commitFailed(ticket))
        case .media(let reports): for report in reports { handle(.media(report)) }
        case .located(let trunk, let targets, let peers):
            around.sockets.expect(peers)
            handle(.located(trunk, targets))
        case .terminate: advance(.terminate)
        }
    }

    private func input(for command: Command, _ reply: Letter.Reply) -> SwitchboardInput {
        lastTicket += 1
        let ticket = CommandTicket(number: lastTicket)
        replies[ticket] = reply
        return switch command {
        case .place(let placement): .place(ticket, placement)
        case .cancel(let call, let scope): .cancel(ticket, call, by: scope)
        case .describe(let call): .describe(ticket, call)
        case .trace(let call): .trace(ticket, call)
        }
    }

    private func advance(_ input: Shutdown.Input) {
        switch shutdown.handle(input, at: now) {
        case .refuseCalls:
            note("draining", calls: switchboard.occupancy.calls)
            handle(.drain)
        case .hangUpAll:
            note("hanging up", calls: switchboard.occupancy.calls)
            handle(.hangUpAll)
        case .stop: note("stopped", calls: switchboard.occupancy.calls)
        case nil: return
        }
        publishFigures()
    }
}

// MARK: - Effects

extension SignallingLoop {
    private func perform(_ effect: SwitchboardEffect) {
        switch effect {
        case .transmit(let datagram):
            do {
                try around.sockets.send(datagram, arrivals: &arrivals)
            } catch {
                report("a socket fails", error)
            }
        case .media(let command): mediaCommands.append(command)
        case .store(let writes, let ticket): store(writes, ticket)
        case .answer(let ticket, let answer): replies.removeValue(forKey: ticket)?.resume(returning: answer)
        case .note(let note): around.log.append(LogLine(note, at: .now))
        case .server(let note): around.log.append(LogLine(note, at: .now))
        case .recordingFailed(let note): around.log.append(LogLine(note, at: .now))
        case .registrationRefused(let refusal): around.log.append(LogLine(refusal, at: .now))
        }
    }

    private func store(_ writes: [StoreWrite], _ ticket: CommitTicket?) {
        around.committer.submit(writes) { [inbox, log = around.log, eventsCommitted = around.eventsCommitted] result in
            switch result {
            case .success(let events):
                if !events.isEmpty { eventsCommitted(events) }
                if let ticket { inbox.tell(.stored(ticket, success: true)) }
            case .failure(let failure):
                var line = LogLine(time: .now, level: "error", event: "not stored")
                line.field("reason", "\(failure)")
                log.append(line)
                if let ticket { inbox.tell(.stored(ticket, success: false)) }
            }
        }
    }

    private func note(_ event: String, calls: Int) {
        var line = LogLine(time: .now, level: "info", event: event)
        line.field("calls", calls)
        around.log.append(line)
    }

    private func reportUnconnected(_ flow: Flow, _ reason: String) {
        var line = LogLine(time: .now, level: "warning", event: "not connected")
        line.field("transport", flow.transport.name)
        line.field("remote", flow.remote.description)
        line.field("reason", reason)
        around.log.append(line)
    }

    private func report(_ event: String, _ error: SystemError) {
        var line = LogLine(time: .now, level: "error", event: event)
        line.field("error", error.description)
        around.log.append(line)
    }
}

extension Instant {
    fileprivate func roundedUp(to grain: Duration) -> Instant {
        let (nanoseconds, grain) = (nanoseconds, grain.wholeNanoseconds)
        return Instant(nanoseconds: (nanoseconds + grain - 1) / grain * grain)
    }
}

extension Switchboard {
    /// Whether no call lives, and none of their signalling and no registration is left.
    fileprivate var isIdle: Bool {
        let occupancy = occupancy
        return occupancy.calls == 0 && occupancy.sessions == 0 && occupancy.registrations == 0
    }
}
