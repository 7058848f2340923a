import CallModel
import SansIO

/// A sound that is played to one or both connected parties; who does not hear it, or has heard it, hears the other.
struct Interjection: Hashable, Sendable {
    enum Purpose: Hashable {
        /// Says that the call is recorded. A recording that starts with the connection waits for it.
        case recordingHint
        case countdown
    }

    let purpose: Purpose
    private let prompt: Prompt
    private var hearing: Pair<Bool>

    init(_ purpose: Purpose, _ sound: Sound, to audience: Audience, at now: Instant) {
        self.purpose = purpose
        prompt = Prompt(sound, at: now)
        hearing = Pair(first: audience.includes(.first), second: audience.includes(.second))
    }

    var deadline: Instant { prompt.deadline }
    /// Whether everybody has heard it.
    var isOver: Bool { !hearing.first && !hearing.second }

    func isHeard(by party: Party) -> Bool { hearing[party] }

    /// What changes when the party has heard the sound, or cannot; `nil`: nothing.
    func ended(for party: Party) -> Interjection? {
        guard hearing[party] else { return nil }
        var rest = self
        rest.hearing[party] = false
        return rest
    }
}

/// The hint that those who have not heard it before hear at the connection.
extension RecordingOrder {
    func hintAtConnection(at now: Instant) -> (hint: Interjection, sound: Sound)? {
        guard let hint else { return nil }
        let audience: Audience
        switch (start, hint.audience) {
        case (.connection, let all): audience = all
        case (.dialling1, .both), (.dialling2, .both), (.dialling1, .second), (.dialling2, .second): audience = .second
        case (.dialling1, .first), (.dialling2, .first): return nil
        }
        return (Interjection(.recordingHint, hint.sound, to: audience, at: now), hint.sound)
    }
}
