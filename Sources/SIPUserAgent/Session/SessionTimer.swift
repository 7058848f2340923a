import SIPSyntax
import SansIO

/// The session timer of a confirmed dialog (RFC 4028): who refreshes it when, and when it is over.
struct SessionTimer: Hashable, Sendable {
    /// The shortest interval that we grant, in seconds (RFC 4028 §4).
    static let least: UInt32 = 90
    /// The longest that a 422 may make us ask for.
    static let longest: UInt32 = 86_400

    enum Due: Hashable {
        case nothing, refresh, end
    }

    private enum Duty: Hashable {
        /// The far end refreshes.
        case theirs
        case ours(at: Instant)
        case underWay
    }

    private(set) var seconds: UInt32
    /// What somebody on the way wants at least, in seconds.
    private(set) var least: UInt32
    private var duty: Duty
    /// When the session is given up.
    private var end: Instant

    init(seconds: UInt32, isOurs: Bool, least: UInt32 = SessionTimer.least, at now: Instant) {
        self.seconds = seconds
        self.least = least
        let whole = Duration.seconds(Int64(seconds))
        duty = isOurs ? .ours(at: now + whole / 2) : .theirs
        // RFC 4028 §10: who waits for the other's refresh gives up a little before the interval is over.
        end = now + whole - (isOurs ? Duration.zero : min(.seconds(32), whole / 3))
    }

    var isOurs: Bool { duty != .theirs }

    var deadline: Instant {
        switch duty {
        case .theirs, .underWay: end
        case .ours(let refresh): min(refresh, end)
        }
    }

    func due(at now: Instant) -> Due {
        if now >= end { return .end }
        if case .ours(let refresh) = duty, now >= refresh { return .refresh }
        return .nothing
    }

    /// A refresh of ours was sent.
    mutating func begin() { duty = .underWay }

    /// A refresh of ours came to nothing, or must wait.
    mutating func postpone(until instant: Instant) { duty = .ours(at: instant) }

    /// Half of what is left, at least a second.
    func nextTry(at now: Instant) -> Instant { now + max(.seconds(1), (end - now) / 2) }

    /// Our interval was too short for somebody (422). False where it already was as long, or what is wanted is absurd.
    mutating func raise(to wanted: UInt32) -> Bool {
        guard wanted > seconds, wanted <= SessionTimer.longest else { return false }
        seconds = wanted
        least = wanted
        return true
    }

    /// The header of our next refresh: we go on to refresh.
    var asked: [(HeaderName, String)] {
        [
            (.supported, "timer"), (.sessionExpires, SessionExpires(seconds: seconds, refresher: .uac).description),
            (.minSE, String(least)),
        ]
    }
}

extension SessionTimer {
    /// The timer that a 2xx to our request sets; without the header there is none, unless we keep refreshing
    /// (RFC 4028 §7.2).
    init?(confirmedBy response: SIPMessage, after current: SessionTimer?, at now: Instant) {
        guard let granted = response.sessionExpires else {
            guard let current else { return nil }
            self.init(seconds: current.seconds, isOurs: true, least: current.least, at: now)
            return
        }
        self.init(
            seconds: granted.seconds, isOurs: granted.refresher != .uas, least: current?.least ?? Self.least, at: now)
    }

    /// What our 2xx to a request says of the timer (RFC 4028 §9); `nil`: nothing, and there is none.
    static func answer(to request: SIPMessage, after current: SessionTimer?) -> SessionExpires? {
        let isKnown = request.supports("timer")
        guard let asked = request.sessionExpires else {
            guard let current, isKnown else { return nil }
            return SessionExpires(seconds: current.seconds, refresher: current.isOurs ? .uas : .uac)
        }
        return SessionExpires(seconds: asked.seconds, refresher: isKnown ? asked.refresher ?? .uac : .uas)
    }

    /// The timer that our 2xx sets.
    init?(granted: SessionExpires?, at now: Instant) {
        guard let granted else { return nil }
        self.init(seconds: granted.seconds, isOurs: granted.refresher == .uas, at: now)
    }

    /// Whether a request asks for less than we grant, and will understand that it is refused (RFC 4028 §9).
    static func isTooBrief(_ request: SIPMessage) -> Bool {
        guard let asked = request.sessionExpires, asked.seconds < least else { return false }
        return request.supports("timer")
    }
}

extension SessionExpires {
    /// The headers of a 2xx that sets the timer.
    var granting: [(HeaderName, String)] {
        let header: [(HeaderName, String)] = [(.supported, "timer"), (.sessionExpires, description)]
        return refresher == .uac ? header + [(.require, "timer")] : header
    }
}
