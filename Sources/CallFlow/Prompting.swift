import CallModel
import SansIO

/// What one party hears before it goes on, sound after sound, and the key that it must press.
///
///     play ──played──► the next
///     ask ──played──► await the key ──late──► ask, up to three times ──► failed
///      └─────────────────┴──pressed──► the next
struct Prompting: Hashable, Sendable {
    enum Part: Hashable {
        case play(Sound)
        case ask(Confirmation)
    }

    /// What became of it.
    enum Outcome {
        case goesOn(Prompting)
        case done
        case failed(EndReason)
    }

    struct Step {
        let outcome: Outcome
        let actions: [FlowAction]
    }

    private indirect enum State: Hashable {
        case playing(Prompt)
        case asking(Confirmation, Prompt, tries: Int)
        case awaitingKey(Confirmation, until: Instant, tries: Int)
    }

    private let party: Party
    private let state: State
    /// What follows.
    private let rest: [Part]

    static func begin(_ parts: [Part], to party: Party, at now: Instant) -> Step {
        guard let part = parts.first else { return Step(outcome: .done, actions: []) }
        let rest = Array(parts.dropFirst())
        switch part {
        case .play(let sound):
            let playing = Prompting(party: party, state: .playing(Prompt(sound, at: now)), rest: rest)
            return Step(outcome: .goesOn(playing), actions: [.feed(party, .sound(sound))])
        case .ask(let confirmation):
            let asking = Prompting(party: party, asking: confirmation, tries: 1, rest: rest, at: now)
            return Step(
                outcome: .goesOn(asking),
                actions: [.listen(party, true), .feed(party, .sound(confirmation.prompt))])
        }
    }

    private init(party: Party, state: State, rest: [Part]) {
        self.party = party
        self.state = state
        self.rest = rest
    }

    private init(party: Party, asking confirmation: Confirmation, tries: Int, rest: [Part], at now: Instant) {
        self.init(
            party: party, state: .asking(confirmation, Prompt(confirmation.prompt, at: now), tries: tries), rest: rest)
    }

    var deadline: Instant {
        switch state {
        case .playing(let prompt), .asking(_, let prompt, _): prompt.deadline
        case .awaitingKey(_, let end, _): end
        }
    }

    func played(at now: Instant) -> Step {
        switch state {
        case .playing: next(at: now)
        case .asking(let confirmation, _, let tries):
            goOn(.awaitingKey(confirmation, until: now + confirmation.timeout, tries: tries), .feed(party, .silence))
        case .awaitingKey: goOn(state)
        }
    }

    func playFailed() -> Step {
        switch state {
        case .playing, .asking: Step(outcome: .failed(.playError), actions: [])
        case .awaitingKey: goOn(state)
        }
    }

    func pressed(_ key: TelephoneKey, at now: Instant) -> Step {
        switch state {
        case .asking(let confirmation, _, _) where key == confirmation.key,
            .awaitingKey(let confirmation, _, _) where key == confirmation.key:
            let next = next(at: now)
            return Step(
                outcome: next.outcome, actions: [.listen(party, false), .confirmed(party, true)] + next.actions)
        case .playing, .asking, .awaitingKey: return goOn(state)
        }
    }

    func timedOut(at now: Instant) -> Step {
        switch state {
        case .playing, .asking: return Step(outcome: .failed(.playError), actions: [])
        case .awaitingKey(_, _, let tries) where tries >= Confirmation.tries:
            return Step(outcome: .failed(.failed(party, .confirmFailed)), actions: [.confirmed(party, false)])
        case .awaitingKey(let confirmation, _, let tries):
            let again = Prompting(party: party, asking: confirmation, tries: tries + 1, rest: rest, at: now)
            return Step(outcome: .goesOn(again), actions: [.feed(party, .sound(confirmation.prompt))])
        }
    }

    private func next(at now: Instant) -> Step { Self.begin(rest, to: party, at: now) }

    private func goOn(_ state: State, _ actions: FlowAction...) -> Step {
        Step(outcome: .goesOn(Prompting(party: party, state: state, rest: rest)), actions: actions)
    }
}
