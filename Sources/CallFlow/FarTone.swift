import SansIO

/// What party 1 hears while party 2 is dialled and its ring-back is passed through.
///
/// Party 2's RTP is passed through as it is, whatever announced it. Where none comes there is silence, and from the
/// first 180 on our own ring-back instead: at once if no RTP came for 200 ms, otherwise once it has stopped for 1 s.
enum FarTone: Hashable, Sendable {
    /// No RTP, no 180 yet.
    case silence
    /// RTP flows.
    case earlyMedia(ringing: Bool)
    /// It rings and RTP stopped not long ago: silence until our ring-back resumes.
    case pause(until: Instant)
    /// It rings and no RTP comes: our ring-back.
    case ringBack

    /// What is left of the 1 s without RTP when it is reported quiet, 200 ms after the last packet.
    static let pauseAfterQuiet: Duration = .milliseconds(800)

    var feed: LegFeed {
        switch self {
        case .silence, .pause: .silence
        case .earlyMedia: .other
        case .ringBack: .ringBack
        }
    }

    /// Whether RTP flows.
    var isFlowing: Bool {
        switch self {
        case .earlyMedia: true
        case .silence, .pause, .ringBack: false
        }
    }

    var deadline: Instant? {
        switch self {
        case .pause(let end): end
        case .silence, .earlyMedia, .ringBack: nil
        }
    }

    /// A 180. Only the first means anything.
    func ringing() -> FarTone {
        switch self {
        case .silence: .ringBack
        case .earlyMedia: .earlyMedia(ringing: true)
        case .pause, .ringBack: self
        }
    }

    /// RTP began.
    func flowing() -> FarTone {
        switch self {
        case .silence: .earlyMedia(ringing: false)
        case .earlyMedia: self
        case .pause, .ringBack: .earlyMedia(ringing: true)
        }
    }

    /// No RTP for 200 ms.
    func quiet(at now: Instant) -> FarTone {
        switch self {
        case .earlyMedia(ringing: false): .silence
        case .earlyMedia(ringing: true): .pause(until: now + Self.pauseAfterQuiet)
        case .silence, .pause, .ringBack: self
        }
    }

    /// The deadline is reached.
    func timedOut() -> FarTone {
        switch self {
        case .pause: .ringBack
        case .silence, .earlyMedia, .ringBack: self
        }
    }
}
