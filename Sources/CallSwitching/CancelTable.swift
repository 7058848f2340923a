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
        let call: CancelledCall
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

    /// The call as its cancel found it, once that is durable.
    func durable(_ id: CallID) -> CancelledCall? {
        guard let cancel = cancels[id], case .durable = cancel.state else { return nil }
        return cancel.call
    }

    mutating func begin(
        _ id: CallID, of request: CallbackRequest, as call: CancelledCall, _ ticket: CommandTicket, commit: CommitTicket
    ) {
        cancels[id] = Cancel(request: request, call: call, state: .committing(waiting: [ticket]))
        commits[commit] = id
    }

    /// A cancel that a former run of the server made durable.
    mutating func remember(_ id: CallID, of request: CallbackRequest, as call: CancelledCall, at now: Instant) {
        cancels[id] = Cancel(request: request, call: call, state: .durable(until: now + Self.memory))
        aging.append((id, now + Self.memory))
    }

    /// The outcome of a cancel's commit; `nil` if the ticket is not a cancel's.
    mutating func stored(
        _ commit: CommitTicket, _ success: Bool, at now: Instant
    ) -> (id: CallID, call: CancelledCall, waiting: [CommandTicket])? {
        guard let id = commits.removeValue(forKey: commit), let cancel = cancels[id],
            case .committing(let waiting) = cancel.state
        else { return nil }
        if success {
            cancels[id]?.state = .durable(until: now + Self.memory)
            aging.append((id, now + Self.memory))
        } else {
            cancels[id] = nil
        }
        return (id, cancel.call, waiting)
    }

    private mutating func forget(at now: Instant) {
        while let oldest = aging.first, oldest.until <= now {
            aging.removeFirst()
            cancels[oldest.id] = nil
        }
    }
}
