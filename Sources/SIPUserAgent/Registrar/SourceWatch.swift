import SansIO

/// What is known of sources that have proved nothing: how often they ask, and who is blocked for a while.
///
/// The table has one size, whatever is thrown at it: a source has one place, and who needs that place takes it over,
/// unless it holds a block. An IPv6 source is its /64, as one customer has at least that.
struct SourceWatch {
    static let places = 4_096
    /// Strangers' requests that a source may send at once, and a second after that, before it is blocked.
    static let patience = 20
    static let patiencePerSecond = 1
    /// How many strangers' requests wrong credentials count as.
    static let wrongCredentials = 5
    static let blockTime: Duration = .seconds(300)

    private struct Place {
        var source: UInt64
        var questions: Allowance
        var patience: Allowance
        var blockedUntil: Instant?
    }

    private var places: [Place?] = Array(repeating: nil, count: SourceWatch.places)
    private let key: UInt64
    private let rates: RegistrarRates
    private var inAll: Allowance
    private(set) var blocks: UInt64 = 0

    /// - Parameter key: a secret, so that nobody can choose whose place to take.
    init(key: UInt64, rates: RegistrarRates) {
        self.key = key
        self.rates = rates
        inAll = Allowance(rates.burst, at: Instant(nanoseconds: 0))
    }

    func isBlocked(_ source: IPAddress, at now: Instant) -> Bool {
        guard let place = places[index(of: source)], place.source == source.watched,
            let until = place.blockedUntil
        else { return false }
        return now < until
    }

    /// Whether one more question of this source is answered.
    mutating func mayAsk(_ source: IPAddress, at now: Instant) -> Bool {
        change(source, at: now) { [rates] place in
            place.questions.take(1, burst: rates.burstPerSource, perSecond: rates.perSource, at: now)
        } && inAll.take(1, burst: rates.burst, perSecond: rates.inAll, at: now)
    }

    /// The question was asked with right credentials: it costs nothing.
    mutating func forgive(_ source: IPAddress, at now: Instant) {
        _ = change(source, at: now) { [rates] place in
            place.questions.giveBack(1, burst: rates.burstPerSource)
            return true
        }
        inAll.giveBack(1, burst: rates.burst)
    }

    /// A request that nobody of standing sends; repeated ones block their source.
    mutating func note(_ source: IPAddress, weight: Int = 1, at now: Instant) {
        let isPatient = change(source, at: now) { place in
            if let until = place.blockedUntil, now < until { return true }
            if place.patience.take(weight, burst: Self.patience, perSecond: Self.patiencePerSecond, at: now) {
                return true
            }
            place.blockedUntil = now + Self.blockTime
            place.patience = Allowance(Self.patience, at: now)
            return false
        }
        if !isPatient { blocks += 1 }
    }

    /// Changes a source's place; without one, a source counts as good.
    private mutating func change(
        _ source: IPAddress, at now: Instant, _ body: (inout Place) -> Bool
    ) -> Bool {
        let index = index(of: source)
        if places[index]?.source != source.watched {
            if let until = places[index]?.blockedUntil, now < until { return true }
            places[index] = Place(
                source: source.watched, questions: Allowance(rates.burstPerSource, at: now),
                patience: Allowance(Self.patience, at: now))
        }
        guard var place = places[index] else { return true }
        defer { places[index] = place }
        return body(&place)
    }

    private func index(of source: IPAddress) -> Int {
        var mixed = source.watched ^ key
        for _ in 0..<2 {
            mixed = (mixed ^ mixed >> 32) &* 0x9E37_79B9_7F4A_7C15 &+ key
        }
        return Int(mixed >> 40) % Self.places
    }
}

extension IPAddress {
    /// What counts as one source.
    fileprivate var watched: UInt64 {
        switch self {
        case .v4(let bits): UInt64(bits)
        case .v6(let high, _): high
        }
    }
}
