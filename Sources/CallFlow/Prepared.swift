import CallModel
import SansIO

/// Accepted, not begun: nothing is dialled and nothing waits.
struct Prepared {
    func step(on input: FlowInput, at now: Instant) -> FlowStep {
        switch input {
        case .start: DiallingFirst.begin(at: now)
        case .cancel: end(.cancelled(.first), at: now)
        case .hangUpAll: end(.platformRestart, at: now)
        case .invited, .trying, .redialled, .ringing, .progressed, .answered, .failed, .hungUp, .released,
            .mediaFlowing, .mediaQuiet, .mediaIdle, .played, .playFailed, .pressed, .held, .timeOut:
            FlowStep(to: .prepared)
        }
    }

    private func end(_ reason: EndReason, at now: Instant) -> FlowStep {
        Releasing.begin(
            CallEnding(reason: reason, hangupBy: nil, duration: 0),
            legs: Pair(first: .untouched, second: .untouched), at: now)
    }
}
