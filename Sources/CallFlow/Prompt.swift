import CallModel
import SansIO

/// A sound on its way through to its end.
struct Prompt: Hashable, Sendable {
    /// The end, and a margin: a sound that has not ended by then could not be played.
    let deadline: Instant

    init(_ sound: Sound, at now: Instant) {
        deadline = now + sound.length + CallbackFlow.playMargin
    }
}
