import CallModel
import SansIO

/// Cancels in work and cancels of the last minute, so that a repeated one gets the same answer.
struct CancelTable {
    /// How long a cancel that succeeded may be repeated.
    static let memory: Duration = .seconds(60)

    private enum State {
        case committing(waiting: [CommandTicket])
        case durable(until: Instant)
    }

    private struct Cancel {
        let request: CallbackRequest
        var state: State
    }

    private var cancels: [CallID: Cancel] = [:]
    private var commits: [CommitTicket: CallID] = [:]
    /// Durable ones in the order in which they are forgotten.
    private var aging: ArraySlice<(id: CallID, until: Instant)> = []

    /// Whether `id` was cancelled before, and the client may know it; while that cancel is in work, `ticket` waits for its outcome.
    mutating func repeats(_ id: CallID, by scope: CallScope, _ ticket: CommandTicket, at now: Instant) -> Bool {
        forget(at: now)
        guard var cancel = cancels[id], scope.covers(cancel.request) else { return false }
        if case .committing(let waiting) = cancel.state {
            cancel.state = .committing(waiting: waiting + [ticket])
            cancels[id] = cancel
        }
        return true
    }

    func isDurable(_ id: CallID) -> Bool {
        if case .durable = cancels[id]?.state { true } else { false }
    }

    mutating func begin(_ id: CallID, of request: CallbackRequest, _ ticket: CommandTicket, commit: CommitTicket) {
        cancels[id] = Cancel(request: request, state: .committing(waiting: [ticket]))
        commits[commit] = id
    }

    /// A cancel that a former run of the server made durable.
    mutating func remember(_ id: CallID, of request: CallbackRequest, at now: Instant) {
        cancels[id] = Cancel(request: request, state: .durable(until: now + Self.memory))
        aging.append((id, now + Self.memory))
    }

    /// The outcome of a cancel's commit; `nil` if the ticket is not a cancel's.
    mutating func stored(
        _ commit: CommitTicket, _ success: Bool, at now: Instant
    ) -> (id: CallID, waiting: [CommandTicket])? {
        guard let id = commits.removeValue(forKey: commit), case .committing(let waiting) = cancels[id]?.state else {
            return nil
        }
        if success {
            cancels[id]?.state = .durable(until: now + Self.memory)
            aging.append((id, now + Self.memory))
        } else {
            cancels[id] = nil
        }
        return (id, waiting)
    }

    private mutating func forget(at now: Instant) {
        while let oldest = aging.first, oldest.until <= now {
            aging.removeFirst()
            cancels[oldest.id] = nil
        }
    }
}
