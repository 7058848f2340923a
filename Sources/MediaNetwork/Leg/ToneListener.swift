internal import Audio
internal import SansIO

/// Listens for the tones of keys on a leg, and knows which keys it was told of.
struct ToneListener {
    /// Without audio for so long, a tone has ended: 100 ms.
    private static let longestPause = Duration.milliseconds(100)

    var keys = KeyPresses()
    private var detector = KeyToneDetector()
    private var lastHeard = Instant(nanoseconds: 0)

    /// Listens to a packet; the key that ended in it, if one did.
    mutating func listen(to codes: UnsafeRawBufferPointer, of codec: G711, at now: Instant) -> KeyToneDetector.Press? {
        lastHeard = now
        var last: KeyToneDetector.Press?
        detector.listen(to: codes, of: codec) { last = $0 }
        return last
    }

    /// The key that sounded when audio stopped.
    mutating func overdue(at now: Instant) -> KeyToneDetector.Press? {
        now >= lastHeard + ToneListener.longestPause ? detector.stop() : nil
    }
}
