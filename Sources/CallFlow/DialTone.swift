import CallModel
import SansIO

/// What party 1 hears while party 2 is dialled, by the ring tone that was asked for.
///
/// The far end rings from the first 180 on, or from its first RTP after a provisional response with a session
/// description. What would be passed through is followed even while the file is played instead.
struct DialTone: Hashable, Sendable {
    private let ringTone: RingTone?
    private var far = FarTone.silence
    private var isDescribed = false
    private var rings = false

    init(_ ringTone: RingTone?) {
        self.ringTone = ringTone
    }

    var feed: LegFeed {
        switch ringTone?.mode {
        case .whileRinging: rings ? file : .silence
        case .untilRinging: rings ? far.feed : file
        case .whileDialling: file
        case .beforeDialling, nil: far.feed
        }
    }

    /// From party 2's answer to the connection: the tone goes on, and what was passed through is replaced, so that
    /// party 1 neither hears what party 2 says to its greeting nor takes the silence for the end.
    var feedWhilePrompting: LegFeed {
        switch ringTone?.mode {
        case .whileRinging, .whileDialling: file
        case .untilRinging: rings ? .ringBack : file
        case .beforeDialling, nil: .ringBack
        }
    }

    /// Whether the file is heard now.
    var playsFile: Bool { ringTone != nil && feed == file }

    private var file: LegFeed { ringTone.map { .loop($0.voice) } ?? .silence }

    var deadline: Instant? { far.deadline }

    /// A 180.
    func ringing() -> DialTone {
        with { tone in
            tone.far = far.ringing()
            tone.rings = true
        }
    }

    /// Another provisional response with a session description.
    func described() -> DialTone {
        with { tone in
            tone.isDescribed = true
            tone.rings = rings || far.isFlowing
        }
    }

    /// RTP began.
    func flowing() -> DialTone {
        with { tone in
            tone.far = far.flowing()
            tone.rings = rings || isDescribed
        }
    }

    /// No RTP for 200 ms.
    func quiet(at now: Instant) -> DialTone { with { $0.far = far.quiet(at: now) } }

    /// The deadline is reached.
    func timedOut() -> DialTone { with { $0.far = far.timedOut() } }

    private func with(_ change: (inout DialTone) -> Void) -> DialTone {
        var changed = self
        change(&changed)
        return changed
    }
}
