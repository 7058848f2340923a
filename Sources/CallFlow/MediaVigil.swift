import CallModel
import SansIO

/// Whether both connected parties' media stopped.
enum MediaVigil: Hashable, Sendable {
    /// Somebody holds the call, or no `mediaTimeout` was asked for.
    case unkept
    /// - trustedFrom: an idle report from before the watches were set anew may still be under way; it is told by
    ///   coming sooner than half of the time it speaks of.
    case kept(trustedFrom: Instant, idle: Pair<Bool>)

    static let watches: [FlowAction] = [.watch(.first, .connected), .watch(.second, .connected)]

    static func begin(timeout: Duration?, at now: Instant) -> MediaVigil {
        guard let timeout else { return .unkept }
        return .kept(trustedFrom: now + timeout / 2, idle: Pair(first: false, second: false))
    }

    var isKept: Bool {
        switch self {
        case .unkept: false
        case .kept: true
        }
    }

    var bothAreIdle: Bool {
        switch self {
        case .unkept: false
        case .kept(_, let idle): idle.first && idle.second
        }
    }

    func flowing(_ party: Party) -> MediaVigil {
        guard case .kept(let trustedFrom, var idle) = self else { return self }
        idle[party] = false
        return .kept(trustedFrom: trustedFrom, idle: idle)
    }

    func idle(_ party: Party, at now: Instant) -> MediaVigil {
        guard case .kept(let trustedFrom, var idle) = self, now >= trustedFrom else { return self }
        idle[party] = true
        return .kept(trustedFrom: trustedFrom, idle: idle)
    }
}
