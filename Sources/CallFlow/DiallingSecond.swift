import CallModel
import SansIO

/// Party 1 has answered; party 2 is dialled, and party 1 hears how it goes.
struct DiallingSecond: Hashable, Sendable {
    private var clock: DialClock
    private(set) var reach = Reach.nothing
    private var tone: DialTone
    private var holds: Holds

    static func begin(holds: Holds, of plan: CallPlan, at now: Instant) -> FlowStep {
        let dialling = DiallingSecond(clock: .started(at: now), tone: DialTone(plan.sounds.ringTone), holds: holds)
        return FlowStep(
            to: .diallingSecond(dialling), .dial(.second), .feed(.first, dialling.tone.feed), .watch(.second, .early))
    }

    private init(clock: DialClock, tone: DialTone, holds: Holds) {
        self.clock = clock
        self.tone = tone
        self.holds = holds
    }

    private var limit: Instant { clock.deadline }

    var deadline: Instant { tone.deadline.map { min($0, limit) } ?? limit }

    func step(on input: FlowInput, of plan: CallPlan, at now: Instant) -> FlowStep {
        switch input {
        case .invited(.second): invited(of: plan, at: now)
        case .trying(.second): stay(reach: reach.afterResponse)
        case .progressed(.second, let isDescribed):
            stay(reach: reach.afterResponse, tone: isDescribed ? tone.described() : tone)
        case .redialled(.second): stay(reach: reach.afterRedial)
        case .ringing(.second): stay(reach: .ringing, tone: tone.ringing())
        case .mediaFlowing(.second): stay(tone: tone.flowing())
        case .mediaQuiet(.second): stay(tone: tone.quiet(at: now))
        case .answered(.second): PromptingSecond.begin(beside: tone, holds: holds, of: plan, at: now)
        case .held(let party, let isHeld): stay(holds: holds.with(isHeld, for: party))
        case .timeOut where now < limit: stay(tone: tone.timedOut())
        case .timeOut: miss(clock.failure(reach), .stands, of: plan, at: now)
        case .cancel: end(.cancelled(.second), .stands, .stands, at: now)
        case .hangUpAll: end(.platformRestart, .stands, .stands, at: now)
        case .hungUp(.first): end(.callerLeft, hangupBy: .first, .endsByItself, .stands, at: now)
        // Who ends the call before having answered it refuses it; the INVITE may still be pending.
        case .hungUp(.second): miss(.rejected, .stands, of: plan, at: now)
        case .failed(.first, let failure): end(.failed(.first, failure), .endsByItself, .stands, at: now)
        case .failed(.second, let failure): miss(failure, .endsByItself, of: plan, at: now)
        // The leg is gone and nobody said why.
        case .released(.first): end(.failed(.first, .fault), .untouched, .stands, at: now)
        case .released(.second): miss(.fault, .untouched, of: plan, at: now)
        case .playFailed(.first): tone.playsFile ? end(.playError, .stands, .stands, at: now) : stay()
        case .start, .invited(.first), .trying(.first), .redialled(.first), .ringing(.first), .progressed(.first, _),
            .answered(.first), .mediaFlowing(.first), .mediaQuiet(.first), .mediaIdle, .played, .playFailed(.second),
            .pressed:
            stay()
        }
    }

    private func invited(of plan: CallPlan, at now: Instant) -> FlowStep {
        guard let running = clock.invited(for: plan.maxDialDuration2, at: now) else { return stay() }
        var same = self
        same.clock = running
        return FlowStep(to: .diallingSecond(same), plan.records(from: .dialling2) ? [.startRecording] : [])
    }

    private func stay(reach: Reach? = nil, tone: DialTone? = nil, holds: Holds? = nil) -> FlowStep {
        var same = self
        same.reach = reach ?? self.reach
        same.tone = tone ?? self.tone
        same.holds = holds ?? self.holds
        return FlowStep(to: .diallingSecond(same), .feed(.first, same.tone.feed))
    }

    /// Party 2 could not be had.
    private func miss(_ failure: LegFailure, _ leg: LegStanding, of plan: CallPlan, at now: Instant) -> FlowStep {
        BusyNotice.begin(
            CallEnding(reason: .failed(.second, failure), hangupBy: nil, duration: 0), second: leg, of: plan, at: now)
    }

    private func end(
        _ reason: EndReason, hangupBy: Party? = nil, _ first: LegStanding, _ second: LegStanding, at now: Instant
    ) -> FlowStep {
        Releasing.begin(
            CallEnding(reason: reason, hangupBy: hangupBy, duration: 0), legs: Pair(first: first, second: second),
            at: now)
    }
}
