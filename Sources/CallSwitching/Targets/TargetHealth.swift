import SansIO

/// Whether one server of a trunk is worth a call (a circuit breaker with hysteresis).
///
///     Up ──unreachable, or twice silent──► Down ──two answers in a row, or its hold passed and an answer──► Up
///
/// A server that is down is asked by pings meanwhile; where there are none, or no other server is left, by calls
/// once its hold has passed.
struct TargetHealth: Hashable, Sendable {
    /// What was learnt about it.
    enum Sign: Hashable, Sendable {
        /// Any response.
        case answered
        /// No way to it: ICMP, or no connection.
        case unreachable
        /// No response at all in the time that a trunk has.
        case silent
    }

    /// So many times silent in a row is down; so many answers in a row while it is down is up.
    static let patience = 2
    /// How long a server that went down is let alone, at first and at most; each failure doubles it.
    static let shortestHold: Duration = .seconds(10)
    static let longestHold: Duration = .seconds(320)

    private enum State: Hashable, Sendable {
        case up(silences: Int)
        case down(hold: Duration, until: Instant, answers: Int)
    }

    private var state = State.up(silences: 0)

    /// Whether calls should come here rather than elsewhere.
    func isUsable(at now: Instant) -> Bool {
        switch state {
        case .up: true
        case .down(_, let until, _): until <= now
        }
    }

    /// Whether it answers, as far as is known.
    var isUp: Bool {
        switch state {
        case .up: true
        case .down: false
        }
    }

    mutating func note(_ sign: Sign, at now: Instant) {
        switch (state, sign) {
        case (.up, .answered): state = .up(silences: 0)
        case (.up(let silences), .silent) where silences + 1 < Self.patience: state = .up(silences: silences + 1)
        case (.up, .silent), (.up, .unreachable):
            state = .down(hold: Self.shortestHold, until: now + Self.shortestHold, answers: 0)
        case (.down(_, let until, let answers), .answered) where until <= now || answers + 1 >= Self.patience:
            state = .up(silences: 0)
        case (.down(let hold, let until, let answers), .answered):
            state = .down(hold: hold, until: until, answers: answers + 1)
        case (.down(let hold, _, _), .silent), (.down(let hold, _, _), .unreachable):
            let longer = min(hold * 2, Self.longestHold)
            state = .down(hold: longer, until: now + longer, answers: 0)
        }
    }
}
