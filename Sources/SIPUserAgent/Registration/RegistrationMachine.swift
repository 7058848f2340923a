import SansIO

/// One binding at a registrar, from the server's start to its stop (RFC 3261 §10.2).
///
///     Waiting ──its time──► Registering ──granted──► Registered ──its time──► Registering
///        ▲                      │
///        └───────failed─────────┘
///     any ──stop──► Leaving ──answer or time──► Ended
///
/// While it is refreshed, or a refresh is tried again, the binding holds as long as it was granted.
struct RegistrationMachine: Hashable, Sendable {
    /// The longest pause between two attempts, unless the registrar asks for more.
    static let longestPause: Duration = .seconds(300)
    /// The longest pause that a registrar is granted.
    static let longestAskedPause: Duration = .seconds(3_600)
    /// The longest registration asked for because of a 423.
    static let longestInterval: UInt32 = 86_400
    /// How long the farewell may take.
    static let farewell: Duration = .seconds(4)

    enum Input: Hashable, Sendable {
        /// 2xx: the binding holds for so long.
        case granted(Duration)
        /// 423: so many seconds are the least (RFC 3261 §10.2.8).
        case tooBrief(UInt32)
        /// Another final response, none in time, or no way to the registrar.
        /// - Parameters:
        ///   - pause: the least pause that it asks for.
        ///   - dice: a random number, so that many clients do not come back at once.
        case failed(pause: Duration?, dice: UInt64)
        case timeOut
        case stop
    }

    enum Action: Hashable, Sendable {
        case none
        /// Send REGISTER for so many seconds.
        case register(seconds: UInt32)
        case unregister
    }

    private enum State: Hashable, Sendable {
        case waiting(until: Instant, failures: Int, bound: Instant?)
        /// Its transaction has a deadline of its own.
        case registering(failures: Int, bound: Instant?)
        case registered(refresh: Instant, bound: Instant)
        case leaving(until: Instant)
        case ended
    }

    private var state: State
    private var seconds: UInt32

    /// - Parameter seconds: the interval to ask for.
    init(seconds: UInt32, at start: Instant) {
        self.seconds = seconds
        state = .waiting(until: start, failures: 0, bound: nil)
    }

    var deadline: Instant? {
        switch state {
        case .waiting(let until, _, _), .leaving(let until): until
        case .registered(let refresh, _): refresh
        case .registering, .ended: nil
        }
    }

    /// Whether the registrar knows us.
    func isRegistered(at now: Instant) -> Bool {
        switch state {
        case .waiting(_, _, let bound), .registering(_, let bound): bound.map { $0 > now } ?? false
        case .registered(_, let bound): bound > now
        case .leaving, .ended: false
        }
    }

    var hasEnded: Bool { state == .ended }

    mutating func handle(_ input: Input, at now: Instant) -> Action {
        switch (state, input) {
        case (.waiting(let until, let failures, let bound), .timeOut):
            return now >= until ? register(failures, bound) : .none
        case (.registered(let refresh, let bound), .timeOut):
            return now >= refresh ? register(0, bound) : .none
        case (.registering(let failures, let bound), .granted(let lifetime)):
            guard lifetime >= .seconds(1) else { return wait(failures, bound, for: Self.longestPause, at: now) }
            state = .registered(refresh: now + lifetime * 4 / 5, bound: now + lifetime)
            return .none
        case (.registering(let failures, let bound), .tooBrief(let least)):
            guard least > seconds, least <= Self.longestInterval else {
                return wait(failures, bound, for: Self.longestPause, at: now)
            }
            seconds = least
            return register(failures, bound)
        case (.registering(let failures, let bound), .failed(let pause, let dice)):
            let asked = min(pause ?? .zero, Self.longestAskedPause)
            return wait(failures, bound, for: max(asked, Self.pause(after: failures, dice)), at: now)
        case (.waiting, .stop), (.registering, .stop), (.registered, .stop):
            return leave(at: now)
        case (.leaving(let until), .timeOut):
            if now >= until { state = .ended }
            return .none
        case (.leaving, .granted), (.leaving, .tooBrief), (.leaving, .failed):
            state = .ended
            return .none
        case (.waiting, .granted), (.waiting, .tooBrief), (.waiting, .failed), (.registering, .timeOut),
            (.registered, .granted), (.registered, .tooBrief), (.registered, .failed), (.leaving, .stop),
            (.ended, .granted), (.ended, .tooBrief), (.ended, .failed), (.ended, .timeOut), (.ended, .stop):
            return .none
        }
    }

    /// 2, 4, 8 … s, each cut by up to a half.
    private static func pause(after failures: Int, _ dice: UInt64) -> Duration {
        let whole = failures < 8 ? min(.seconds(2 << failures), longestPause) : longestPause
        return whole - .nanoseconds(Int64(dice % UInt64(whole.wholeNanoseconds / 2)))
    }

    private mutating func register(_ failures: Int, _ bound: Instant?) -> Action {
        state = .registering(failures: failures, bound: bound)
        return .register(seconds: seconds)
    }

    private mutating func wait(_ failures: Int, _ bound: Instant?, for pause: Duration, at now: Instant) -> Action {
        state = .waiting(until: now + pause, failures: failures + 1, bound: bound)
        return .none
    }

    /// A binding that may exist is taken back; an attempt under way may have made one.
    private mutating func leave(at now: Instant) -> Action {
        if case .waiting = state, !isRegistered(at: now) {
            state = .ended
            return .none
        }
        state = .leaving(until: now + Self.farewell)
        return .unregister
    }
}
