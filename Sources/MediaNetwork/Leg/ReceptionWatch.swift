internal import MediaControl
internal import SansIO

/// Tells when reception begins and ends, as far as it is asked to.
struct ReceptionWatch {
    enum Change: Hashable {
        case flowing
        case quiet
        case idle
    }

    /// Durations are in nanoseconds.
    private enum State {
        case off
        case quiet(after: Int64)
        case flowing(quietAfter: Int64, lastHeard: Instant)
        case live(idleAfter: Int64, lastHeard: Instant)
        case idle(after: Int64)
    }

    private var state = State.off

    init() {}

    /// Whether it measures a short time.
    var isHurried: Bool {
        switch state {
        case .flowing: true
        case .off, .quiet, .live, .idle: false
        }
    }

    init(_ watch: MediaWatch, at now: Instant) {
        switch watch {
        case .nothing: state = .off
        case .activity(let duration): state = .quiet(after: duration.wholeNanoseconds)
        case .liveness(let duration): state = .live(idleAfter: duration.wholeNanoseconds, lastHeard: now)
        }
    }

    /// Audio came.
    mutating func heardAudio(at now: Instant) -> Change? {
        switch state {
        case .quiet(let after):
            state = .flowing(quietAfter: after, lastHeard: now)
            return .flowing
        case .flowing(let after, _):
            state = .flowing(quietAfter: after, lastHeard: now)
            return nil
        case .off, .live, .idle:
            return heardSign(at: now)
        }
    }

    /// Something came that shows the far end alive: RTP of any kind, or RTCP.
    mutating func heardSign(at now: Instant) -> Change? {
        switch state {
        case .live(let after, _):
            state = .live(idleAfter: after, lastHeard: now)
            return nil
        case .idle(let after):
            state = .live(idleAfter: after, lastHeard: now)
            return .flowing
        case .off, .quiet, .flowing:
            return nil
        }
    }

    mutating func timeOut(at now: Instant) -> Change? {
        switch state {
        case .flowing(let after, let lastHeard) where now.nanoseconds - lastHeard.nanoseconds >= after:
            state = .quiet(after: after)
            return .quiet
        case .live(let after, let lastHeard) where now.nanoseconds - lastHeard.nanoseconds >= after:
            state = .idle(after: after)
            return .idle
        case .off, .quiet, .flowing, .live, .idle:
            return nil
        }
    }
}
