import CallModel
import SansIO

/// Party 2 has answered and hears its greeting, or must confirm; party 1 keeps its tone.
struct PromptingSecond: Hashable, Sendable {
    private var prompting: Prompting
    private var holds: Holds
    /// What party 1 hears.
    private let tone: LegFeed

    static func begin(beside dialTone: DialTone, holds: Holds, of plan: CallPlan, at now: Instant) -> FlowStep {
        let step = Prompting.begin(parts(of: plan.sounds), to: .second, at: now)
        let tone = dialTone.feedWhilePrompting
        let next = Self.step(step, beside: tone, holds: holds, of: plan, at: now)
        return step.actions.isEmpty ? next : next.after([.feed(.first, tone)])
    }

    private static func parts(of sounds: CallSounds) -> [Prompting.Part] {
        var parts: [Prompting.Part] = []
        if let greeting = sounds.greeting2 { parts.append(.play(.voice(greeting))) }
        if let confirmation = sounds.confirmation2 { parts.append(.ask(confirmation)) }
        return parts
    }

    private static func step(
        _ step: Prompting.Step, beside tone: LegFeed, holds: Holds, of plan: CallPlan, at now: Instant
    ) -> FlowStep {
        let next: FlowStep
        switch step.outcome {
        case .goesOn(let prompting):
            next = FlowStep(to: .promptingSecond(PromptingSecond(prompting: prompting, holds: holds, tone: tone)))
        case .done: next = Conversation.begin(holds: holds, of: plan, at: now)
        case .failed(.playError): next = end(.playError, .stands, .stands, at: now)
        case .failed(let reason): next = miss(reason, .stands, of: plan, at: now)
        }
        return next.after(step.actions)
    }

    private init(prompting: Prompting, holds: Holds, tone: LegFeed) {
        self.prompting = prompting
        self.holds = holds
        self.tone = tone
    }

    var deadline: Instant { prompting.deadline }

    func step(on input: FlowInput, of plan: CallPlan, at now: Instant) -> FlowStep {
        switch input {
        case .played(.second): goOn(prompting.played(at: now), of: plan, at: now)
        case .playFailed(.second): goOn(prompting.playFailed(), of: plan, at: now)
        case .pressed(.second, let key): goOn(prompting.pressed(key, at: now), of: plan, at: now)
        case .timeOut: goOn(prompting.timedOut(at: now), of: plan, at: now)
        case .held(let party, let isHeld): stay(holds.with(isHeld, for: party))
        case .cancel: Self.end(.cancelled(.second), .stands, .stands, at: now)
        case .hangUpAll: Self.end(.platformRestart, .stands, .stands, at: now)
        case .playFailed(.first): playsFile ? Self.end(.playError, .stands, .stands, at: now) : stay(holds)
        case .hungUp(.first): Self.end(.callerLeft, hangupBy: .first, .endsByItself, .stands, at: now)
        case .failed(.first, let failure): Self.end(.failed(.first, failure), .endsByItself, .stands, at: now)
        // The leg is gone and nobody said why.
        case .released(.first): Self.end(.failed(.first, .fault), .untouched, .stands, at: now)
        case .hungUp(.second): Self.miss(.hangup(.second), hangupBy: .second, .endsByItself, of: plan, at: now)
        case .failed(.second, let failure): Self.miss(.failed(.second, failure), .endsByItself, of: plan, at: now)
        case .released(.second): Self.miss(.failed(.second, .fault), .untouched, of: plan, at: now)
        case .start, .invited, .trying, .redialled, .ringing, .progressed, .answered, .mediaFlowing, .mediaQuiet,
            .mediaIdle, .played(.first), .pressed(.first, _):
            stay(holds)
        }
    }

    private var playsFile: Bool {
        switch tone {
        case .loop: true
        case .nothing, .silence, .ringBack, .sound, .other: false
        }
    }

    private func goOn(_ step: Prompting.Step, of plan: CallPlan, at now: Instant) -> FlowStep {
        Self.step(step, beside: tone, holds: holds, of: plan, at: now)
    }

    private func stay(_ holds: Holds) -> FlowStep {
        FlowStep(to: .promptingSecond(PromptingSecond(prompting: prompting, holds: holds, tone: tone)))
    }

    /// Party 2 did not come as far as the connection.
    private static func miss(
        _ reason: EndReason, hangupBy: Party? = nil, _ leg: LegStanding, of plan: CallPlan, at now: Instant
    ) -> FlowStep {
        BusyNotice.begin(
            CallEnding(reason: reason, hangupBy: hangupBy, duration: 0), second: leg, of: plan, at: now)
    }

    private static func end(
        _ reason: EndReason, hangupBy: Party? = nil, _ first: LegStanding, _ second: LegStanding, at now: Instant
    ) -> FlowStep {
        Releasing.begin(
            CallEnding(reason: reason, hangupBy: hangupBy, duration: 0), legs: Pair(first: first, second: second),
            at: now)
    }
}
