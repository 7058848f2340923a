import CallModel
import SansIO

/// What the end of a call finds of a leg.
enum LegStanding: Hashable, Sendable {
    /// Never dialled, or already gone.
    case untouched
    /// It hung up or failed: its signalling ends without us.
    case endsByItself
    /// It is to be released.
    case stands
}

extension Pair<LegStanding> {
    static let standing = Pair(first: .stands, second: .stands)
}

/// The end is decided; the legs' signalling is still to end.
struct Releasing: Hashable, Sendable {
    let deadline: Instant
    private var pending: Pair<Bool>

    static func begin(_ ending: CallEnding, legs: Pair<LegStanding>, at now: Instant) -> FlowStep {
        let cause = Q850Cause(telling: ending.reason)
        let releases = Party.allCases.filter { legs[$0] == .stands }.map { FlowAction.release($0, cause) }
        let pending = Pair(first: legs.first != .untouched, second: legs.second != .untouched)
        let release = Releasing(deadline: now + CallbackFlow.releaseLimit, pending: pending)
        return release.step([.decided(ending)] + releases)
    }

    private init(deadline: Instant, pending: Pair<Bool>) {
        self.deadline = deadline
        self.pending = pending
    }

    /// Whatever arrives but the release itself is late: a 200 that crossed the CANCEL, a BYE that crossed ours.
    func step(on input: FlowInput) -> FlowStep {
        switch input {
        case .released(let party):
            var rest = self
            rest.pending[party] = false
            return rest.step([])
        case .timeOut: return FlowStep(to: .ended, .finished)
        case .start, .invited, .trying, .redialled, .ringing, .progressed, .answered, .failed, .hungUp, .mediaFlowing,
            .mediaQuiet, .mediaIdle, .played, .playFailed, .pressed, .held, .cancel, .hangUpAll:
            return FlowStep(to: .releasing(self))
        }
    }

    private func step(_ actions: [FlowAction]) -> FlowStep {
        pending.first || pending.second
            ? FlowStep(to: .releasing(self), actions) : FlowStep(to: .ended, actions + [.finished])
    }
}
