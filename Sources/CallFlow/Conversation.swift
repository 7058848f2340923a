import CallModel
import SansIO

/// The two are connected.
struct Conversation: Hashable, Sendable {
    let began: Instant
    /// The end of `maxCallDuration`.
    let limit: Instant
    private var holds: Holds
    private var media: MediaVigil
    /// When the countdown is due, until it is begun.
    private var warning: Instant?
    private var interjection: Interjection?

    static func begin(holds: Holds, of plan: CallPlan, at now: Instant) -> FlowStep {
        let media = MediaVigil.begin(timeout: holds.any ? nil : plan.mediaTimeout, at: now)
        var conversation = Conversation(holds: holds, media: media, of: plan, at: now)
        var actions: [FlowAction] = [.feed(.first, .other), .feed(.second, .other)]
        actions += media.isKept ? MediaVigil.watches : [.watch(.second, .nothing)]
        actions.append(.connected)
        if let (hint, sound) = plan.sounds.recording?.hintAtConnection(at: now) {
            conversation.interjection = hint
            actions += hint.feeds(of: .sound(sound))
        } else if plan.records(from: .connection) {
            actions.append(.startRecording)
        }
        return FlowStep(to: .connected(conversation), actions)
    }

    private init(holds: Holds, media: MediaVigil, of plan: CallPlan, at now: Instant) {
        began = now
        limit = now + plan.maxCallDuration
        self.holds = holds
        self.media = media
        warning = plan.sounds.countdown.map { now + plan.maxCallDuration - $0.time }.flatMap { $0 > now ? $0 : nil }
    }

    var deadline: Instant { (interjection?.deadline ?? warning).map { min($0, limit) } ?? limit }

    func step(on input: FlowInput, of plan: CallPlan, at now: Instant) -> FlowStep {
        switch input {
        case .hungUp(let party): end(.hangup(party), hangupBy: party, party, .endsByItself, at: now)
        case .failed(let party, let failure): end(.failed(party, failure), party, .endsByItself, at: now)
        // The leg is gone and nobody said why.
        case .released(let party): end(.failed(party, .fault), party, .untouched, at: now)
        case .cancel: end(.apiCancel, at: now)
        case .hangUpAll: end(.platformRestart, at: now)
        case .timeOut where now < limit: timedOut(of: plan, at: now)
        case .timeOut: end(.maxCallDuration, legs: .standing, talkedUntil: limit, at: now)
        case .held(let party, let isHeld): hold(holds.with(isHeld, for: party), of: plan, at: now)
        case .mediaFlowing(let party): stay(media: media.flowing(party))
        case .mediaIdle(let party): idle(party, at: now)
        case .played(let party): heard(interjection?.ended(for: party), by: party, of: plan, at: now)
        case .playFailed(let party): playFailed(party, of: plan, at: now)
        case .start, .invited, .trying, .redialled, .ringing, .progressed, .answered, .mediaQuiet, .pressed:
            stay()
        }
    }

    // MARK: What is played over it

    private func timedOut(of plan: CallPlan, at now: Instant) -> FlowStep {
        if let interjection, interjection.deadline <= now { return breakOff(interjection, of: plan, at: now) }
        return interjection == nil ? warn(of: plan, at: now) : stay()
    }

    /// Begins the countdown if it is due.
    private func warn(of plan: CallPlan, at now: Instant) -> FlowStep {
        guard let warning, warning <= now, let countdown = plan.sounds.countdown else { return stay() }
        var same = self
        let interjection = Interjection(.countdown, countdown.sound, to: countdown.audience, at: now)
        same.warning = nil
        same.interjection = interjection
        return FlowStep(to: .connected(same), [.countdown] + interjection.feeds(of: .sound(countdown.sound)))
    }

    /// A party has heard what is played, and hears the other again. A countdown that came due meanwhile follows.
    private func heard(_ rest: Interjection?, by party: Party, of plan: CallPlan, at now: Instant) -> FlowStep {
        guard let rest else { return stay() }
        var same = self
        same.interjection = rest.isOver ? nil : rest
        let startsRecording = rest.isOver && rest.purpose == .recordingHint && plan.records(from: .connection)
        let actions: [FlowAction] = [.feed(party, .other)] + (startsRecording ? [.startRecording] : [])
        guard rest.isOver else { return FlowStep(to: .connected(same), actions) }
        let next = same.warn(of: plan, at: now)
        return FlowStep(to: next.next, actions + next.actions)
    }

    /// Nobody is recorded who was not told; a countdown that fails is not worth a conversation.
    private func playFailed(_ party: Party, of plan: CallPlan, at now: Instant) -> FlowStep {
        guard let interjection, interjection.isHeard(by: party) else { return stay() }
        switch interjection.purpose {
        case .recordingHint: return end(.playError, at: now)
        case .countdown: return heard(interjection.ended(for: party), by: party, of: plan, at: now)
        }
    }

    /// The sound did not come to its end in time.
    private func breakOff(_ interjection: Interjection, of plan: CallPlan, at now: Instant) -> FlowStep {
        switch interjection.purpose {
        case .recordingHint: return end(.playError, at: now)
        case .countdown:
            var same = self
            same.interjection = nil
            return FlowStep(to: .connected(same), interjection.feeds(of: .other))
        }
    }

    // MARK: Media

    /// Held time does not count, and the time before it is forgiven: the vigil begins anew when the last hold ends.
    private func hold(_ holds: Holds, of plan: CallPlan, at now: Instant) -> FlowStep {
        guard holds.any != self.holds.any else { return stay(holds: holds) }
        let media = MediaVigil.begin(timeout: holds.any ? nil : plan.mediaTimeout, at: now)
        let actions: [FlowAction]
        switch (self.media.isKept, media.isKept) {
        case (_, true): actions = MediaVigil.watches
        case (true, false): actions = [.watch(.first, .nothing), .watch(.second, .nothing)]
        case (false, false): actions = []
        }
        return stay(holds: holds, media: media, actions)
    }

    private func idle(_ party: Party, at now: Instant) -> FlowStep {
        let media = media.idle(party, at: now)
        if media.bothAreIdle { return end(.mediaTimeout, at: now) }
        return stay(media: media, media == self.media ? [] : [.mediaAlert(party)])
    }

    private func stay(holds: Holds? = nil, media: MediaVigil? = nil, _ actions: [FlowAction] = []) -> FlowStep {
        var same = self
        same.holds = holds ?? self.holds
        same.media = media ?? self.media
        return FlowStep(to: .connected(same), actions)
    }

    // MARK: The end

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

extension Interjection {
    /// For everybody who still hears it.
    fileprivate func feeds(of feed: LegFeed) -> [FlowAction] {
        Party.allCases.filter(isHeard).map { .feed($0, feed) }
    }
}
