import CallModel
import Synchronization

/// Bounds how much the API works at once and how often one app may ask; what is over a bound is answered 000004.
final class RequestGate: Sendable {
    struct Limits: Sendable {
        /// Requests that are being answered at one moment.
        var inWork = 2048
        /// Authenticated requests of one app within one second of the clock.
        var perSecondAndApp = 2000
    }

    private struct State {
        var inWork = 0
        var second: Int64 = 0
        /// Requests of each app within `second`.
        var counts: [AppID: Int] = [:]
    }

    private let limits: Limits
    private let state = Mutex(State())

    init(limits: Limits = Limits()) { self.limits = limits }

    /// Each entry is followed by `leave()`.
    func enter() throws(Refusal) {
        let entered = state.withLock { state in
            guard state.inWork < limits.inWork else { return false }
            state.inWork += 1
            return true
        }
        if !entered { throw .code(.busy) }
    }

    var family: MetricFamily {
        MetricFamily(
            "duocall_http_requests_in_work", help: "Requests that are being answered.", kind: .gauge,
            samples: [.init(Double(state.withLock { $0.inWork }))])
    }

    func leave() { state.withLock { $0.inWork -= 1 } }

    func count(_ app: AppID, now: WallTime) throws(Refusal) {
        let second = now.milliseconds / 1000
        let count = state.withLock { state in
            if state.second != second {
                state.second = second
                state.counts.removeAll(keepingCapacity: true)
            }
            state.counts[app, default: 0] += 1
            return state.counts[app, default: 0]
        }
        if count > limits.perSecondAndApp { throw .code(.busy) }
    }
}
