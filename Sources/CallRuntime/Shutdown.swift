import SansIO

/// How a server stops: first it takes no more calls, then it ends those that are left, then it is gone.
///
/// ```
/// running ──terminate──▶ draining ──terminate, time──▶ hanging up ──terminate, time──▶ stopped
///                            └──────── idle ──────────────▶ └──────── idle ─────────────▶
/// ```
struct Shutdown {
    enum Input: CaseIterable {
        /// SIGTERM or SIGINT.
        case terminate
        /// Nothing is left to wait for.
        case idle
        case timeOut
    }

    enum Action {
        case refuseCalls, hangUpAll, stop
    }

    private enum State {
        case running
        case draining(until: Instant)
        case hangingUp(until: Instant)
        case stopped
    }

    /// How long hanging up may take: an unanswered BYE gives up after 64·T1 = 32 s (RFC 3261 §17.1.2.2).
    static let releaseLimit: Duration = .seconds(35)

    private var state = State.running
    private let drainTimeout: Duration

    init(drainTimeout: Duration) { self.drainTimeout = drainTimeout }

    var deadline: Instant? {
        switch state {
        case .draining(let until), .hangingUp(let until): until
        case .running, .stopped: nil
        }
    }

    /// Whether the end has begun, so that being idle matters.
    var hasBegun: Bool {
        switch state {
        case .running: false
        case .draining, .hangingUp, .stopped: true
        }
    }

    var isOver: Bool {
        switch state {
        case .running, .draining, .hangingUp: false
        case .stopped: true
        }
    }

    mutating func handle(_ input: Input, at now: Instant) -> Action? {
        switch (state, input) {
        case (.running, .terminate):
            state = .draining(until: now + drainTimeout)
            return .refuseCalls
        case (.draining, .terminate), (.draining, .timeOut):
            state = .hangingUp(until: now + Self.releaseLimit)
            return .hangUpAll
        case (.draining, .idle), (.hangingUp, .idle), (.hangingUp, .timeOut), (.hangingUp, .terminate):
            state = .stopped
            return .stop
        case (.running, .idle), (.running, .timeOut), (.stopped, .terminate), (.stopped, .idle), (.stopped, .timeOut):
            return nil
        }
    }
}
