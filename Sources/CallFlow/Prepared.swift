import CallModel
import SansIO

/// Accepted, not begun: nothing is dialled and nothing waits.
struct Prepared {
    func step(on input: FlowInput, of plan: CallPlan, at now: Instant) -> FlowStep {
        switch input {
        case .start:
            let dialling = DiallingFirst(limit: now + plan.maxDialDuration1)
            return FlowStep(to: .diallingFirst(dialling), .dial(.first))
        case .cancel: return end(.cancelled(.first), at: now)
        case .hangUpAll: return end(.platformRestart, at: now)
        case .trying, .redialled, .ringing, .progressed, .answered, .failed, .hungUp, .released, .mediaFlowing,
            .mediaQuiet, .mediaIdle, .held, .timeOut:
            return FlowStep(to: .prepared)
        }
    }

    private func end(_ reason: EndReason, at now: Instant) -> FlowStep {
        Releasing.begin(
            CallEnding(reason: reason, hangupBy: nil, duration: 0),
            legs: Pair(first: .untouched, second: .untouched), at: now)
    }
}
