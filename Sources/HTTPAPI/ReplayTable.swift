import CallModel
import Synchronization

/// A call that was accepted, as its answer tells it.
struct AcceptedCall: Hashable, Sendable {
    var id: CallID
    var userData: String?
}

/// Requests in work and requests accepted within the Timestamp's window: a copy gets the first one's answer.
final class ReplayTable: Sendable {
    typealias Outcome = Result<AcceptedCall, Refusal>

    struct Limits: Sendable {
        var entries = 1_000_000
        /// Copies that wait for one request.
        var waiters = 64
    }

    private enum Step {
        case first
        case known(Outcome)
        case wait
    }

    private let limits: Limits
    private let entries: Mutex<ReplayEntries>

    /// - Parameter remembered: what was accepted before the server started.
    init(remembered: [RememberedCall] = [], limits: Limits = Limits()) {
        self.limits = limits
        var fresh = ReplayEntries()
        for call in remembered {
            fresh[call.key] = .accepted(AcceptedCall(id: call.call, userData: call.userData))
        }
        entries = Mutex(fresh)
    }

    var count: Int { entries.withLock { $0.count } }

    var family: MetricFamily {
        MetricFamily(
            "duocall_http_requests_remembered", help: "Accepted requests whose copies get the same answer.",
            kind: .gauge, samples: [.init(Double(count))])
    }

    /// Answers with what the same request got before, or is about to get, and runs `place` only for the first.
    func outcome(of key: ReplayKey, now: WallTime, place: () async -> Outcome) async -> Outcome {
        while true {
            switch begin(key, now: now) {
            case .known(let outcome): return outcome
            case .wait:
                // Nothing, if the first was refused in between: errors are not remembered.
                if let outcome = await answerToFirst(key) { return outcome }
            case .first:
                let outcome = await place()
                finish(key, with: outcome)
                return outcome
            }
        }
    }

    private func begin(_ key: ReplayKey, now: WallTime) -> Step {
        entries.withLock { entries in
            entries.forgetExpired(before: now)
            switch entries[key] {
            case .accepted(let call): return .known(.success(call))
            case .inWork(let waiters):
                return waiters.count < limits.waiters ? .wait : .known(.failure(.code(.busy)))
            case nil:
                guard entries.count < limits.entries else { return .known(.failure(.code(.busy))) }
                entries[key] = .inWork([])
                return .first
            }
        }
    }

    private func answerToFirst(_ key: ReplayKey) async -> Outcome? {
        await withCheckedContinuation { waiter in
            let answer: Outcome?? = entries.withLock { entries in
                switch entries[key] {
                case .accepted(let call): return .some(.success(call))
                case .inWork(let waiters):
                    entries[key] = .inWork(waiters + [waiter])
                    return .none
                case nil: return .some(nil)
                }
            }
            if case .some(let outcome) = answer { waiter.resume(returning: outcome) }
        }
    }

    private func finish(_ key: ReplayKey, with outcome: Outcome) {
        let before = entries.withLock { entries in
            let before = entries[key]
            switch outcome {
            case .success(let call): entries[key] = .accepted(call)
            case .failure: entries[key] = nil
            }
            return before
        }
        guard case .inWork(let waiters) = before else { preconditionFailure("a request finished that was not in work") }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }
}

/// What is known of one request.
private enum ReplayEntry {
    case inWork([CheckedContinuation<ReplayTable.Outcome?, Never>])
    case accepted(AcceptedCall)
}

/// Entries by the time of their expiry, cut into slots, so that forgetting never walks the whole table.
private struct ReplayEntries {
    private static let slotMilliseconds: Int64 = 30_000

    /// An account and the 32 bytes of its HMAC.
    private struct Fingerprint: Hashable {
        let account: CertID
        let first, second, third, fourth: UInt64

        init(_ key: ReplayKey) {
            func word(_ index: Int) -> UInt64 {
                key.hmac.dropFirst(8 * index).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
            }
            account = key.account
            (first, second, third, fourth) = (word(0), word(1), word(2), word(3))
        }
    }

    private var slots: [Int64: [Fingerprint: ReplayEntry]] = [:]

    var count: Int { slots.values.reduce(0) { $0 + $1.count } }

    /// The same request has the same Timestamp, so it always falls into the same slot.
    subscript(key: ReplayKey) -> ReplayEntry? {
        get { slots[Self.slot(of: key.expires)]?[Fingerprint(key)] }
        set { slots[Self.slot(of: key.expires), default: [:]][Fingerprint(key)] = newValue }
    }

    /// Requests that expired can no longer be authenticated, so nobody asks for them.
    ///
    /// A slot that still holds a request in work stays until the next time.
    mutating func forgetExpired(before now: WallTime) {
        let current = Self.slot(of: now)
        for (slot, entries) in slots where slot < current {
            slots[slot] = entries.filter { entry in
                if case .inWork = entry.value { true } else { false }
            }
            if slots[slot]?.isEmpty == true { slots[slot] = nil }
        }
    }

    private static func slot(of time: WallTime) -> Int64 { time.milliseconds / slotMilliseconds }
}
