import SIPTransactions
import SansIO

/// All trunks' servers with their health, and the pings that ask after it.
struct TrunkServers {
    /// How long a ping waits for its answer.
    static let pingPatience: Duration = .seconds(5)
    /// A server that is down is pinged at least so often.
    static let downInterval: Duration = .seconds(10)

    /// One server of one trunk.
    struct Key: Hashable, Sendable {
        let trunk: Int
        let flow: Flow
    }

    private struct Server {
        var health = TargetHealth()
        /// The ping under way.
        var ping: UInt64?
    }

    /// Where they lie.
    private(set) var addresses: Set<IPAddress> = []
    private var targets: [[TrunkTarget]]
    private let intervals: [Duration?]
    private var servers: [Key: Server] = [:]
    /// When each server is pinged next, or its ping counts as unanswered.
    private var deadlines = DeadlineQueue<Key>()
    private var pings: [UInt64: Key] = [:]
    private var changes: [ServerChange] = []

    init(_ trunks: [TrunkSettings]) {
        targets = trunks.map(\.targets)
        intervals = trunks.map(\.ping)
        for trunk in trunks.indices { locate(trunk, at: targets[trunk], now: nil) }
    }

    /// A trunk's servers are these from now on; those known keep their health.
    mutating func locate(_ trunk: Int, at located: [TrunkTarget], now: Instant?) {
        targets[trunk] = located
        addresses = Set(targets.flatMap { $0.flatMap(\.flows).map(\.remote.ip) })
        let keys = located.flatMap(\.flows).map { Key(trunk: trunk, flow: $0) }
        for key in servers.keys where key.trunk == trunk && !keys.contains(key) {
            deadlines.set(nil, for: key)
            if let ping = servers.removeValue(forKey: key)?.ping { pings[ping] = nil }
        }
        for key in keys where servers[key] == nil {
            servers[key] = Server()
            // The first ping goes out at once.
            if intervals[trunk] != nil { deadlines.set(now ?? Instant(nanoseconds: 0), for: key) }
        }
    }

    /// A trunk's servers in the order in which a call tries them.
    func inTurn(of trunk: Int, using entropy: inout Entropy) -> [Flow] {
        targets[trunk].inTurn(using: &entropy)
    }

    func isUsable(_ key: Key, at now: Instant) -> Bool {
        servers[key]?.health.isUsable(at: now) ?? true
    }

    mutating func note(_ sign: TargetHealth.Sign, of key: Key, at now: Instant) {
        guard let wasUp = servers[key]?.health.isUp else { return }
        servers[key]?.health.note(sign, at: now)
        guard let isUp = servers[key]?.health.isUp, isUp != wasUp else { return }
        changes.append(ServerChange(trunk: key.trunk, flow: key.flow, isUp: isUp))
    }

    /// What changed since the last time this was asked.
    mutating func takeChanges() -> [ServerChange] {
        guard !changes.isEmpty else { return [] }
        defer { changes = [] }
        return changes
    }

    /// Every server and whether it is up, in the order of the trunks.
    var all: [ServerChange] {
        targets.indices.flatMap { trunk in
            targets[trunk].flatMap(\.flows).map { flow in
                let isUp = servers[Key(trunk: trunk, flow: flow)]?.health.isUp ?? true
                return ServerChange(trunk: trunk, flow: flow, isUp: isUp)
            }
        }
    }
}

/// Whether a server is up, from now on or as it stands.
struct ServerChange: Hashable {
    let trunk: Int
    let flow: Flow
    let isUp: Bool
}

// MARK: - Pings

extension TrunkServers {
    var deadline: Instant? {
        mutating get { deadlines.next }
    }

    /// The next server to be pinged now, if any; to be called until there is none. Unanswered pings are dealt with.
    mutating func nextToPing(at now: Instant) -> Key? {
        while let key = deadlines.popDue(at: now) {
            guard let ping = servers[key]?.ping else { return key }
            pings[ping] = nil
            servers[key]?.ping = nil
            note(.silent, of: key, at: now)
            rest(key, after: Self.pingPatience, at: now)
        }
        return nil
    }

    /// A ping to a server is under way.
    mutating func pinged(_ key: Key, _ ping: UInt64, at now: Instant) {
        servers[key]?.ping = ping
        pings[ping] = key
        deadlines.set(now + Self.pingPatience, for: key)
    }

    /// What came of a ping; one that is known no more is passed over.
    mutating func pingEnded(_ ping: UInt64, _ sign: TargetHealth.Sign, at now: Instant) {
        guard let key = pings.removeValue(forKey: ping) else { return }
        servers[key]?.ping = nil
        note(sign, of: key, at: now)
        rest(key, after: .zero, at: now)
    }

    /// Sets the next ping; time spent waiting for an answer counts.
    private mutating func rest(_ key: Key, after spent: Duration, at now: Instant) {
        guard let interval = intervals[key.trunk], let server = servers[key] else { return }
        let next = server.health.isUp ? interval : min(interval, Self.downInterval)
        deadlines.set(now + max(.seconds(1), next - spent), for: key)
    }
}
