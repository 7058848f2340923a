import CallModel
import SansIO

/// Party 1 has answered; party 2 is dialled, and party 1 hears how it goes.
struct DiallingSecond: Hashable, Sendable {
    /// The end of `maxDialDuration2`.
    let limit: Instant
    private(set) var reach = Reach.nothing
    private var tone = FarTone.silence
    private var holds: Holds

    static func begin(holds: Holds, of plan: CallPlan, at now: Instant) -> FlowStep {
        let dialling = DiallingSecond(limit: now + plan.maxDialDuration2, holds: holds)
        return FlowStep(
            to: .diallingSecond(dialling), .dial(.second), .feed(.first, dialling.tone.feed), .watch(.second, .early))
    }

    private init(limit: Instant, holds: Holds) {
        self.limit = limit
        self.holds = holds
    }

    var deadline: Instant { tone.deadline.map { min($0, limit) } ?? limit }

    func step(on input: FlowInput, of plan: CallPlan, at now: Instant) -> FlowStep {
        switch input {
        case .trying(.second), .progressed(.second): stay(reach: reach.afterResponse)
        case .redialled(.second): stay(reach: reach.afterRedial)
        case .ringing(.second): stay(reach: .ringing, tone: tone.ringing())
        case .mediaFlowing(.second): stay(tone: tone.flowing())
        case .mediaQuiet(.second): stay(tone: tone.quiet(at: now))
        case .answered(.second): Conversation.begin(fed: tone.feed, holds: holds, of: plan, at: now)
        case .held(let party, let isHeld): stay(holds: holds.with(isHeld, for: party))
        case .timeOut where now < limit: stay(tone: tone.timedOut())
        case .timeOut: end(.failed(.second, reach.failureAtLimit), .stands, .stands, at: now)
        case .cancel: end(.cancelled(.second), .stands, .stands, at: now)
        case .hangUpAll: end(.platformRestart, .stands, .stands, at: now)
        case .hungUp(.first): end(.callerLeft, hangupBy: .first, .endsByItself, .stands, at: now)
        // Who ends the call before having answered it refuses it; the INVITE may still be pending.
        case .hungUp(.second): end(.failed(.second, .rejected), .stands, .stands, at: now)
        case .failed(.first, let failure): end(.failed(.first, failure), .endsByItself, .stands, at: now)
        case .failed(.second, let failure): end(.failed(.second, failure), .stands, .endsByItself, at: now)
        // The leg is gone and nobody said why.
        case .released(.first): end(.failed(.first, .fault), .untouched, .stands, at: now)
        case .released(.second): end(.failed(.second, .fault), .stands, .untouched, at: now)
        case .start, .trying(.first), .redialled(.first), .ringing(.first), .progressed(.first), .answered(.first),
            .mediaFlowing(.first), .mediaQuiet(.first), .mediaIdle:
            stay()
        }
    }

    private func stay(reach: Reach? = nil, tone: FarTone? = nil, holds: Holds? = nil) -> FlowStep {
        var same = self
        same.reach = reach ?? self.reach
        same.tone = tone ?? self.tone
        same.holds = holds ?? self.holds
        let actions: [FlowAction] = same.tone.feed == self.tone.feed ? [] : [.feed(.first, same.tone.feed)]
        return FlowStep(to: .diallingSecond(same), actions)
    }

    private func end(
        _ reason: EndReason, hangupBy: Party? = nil, _ first: LegStanding, _ second: LegStanding, at now: Instant
    ) -> FlowStep {
        Releasing.begin(
            CallEnding(reason: reason, hangupBy: hangupBy, duration: 0), legs: Pair(first: first, second: second),
            at: now)
    }
}
