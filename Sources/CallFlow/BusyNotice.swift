import CallModel
import SansIO

/// Party 2 failed; party 1 is told so before it is hung up. How the call ends is fixed already.
struct BusyNotice: Hashable, Sendable {
    private let ending: CallEnding
    private let prompt: Prompt
    /// Whether anything is left of party 2's leg.
    private var isSecondLeft: Bool

    /// - Parameter second: what the end finds of party 2's leg.
    static func begin(_ ending: CallEnding, second: LegStanding, of plan: CallPlan, at now: Instant) -> FlowStep {
        guard let voice = plan.sounds.busyVoice else {
            return Releasing.begin(ending, legs: Pair(first: .stands, second: second), at: now)
        }
        let notice = BusyNotice(
            ending: ending, prompt: Prompt(.voice(voice), at: now), isSecondLeft: second != .untouched)
        let release: [FlowAction] =
            second == .stands ? [.release(.second, Q850Cause(telling: ending.reason))] : []
        return FlowStep(
            to: .busyNotice(notice),
            [.missed(ending), .feed(.first, .sound(.voice(voice))), .watch(.second, .nothing)] + release)
    }

    private init(ending: CallEnding, prompt: Prompt, isSecondLeft: Bool) {
        self.ending = ending
        self.prompt = prompt
        self.isSecondLeft = isSecondLeft
    }

    var deadline: Instant { prompt.deadline }

    func step(on input: FlowInput, at now: Instant) -> FlowStep {
        switch input {
        case .played(.first), .playFailed(.first), .timeOut, .hangUpAll: end(.stands, at: now)
        case .hungUp(.first), .failed(.first, _): end(.endsByItself, at: now)
        case .released(.first): end(.untouched, at: now)
        case .released(.second): secondReleased()
        case .start, .invited, .trying, .redialled, .ringing, .progressed, .answered, .failed(.second, _),
            .hungUp(.second), .mediaFlowing, .mediaQuiet, .mediaIdle, .held, .played(.second), .playFailed(.second),
            .pressed, .cancel:
            stay()
        }
    }

    private func stay() -> FlowStep { FlowStep(to: .busyNotice(self)) }

    private func secondReleased() -> FlowStep {
        var same = self
        same.isSecondLeft = false
        return FlowStep(to: .busyNotice(same))
    }

    private func end(_ first: LegStanding, at now: Instant) -> FlowStep {
        Releasing.begin(
            ending, legs: Pair(first: first, second: isSecondLeft ? .endsByItself : .untouched), at: now)
    }
}
