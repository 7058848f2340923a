internal import SansIO

/// Makes one press of what tells of a key in two ways: far ends may send a telephone-event and leave the tone in the audio.
struct KeyPresses {
    enum Source {
        case event
        case tone
    }

    private struct Press {
        let key: UInt8
        let start: Instant
        let end: Instant
        /// Not yet told the other way too.
        var isAlone = true
    }

    /// How far apart the two may be of one press: a gateway takes time to see that there is a tone, and events may travel
    /// otherwise than the audio. 200 ms.
    private static let tolerance = Duration.milliseconds(200)

    private var lastEvent: Press?
    private var lastTone: Press?

    /// Whether a key that has ended is news.
    mutating func isNew(_ key: UInt8, from source: Source, start: Instant, end: Instant) -> Bool {
        var press = Press(key: key, start: start, end: end)
        switch source {
        case .event:
            if let tone = lastTone, KeyPresses.areOne(press, tone) {
                press.isAlone = false
                lastTone = nil
            }
            lastEvent = press
        case .tone:
            if let event = lastEvent, KeyPresses.areOne(press, event) {
                press.isAlone = false
                lastEvent = nil
            }
            lastTone = press
        }
        return press.isAlone
    }

    private static func areOne(_ press: Press, _ other: Press) -> Bool {
        other.isAlone && press.key == other.key && press.start <= other.end + tolerance
            && other.start <= press.end + tolerance
    }
}
