import CallModel
import SansIO

/// The two are connected.
struct Conversation: Hashable, Sendable {
    let began: Instant
    /// The end of `maxCallDuration`.
    let limit: Instant
    private var holds: Holds
    private var media: MediaVigil

    static func begin(fed feed: LegFeed, holds: Holds, of plan: CallPlan, at now: Instant) -> FlowStep {
        let media = MediaVigil.begin(timeout: holds.any ? nil : plan.mediaTimeout, at: now)
        let conversation = Conversation(began: now, limit: now + plan.maxCallDuration, holds: holds, media: media)
        var actions: [FlowAction] = feed == .other ? [] : [.feed(.first, .other)]
        actions.append(.feed(.second, .other))
        actions += media.isKept ? MediaVigil.watches : [.watch(.second, .nothing)]
        return FlowStep(to: .connected(conversation), actions + [.connected])
    }

    private init(began: Instant, limit: Instant, holds: Holds, media: MediaVigil) {
        self.began = began
        self.limit = limit
        self.holds = holds
        self.media = media
    }

    var deadline: Instant { limit }

    func step(on input: FlowInput, of plan: CallPlan, at now: Instant) -> FlowStep {
        switch input {
        case .hungUp(let party): end(.hangup(party), hangupBy: party, party, .endsByItself, at: now)
        case .failed(let party, let failure): end(.failed(party, failure), party, .endsByItself, at: now)
        // The leg is gone and nobody said why.
        case .released(let party): end(.failed(party, .fault), party, .untouched, at: now)
        case .cancel: end(.apiCancel, at: now)
        case .hangUpAll: end(.platformRestart, at: now)
        case .timeOut: end(.maxCallDuration, legs: .standing, talkedUntil: limit, at: now)
        case .held(let party, let isHeld): hold(holds.with(isHeld, for: party), of: plan, at: now)
        case .mediaFlowing(let party): stay(media: media.flowing(party))
        case .mediaIdle(let party): idle(media.idle(party, at: now), at: now)
        case .start, .trying, .redialled, .ringing, .progressed, .answered, .mediaQuiet: stay(media: media)
        }
    }

    /// Held time does not count, and the time before it is forgiven: the vigil begins anew when the last hold ends.
    private func hold(_ holds: Holds, of plan: CallPlan, at now: Instant) -> FlowStep {
        guard holds.any != self.holds.any else { return stay(holds: holds, media: media) }
        let media = MediaVigil.begin(timeout: holds.any ? nil : plan.mediaTimeout, at: now)
        let actions: [FlowAction]
        switch (self.media.isKept, media.isKept) {
        case (_, true): actions = MediaVigil.watches
        case (true, false): actions = [.watch(.first, .nothing), .watch(.second, .nothing)]
        case (false, false): actions = []
        }
        return stay(holds: holds, media: media, actions)
    }

    private func idle(_ media: MediaVigil, at now: Instant) -> FlowStep {
        media.bothAreIdle ? end(.mediaTimeout, at: now) : stay(media: media)
    }

    private func stay(holds: Holds? = nil, media: MediaVigil, _ actions: [FlowAction] = []) -> FlowStep {
        var same = self
        same.holds = holds ?? self.holds
        same.media = media
        return FlowStep(to: .connected(same), actions)
    }

    private func end(_ reason: EndReason, at now: Instant) -> FlowStep {
        end(reason, legs: .standing, talkedUntil: now, at: now)
    }

    private func end(
        _ reason: EndReason, hangupBy: Party? = nil, _ party: Party, _ standing: LegStanding, at now: Instant
    ) -> FlowStep {
        var legs = Pair<LegStanding>.standing
        legs[party] = standing
        return end(reason, hangupBy: hangupBy, legs: legs, talkedUntil: now, at: now)
    }

    private func end(
        _ reason: EndReason, hangupBy: Party? = nil, legs: Pair<LegStanding>, talkedUntil end: Instant, at now: Instant
    ) -> FlowStep {
        let duration = Int((end - began).components.seconds)
        return Releasing.begin(
            CallEnding(reason: reason, hangupBy: hangupBy, duration: duration), legs: legs, at: now)
    }
}
