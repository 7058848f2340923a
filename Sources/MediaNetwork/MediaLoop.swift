internal import LinuxIO
internal import MediaControl
internal import RTP
internal import SansIO

/// One media thread's work: waits for packets, ticks and commands, and does what each asks for.
///
/// A value on the thread's own stack, so that reaching its parts costs neither reference counts nor exclusivity checks.
struct MediaLoop: ~Copyable {
    /// What the thread shares with others.
    struct Setting: Sendable {
        let inbox: CommandInbox
        let tones: ToneLibrary
        let voices: VoiceLibrary
        let recorder: Recorder
        /// This thread among the engine's.
        let number: Int
        let report: @Sendable ([MediaReport]) -> Void
    }

    /// How long the times of a leg that measures no short one may wait to be looked at.
    private static let patience = Duration.milliseconds(100)
    /// The beginning of a leg, which is what a packet needs.
    static let hotBytes = 256

    let setting: Setting
    let parts: Parts
    let memory = PacketMemory()
    var table: LegTable
    var schedule = TickSchedule(origin: Instant(nanoseconds: 0))
    var reports: [MediaReport] = []
    var voices: VoiceHoldings
    var recordings = RunningRecordings()
    var tape: RecordingTape
    /// What the clock is set to.
    private var alarm: Instant?
    private var isStopping = false

    init(_ setting: Setting, _ parts: Parts) {
        self.setting = setting
        self.parts = parts
        table = LegTable(capacity: parts.legLimit)
        voices = VoiceHoldings(setting.voices)
        tape = RecordingTape(thread: setting.number, recorder: setting.recorder)
    }

    mutating func run() {
        while !isStopping {
            let count = parts.poller.wait()
            let now = MonotonicClock.now()
            for index in 0..<count {
                if index + 1 < count { fetchLeg(of: parts.poller.event(at: index + 1)) }
                handle(parts.poller.event(at: index), at: now)
            }
            deliverReports()
        }
        for slot in 0..<table.end where table.isOpen(slot) { close(slot, at: MonotonicClock.now()) }
        tape.handOver(at: MonotonicClock.now())
        deliverReports()
    }

    private mutating func handle(_ event: Poller.Event, at now: Instant) {
        switch Token(event.token) {
        case .inbox:
            let (orders, announced, stops) = setting.inbox.take()
            for order in orders { perform(order, at: now) }
            for voice in announced { playAwaited(voice) }
            tape.handOverIfDue(at: now)
            isStopping = stops
            setAlarm(hasRung: false)
        case .ticks:
            for tick in schedule.due(at: now) { takeTurns(at: tick) }
            tape.handOverIfDue(at: now)
            setAlarm(hasRung: true)
        case .leg(let slot, let generation, let port):
            guard table.isCurrent(slot, generation: generation) else { return }
            switch port {
            case .rtp: receiveRTP(slot, at: now)
            case .rtcp: receiveRTCP(slot, at: now)
            }
        }
    }

    /// With many legs, waiting for their memory would be the greater part of our own time.
    private func fetchLeg(of event: Poller.Event) {
        guard case .leg(let slot, _, _) = Token(event.token) else { return }
        prefetch(table.legs + slot, byteCount: MediaLoop.hotBytes)
    }

    /// Setting the alarm also acknowledges that it rang. Most commands leave it where it is.
    private mutating func setAlarm(hasRung: Bool) {
        let next = table.count == 0 && !tape.hasMarks ? nil : schedule.nextAlarm
        guard hasRung || next != alarm else { return }
        alarm = next
        if let next { parts.clock.ring(at: next) } else { parts.clock.silence() }
    }

    private mutating func deliverReports() {
        guard !reports.isEmpty else { return }
        setting.report(reports)
        reports.removeAll(keepingCapacity: true)
    }

    private mutating func takeTurns(at tick: Int64) {
        let instant = schedule.instant(of: tick)
        var slot = TickSchedule.firstSlot(at: tick)
        while slot < table.end {
            if table.isPlayedTo(slot) { sendFrame(slot, at: instant) }
            if table.isOpen(slot), table.isLookDue(slot, at: instant) { look(slot, at: instant) }
            slot += TickSchedule.period
        }
    }

    /// What time itself brings about for a leg.
    private mutating func look(_ slot: Int, at now: Instant) {
        let leg = table.legs + slot
        if leg.pointee.latch.timeOut(at: now) { hearEverybody(slot) }
        if let change = leg.pointee.watch.timeOut(at: now) { report(change, of: slot) }
        if let event = leg.pointee.digits.overdue(at: now.samples) {
            tell(of: event, from: .event, samples: 0, slot, at: now)
        }
        endUnheardTone(of: slot, at: now)
        if leg.pointee.control.nextReport <= now { sendReport(slot, isGoodbye: false, at: now) }
        if !leg.pointee.watch.isHurried { table.look(slot, at: now + MediaLoop.patience) }
    }

    mutating func report(_ change: ReceptionWatch.Change, of slot: Int) {
        let id = table.legs[slot].id
        switch change {
        case .flowing:
            reports.append(.flowing(id))
            // From now on it may be waiting for silence.
            table.look(slot, at: schedule.instant(of: 0))
        case .quiet: reports.append(.quiet(id))
        case .idle: reports.append(.idle(id))
        }
    }
}

extension Instant {
    /// The clock in units of RTP timestamps.
    var samples: UInt32 { UInt32(truncatingIfNeeded: nanoseconds / 125_000) }
}
