import CallModel
import SansIO

/// How long a leg may take to be answered.
enum DialClock: Hashable, Sendable {
    /// The leg's trunk takes no more calls in this second.
    case waiting(until: Instant)
    /// Invited: the ring limit runs.
    case running(until: Instant)

    static func started(at now: Instant) -> DialClock { .waiting(until: now + CallbackFlow.turnLimit) }

    var deadline: Instant {
        switch self {
        case .waiting(let end), .running(let end): end
        }
    }

    /// The leg was invited; `nil` if it was so before.
    func invited(for limit: Duration, at now: Instant) -> DialClock? {
        switch self {
        case .waiting: .running(until: now + limit)
        case .running: nil
        }
    }

    /// Why the leg is not answered at the deadline.
    func failure(_ reach: Reach) -> LegFailure {
        switch self {
        case .waiting: .congestion
        case .running: reach.failureAtLimit
        }
    }
}
