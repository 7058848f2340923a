import CallModel
import SansIO

/// A sound on its way through to its end.
struct Prompt: Hashable, Sendable {
    /// A report from before it began may still be under way; it is told by coming sooner than half of the length.
    private let trustedFrom: Instant
    /// The end, and a margin: a sound that has not ended by then could not be played.
    let deadline: Instant

    init(_ sound: Sound, at now: Instant) {
        trustedFrom = now + sound.length / 2
        deadline = now + sound.length + CallbackFlow.playMargin
    }

    /// Whether a report that a sound was played can be about this one.
    func mayHaveEnded(at now: Instant) -> Bool { now >= trustedFrom }
}
