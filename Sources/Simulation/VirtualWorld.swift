import CallModel
import CallSwitching
import MediaControl
import SIPSyntax
import SIPTransactions
import SansIO

/// A whole run: the production switchboard between virtual clients, carriers, media and a store, on a virtual clock.
public final class VirtualWorld {
    /// One thing that is going to happen.
    enum Happening {
        case arrives([UInt8], at: Side)
        /// What was sent on a connection, if that still lives.
        case comes([UInt8], at: Side, on: ConnectionID)
        /// A connection that took these flows has ended, as the switchboard notices.
        case broke([Flow])
        /// The best server of the first trunk stops.
        case dies
        case alarm(CarrierLeg, Alarm)
        /// The network says that a trunk cannot be reached.
        case unreachable(Flow)
        case report(VirtualMedia.Announcement, generation: Int)
        case commitDone([StoreWrite], CommitTicket?, success: Bool, generation: Int)
        case place
        case cancel(CallID)
        case crash
        case stop
    }

    enum Side {
        case switchboard(from: Flow)
        case carrier(TransportAddress)
    }

    let scenario: Scenario
    var now = Instant(nanoseconds: 1_000_000_000)
    private var switchboard: Switchboard
    /// Counts the starts of the server: what a former one is owed is void.
    private var generation = 0
    private var agenda = DeadlineQueue<UInt64>()
    private var happenings: [UInt64: Happening] = [:]
    private var nextHappening: UInt64 = 0
    var fate: Fate
    var streams = VirtualStreams()
    /// Servers that have stopped.
    var dead: Set<TransportAddress> = []
    private var store = VirtualStore()
    private var media: VirtualMedia
    private var sounds = SoundLedger()
    /// Changes of state in the input that is handled.
    private var notes: [CallNote] = []
    private var ledger = DialogLedger()
    private(set) var trunks: TrunkLedger
    private var legs: [String: CarrierLeg] = [:]
    private var legOrder: [CarrierLeg] = []
    private var answers: [UInt64: Int] = [:]
    private var commands: UInt64 = 0
    private var cancelTickets: Set<UInt64> = []
    private(set) var report: RunReport

    public init(_ scenario: Scenario) {
        self.scenario = scenario
        fate = Fate(seed: scenario.seed)
        report = RunReport(seed: scenario.seed)
        report.scenario = "\(scenario)"
        media = VirtualMedia(
            MediaChances(
                portFailures: scenario.portFailures, playFailures: scenario.playFailures,
                recordFailures: scenario.recordFailures, keys: scenario.parties == .answering ? 1 : 0.6))
        trunks = TrunkLedger(scenario.settings.trunks)
        switchboard = Switchboard(settings: scenario.settings, entropy: Entropy(seed: scenario.seed &+ 1))
    }

    /// Runs the scenario to its end and beyond, until nothing is left to happen.
    public func run() -> RunReport {
        planCommands()
        var steps = 0
        while let next = earliest(agenda.next, switchboard.deadline) {
            steps += 1
            guard steps < 400 * (scenario.calls + 50) else {
                complain(.rest, "the run does not come to rest")
                break
            }
            now = max(now, next)
            if let number = agenda.popDue(at: now), let happening = happenings.removeValue(forKey: number) {
                happen(happening)
            } else {
                handle(.timePassed)
            }
        }
        return conclude()
    }

    private func planCommands() {
        for _ in 0..<scenario.calls { schedule(.place, after: fate.duration(in: .zero...scenario.span)) }
        if let time = scenario.crashesAt { schedule(.crash, after: time) }
        if let time = scenario.stopsAt { schedule(.stop, after: time) }
        if let time = scenario.serverDiesAt { schedule(.dies, after: time) }
    }

    func schedule(_ happening: Happening, after delay: Duration) {
        nextHappening += 1
        happenings[nextHappening] = happening
        agenda.set(now + delay, for: nextHappening)
    }

    private func happen(_ happening: Happening) {
        switch happening {
        case .arrives(let bytes, let side): arrive(bytes, at: side)
        case .comes(let bytes, let side, let connection):
            if streams.isOpen(connection) { arrive(bytes, at: side) }
        case .broke(let flows): for flow in flows { handle(.connectionBroke(flow)) }
        case .dies: die()
        case .alarm(let leg, let alarm): if !dead.contains(leg.address) { perform(leg.wake(alarm), of: leg) }
        case .unreachable(let flow):
            trunks.forget(flow.remote)
            handle(.transportFailed(flow))
        case .report(let announcement, let generation):
            if generation == self.generation, media.comes(announcement) { handle(.media(announcement.report)) }
        case .commitDone(let writes, let ticket, let success, let generation):
            commitDone(writes, ticket, success, generation)
        case .place: place()
        case .cancel(let id):
            commands += 1
            cancelTickets.insert(commands)
            handle(.cancel(CommandTicket(number: commands), id, by: .virtual))
        case .crash: crash()
        case .stop: handle(.hangUpAll)
        }
    }

    // MARK: Clients

    private func place() {
        report.placed += 1
        commands += 1
        handle(
            .place(
                CommandTicket(number: commands),
                Placement(request: request(), replay: nil, wallTime: WallTime(milliseconds: 1_800_000_000_000))))
    }

    private func request() -> CallbackRequest {
        let account = CertID(rawValue: "account")
        // One callback in sixteen is for numbers that the unreachable trunk would take, another for the half dead one's.
        let (first, second) =
            switch commands % 16 {
            case 13: ("137", "136")
            case 5: ("135", "134")
            default: ("139", "138")
            }
        guard let to1 = PhoneNumber("\(first)\(commands)000"), let to2 = PhoneNumber("\(second)\(commands)000") else {
            preconditionFailure("digits are a phone number")
        }
        let limit: Duration = scenario.parties == .answering ? .seconds(120) : .seconds(fate.pick([3, 10, 20, 60]))
        return CallbackRequest(
            account: account, mainAccount: account, app: AppID(rawValue: "app"), to1: .number(to1), to2: .number(to2),
            sounds: .ofTheField(&fate, keyTimeouts: scenario.parties == .answering ? [5] : [1, 5]),
            maxDialDuration1: .seconds(fate.pick([5, 45])), maxDialDuration2: .seconds(fate.pick([5, 45])),
            maxCallDuration: limit, mediaTimeout: scenario.parties == .answering ? .zero : .seconds(8),
            events: .ofTheField(&fate), notifiesOnCancel: fate.strikes(0.3),
            eventTarget: EventTarget(url: "http://virtual/events", signer: account, app: AppID(rawValue: "app")))
    }

    private func answered(_ ticket: CommandTicket, _ answer: CommandAnswer) {
        answers[ticket.number, default: 0] += 1
        switch answer {
        case .placed(let id):
            report.accepted += 1
            if store.live[id] == nil { complain(.record, "\(id) was accepted before it was durable") }
            if fate.strikes(scenario.cancels) {
                schedule(.cancel(id), after: fate.duration(in: .zero...(.seconds(25))))
            }
        case .refused: if !cancelTickets.contains(ticket.number) { report.refused += 1 }
        case .cancelled, .described, .traced: break
        }
    }

    // MARK: The switchboard and its effects

    private func handle(_ input: SwitchboardInput, about message: SIPMessage? = nil) {
        var effects = switchboard.handle(input, at: now)
        if let sabotage = scenario.sabotage { effects = sabotage.distort(effects, of: input) }
        sounds.note(input, causing: effects)
        if let message { ledger.received(message, causing: effects, at: now) } else { ledger.sent(effects) }
        for effect in effects { perform(effect) }
        for note in notes { sounds.judge(note) { media.feed(of: $0) } }
        notes = []
    }

    private func perform(_ effect: SwitchboardEffect) {
        switch effect {
        case .transmit(let datagram):
            mark(datagram.bytes)
            if let message = try? SIPMessage(parsing: datagram.bytes) {
                trunks.sent(message, to: datagram.flow.remote, at: now)
            }
            transmit(datagram)
        case .media(let command):
            for announcement in media.perform(command, &fate) {
                schedule(.report(announcement, generation: generation), after: announcement.after)
            }
        case .store(let writes, let ticket):
            let success = ticket == nil || !fate.strikes(scenario.storeFailures)
            schedule(
                .commitDone(writes, ticket, success: success, generation: generation),
                after: .microseconds(500))
        case .answer(let ticket, let answer): answered(ticket, answer)
        case .note(let note):
            mark(Array("\(note.call) \(note.state)".utf8))
            notes.append(note)
        case .server(let note): mark(Array("\(note.trunk.rawValue) \(note.isUp)".utf8))
        case .recordingFailed(let note): mark(Array("\(note)".utf8))
        case .registrationRefused(let refusal): mark(Array("\(refusal)".utf8))
        }
    }

    private func commitDone(_ writes: [StoreWrite], _ ticket: CommitTicket?, _ success: Bool, _ generation: Int) {
        guard generation == self.generation else { return }
        if success { store.commit(writes) }
        if let ticket { handle(success ? .committed(ticket) : .commitFailed(ticket)) }
    }

    /// The server is killed and started again: all that was not durable is gone.
    private func crash() {
        generation += 1
        ledger.crashed(at: now)
        trunks.forgetAll()
        media.reset()
        store.crash()
        streams = VirtualStreams()
        switchboard = Switchboard(
            settings: scenario.settings, entropy: Entropy(seed: scenario.seed &+ UInt64(1 + generation)))
        handle(.recover(store.interrupted, at: WallTime(milliseconds: 1_800_000_100_000)))
    }

    // MARK: Carriers

    private func arrive(_ bytes: [UInt8], at side: Side) {
        switch side {
        case .switchboard(let source): arrive(bytes, from: source)
        case .carrier(let address): if !dead.contains(address) { arrive(bytes, at: address) }
        }
    }

    private func arrive(_ bytes: [UInt8], from source: Flow) {
        guard let message = try? SIPMessage(parsing: bytes) else {
            return complain(.sequence, "a carrier sent what cannot be read")
        }
        mark(bytes)
        trunks.received(message, from: source.remote)
        handle(.received(bytes, from: source), about: message)
    }

    private func arrive(_ bytes: [UInt8], at address: TransportAddress) {
        guard let message = try? SIPMessage(parsing: bytes) else {
            return complain(.sequence, "the switchboard sent what cannot be read")
        }
        let callID = message.callID.description
        if let leg = legs[callID] { return perform(leg.receive(message), of: leg) }
        guard message.method == .invite, message.status == nil else { return }
        let leg = CarrierLeg(
            invite: message, behaviour: behaviour(of: message), address: address, number: UInt64(legOrder.count),
            transport: scenario.usesStreams ? .tcp : .udp)
        legs[callID] = leg
        legOrder.append(leg)
        perform(leg.begin(), of: leg)
    }

    private func behaviour(of invite: SIPMessage) -> Behaviour {
        switch (scenario.parties, invite.callbackNumber % 16) {
        case (.ofTheField, 3), (.ofTheField, 11): .hangingUpTogether(&fate)
        case (.ofTheField, 7): .unheard
        case (.ofTheField, 15): invite.isForSecondParty ? .unheard : .hangingUpTogether(&fate)
        case (.ofTheField, _): .ofTheField(&fate)
        case (.answering, _): .answering(hangsUp: legOrder.count.isMultiple(of: 2), &fate)
        }
    }

    private func perform(_ steps: [LegStep], of leg: CarrierLeg) {
        for step in steps {
            switch step {
            case .send(let bytes): transmit(bytes, from: leg.address)
            case .wake(let delay, let alarm):
                let together = alarm == .hangUp && leg.behaviour.hangsUpOnTheTen
                schedule(.alarm(leg, alarm), after: together ? untilTheTen : delay)
            case .complain(let words): complain(.sequence, "\(leg.invite.callID): \(words)")
            case .note(let occurrence): report.count(occurrence)
            }
        }
    }

    /// To the first full ten seconds that are at least five away.
    private var untilTheTen: Duration {
        let ten: Int64 = 10_000_000_000
        let instant = Int64(now.nanoseconds)
        return .nanoseconds((instant + ten * 3 / 2) / ten * ten - instant)
    }

    func count(_ occurrence: Occurrence) { report.count(occurrence) }

    private func complain(_ rule: Rule, _ words: String) { report.violations.append(Violation(rule, words)) }

    /// Folds a message into the run's fingerprint (FNV-1a).
    private func mark(_ bytes: [UInt8]) {
        for byte in bytes { report.fingerprint = (report.fingerprint ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    // MARK: The end

    private func conclude() -> RunReport {
        ledger.close()
        store.close()
        report.violations +=
            sounds.violations + store.violations + media.violations + ledger.violations + trunks.violations
        for record in store.ended.values {
            if record.connectTime != nil { report.connected += 1 }
            if let reason = record.ending?.reason { report.endReasons[reason, default: 0] += 1 }
        }
        report.occurrences[.lateAnswer, default: 0] += ledger.lateAnswers
        for id in store.accepted where store.ended[id] == nil { complain(.record, "\(id) never ended") }
        judgeRest()
        judgeAnswers()
        judgeLegs()
        return report
    }

    /// Nothing outlives its bound.
    private func judgeRest() {
        let occupancy = switchboard.occupancy
        let kept = occupancy.calls + occupancy.mediaPorts + occupancy.sessions + occupancy.rememberedSessions
        if kept + occupancy.transactions > 0 || occupancy.trunkCalls.contains(where: { $0.calls > 0 }) {
            complain(.rest, "left over at the end: \(occupancy)")
        }
        if media.openPorts > 0 { complain(.ports, "\(media.openPorts) media legs were never closed") }
        if media.openRecordings > 0 { complain(.recording, "\(media.openRecordings) recordings were never stopped") }
    }

    private func judgeAnswers() {
        for (ticket, count) in answers where count > 1 {
            complain(.answer, "command \(ticket) was answered \(count) times")
        }
        if scenario.crashesAt == nil, answers.count != commands {
            complain(.answer, "\(commands) commands, \(answers.count) answers")
        }
    }

    /// No phone rings or is off the hook for ever, unless its network lost what would have stopped it.
    private func judgeLegs() {
        guard scenario.faults.loss == 0 else { return }
        for leg in legOrder where !dead.contains(leg.address) {
            if leg.isRinging { complain(.ringing, "\(leg.invite.callID) rings for ever") }
            if leg.isTalking, scenario.crashesAt == nil { complain(.ending, "\(leg.invite.callID) talks for ever") }
        }
    }
}

extension SIPMessage {
    /// Which callback of the run this INVITE belongs to, by the number called.
    fileprivate var callbackNumber: Int {
        let user = requestURI?.user?.description ?? ""
        return Int(user.dropFirst(3).dropLast(3)) ?? 0
    }

    fileprivate var isForSecondParty: Bool { requestURI?.user?.description.hasPrefix("138") ?? false }
}
