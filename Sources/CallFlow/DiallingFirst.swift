import CallModel
import SansIO

/// Party 1 is dialled; nobody hears anything.
struct DiallingFirst: Hashable, Sendable {
    private var clock: DialClock
    private(set) var reach = Reach.nothing
    private var holds = Holds.none

    static func begin(at now: Instant) -> FlowStep {
        FlowStep(to: .diallingFirst(DiallingFirst(clock: .started(at: now))), .dial(.first))
    }

    private init(clock: DialClock) {
        self.clock = clock
    }

    var deadline: Instant { clock.deadline }

    func step(on input: FlowInput, of plan: CallPlan, at now: Instant) -> FlowStep {
        switch input {
        case .invited(.first): invited(of: plan, at: now)
        case .trying(.first), .progressed(.first, _): stay(reach.afterResponse)
        case .redialled(.first): stay(reach.afterRedial)
        case .ringing(.first): stay(.ringing)
        case .answered(.first): PromptingFirst.begin(holds: holds, of: plan, at: now)
        case .failed(.first, let failure): end(.failed(.first, failure), leg: .endsByItself, at: now)
        // Who ends the call before having answered it refuses it; the INVITE may still be pending.
        case .hungUp(.first): end(.failed(.first, .rejected), leg: .stands, at: now)
        // The leg is gone and nobody said why.
        case .released(.first): end(.failed(.first, .fault), leg: .untouched, at: now)
        case .timeOut: end(.failed(.first, clock.failure(reach)), leg: .stands, at: now)
        case .cancel: end(.cancelled(.first), leg: .stands, at: now)
        case .hangUpAll: end(.platformRestart, leg: .stands, at: now)
        case .held(.first, let isHeld): stay(reach, holds.with(isHeld, for: .first))
        case .start, .invited(.second), .trying(.second), .redialled(.second), .ringing(.second),
            .progressed(.second, _), .answered(.second), .failed(.second, _), .hungUp(.second), .released(.second),
            .held(.second, _), .mediaFlowing, .mediaQuiet, .mediaIdle, .played, .playFailed, .pressed:
            stay(reach)
        }
    }

    private func invited(of plan: CallPlan, at now: Instant) -> FlowStep {
        guard let running = clock.invited(for: plan.maxDialDuration1, at: now) else { return stay(reach) }
        var same = self
        same.clock = running
        return FlowStep(to: .diallingFirst(same), plan.records(from: .dialling1) ? [.startRecording] : [])
    }

    private func stay(_ reach: Reach, _ holds: Holds? = nil) -> FlowStep {
        var same = self
        same.reach = reach
        same.holds = holds ?? self.holds
        return FlowStep(to: .diallingFirst(same))
    }

    private func end(_ reason: EndReason, leg: LegStanding, at now: Instant) -> FlowStep {
        Releasing.begin(
            CallEnding(reason: reason, hangupBy: nil, duration: 0), legs: Pair(first: leg, second: .untouched), at: now)
    }
}
