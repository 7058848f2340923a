import CallModel
import SansIO

/// Party 1 has answered and hears what comes before party 2 is dialled: greeting, confirmation, the hint that the
/// call is recorded, and a ring tone that is played before dialling.
struct PromptingFirst: Hashable, Sendable {
    private var prompting: Prompting
    private var holds: Holds

    static func begin(holds: Holds, of plan: CallPlan, at now: Instant) -> FlowStep {
        step(Prompting.begin(parts(of: plan.sounds), to: .first, at: now), holds: holds, of: plan, at: now)
    }

    private static func parts(of sounds: CallSounds) -> [Prompting.Part] {
        var parts: [Prompting.Part] = []
        if let greeting = sounds.greeting1 { parts.append(.play(.voice(greeting))) }
        if let confirmation = sounds.confirmation1 { parts.append(.ask(confirmation)) }
        if let recording = sounds.recording, recording.start != .connection, let hint = recording.hint,
            hint.audience.includes(.first)
        {
            parts.append(.play(hint.sound))
        }
        if let tone = sounds.ringTone, tone.mode == .beforeDialling { parts.append(.play(.voice(tone.voice))) }
        return parts
    }

    private static func step(
        _ step: Prompting.Step, holds: Holds, of plan: CallPlan, at now: Instant
    ) -> FlowStep {
        let next: FlowStep
        switch step.outcome {
        case .goesOn(let prompting):
            next = FlowStep(to: .promptingFirst(PromptingFirst(prompting: prompting, holds: holds)))
        case .done: next = DiallingSecond.begin(holds: holds, of: plan, at: now)
        case .failed(let reason): next = end(reason, .stands, at: now)
        }
        return next.after(step.actions)
    }

    private init(prompting: Prompting, holds: Holds) {
        self.prompting = prompting
        self.holds = holds
    }

    var deadline: Instant { prompting.deadline }

    func step(on input: FlowInput, of plan: CallPlan, at now: Instant) -> FlowStep {
        switch input {
        case .played(.first): Self.step(prompting.played(at: now), holds: holds, of: plan, at: now)
        case .playFailed(.first): Self.step(prompting.playFailed(), holds: holds, of: plan, at: now)
        case .pressed(.first, let key): Self.step(prompting.pressed(key, at: now), holds: holds, of: plan, at: now)
        case .timeOut: Self.step(prompting.timedOut(at: now), holds: holds, of: plan, at: now)
        case .held(let party, let isHeld): stay(holds.with(isHeld, for: party))
        case .cancel: Self.end(.cancelled(.second), .stands, at: now)
        case .hangUpAll: Self.end(.platformRestart, .stands, at: now)
        case .hungUp(.first): Self.end(.callerLeft, hangupBy: .first, .endsByItself, at: now)
        case .failed(.first, let failure): Self.end(.failed(.first, failure), .endsByItself, at: now)
        // The leg is gone and nobody said why.
        case .released(.first): Self.end(.failed(.first, .fault), .untouched, at: now)
        case .start, .invited, .trying, .redialled, .ringing, .progressed, .answered, .failed(.second, _),
            .hungUp(.second), .released(.second), .mediaFlowing, .mediaQuiet, .mediaIdle, .played(.second),
            .playFailed(.second), .pressed(.second, _):
            stay(holds)
        }
    }

    private func stay(_ holds: Holds) -> FlowStep {
        FlowStep(to: .promptingFirst(PromptingFirst(prompting: prompting, holds: holds)))
    }

    private static func end(
        _ reason: EndReason, hangupBy: Party? = nil, _ leg: LegStanding, at now: Instant
    ) -> FlowStep {
        Releasing.begin(
            CallEnding(reason: reason, hangupBy: hangupBy, duration: 0), legs: Pair(first: leg, second: .untouched),
            at: now)
    }
}
