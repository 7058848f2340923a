import SIPSyntax
import SIPTransactions
import SansIO

/// Where phones register (RFC 3261 §10.3), with digest authentication and nothing kept of anybody who has not passed it.
///
/// Every answer is made from the request alone: a repeated REGISTER gets the same again without a transaction.
struct Registrar {
    let settings: RegistrarSettings
    private let passwords: [String: String]
    /// Stands in for the password of a user that is none, so that both take the same time.
    private let noPassword: String
    private let nonces: Nonces
    /// The To tag of all answers; a registration is no dialog.
    let tag: String
    var bindings = Bindings()
    var watch: SourceWatch
    var tally = RegistrarCounts()
    var refusals = RefusalWatch()

    init(_ settings: RegistrarSettings, using entropy: inout Entropy) {
        self.settings = settings
        passwords = Dictionary(settings.extensions.map { ($0.user, $0.password) }, uniquingKeysWith: { $1 })
        noPassword = String(entropy.next(), radix: 16)
        nonces = Nonces(using: &entropy, age: settings.nonceAge)
        tag = String(entropy.next(), radix: 16)
        watch = SourceWatch(key: entropy.next(), rates: settings.rates)
    }

    var counts: RegistrarCounts {
        var counts = tally
        counts.bindings = bindings.count
        counts.blocks = watch.blocks
        return counts
    }

    /// Whether any phone may register.
    var isOpen: Bool { !passwords.isEmpty }

    func knows(_ user: String) -> Bool { passwords[user] != nil }

    /// A request that nobody of standing sends.
    mutating func noteStranger(_ flow: Flow, at now: Instant) {
        if !bindings.has(flow.remote.ip) { watch.note(flow.remote.ip, at: now) }
    }

    /// Whether the source is blocked. Never one that a phone is registered from.
    func isBlocked(_ flow: Flow, at now: Instant) -> Bool {
        watch.isBlocked(flow.remote.ip, at: now) && !bindings.has(flow.remote.ip)
    }

    /// Answers a REGISTER; `nil`: not at all.
    mutating func answer(_ request: ReceivedRequest, isTrunk: Bool, at now: Instant) -> RegistrarAnswer? {
        let source = request.source.remote.ip
        // Floods by others must not keep out who is in.
        let isKnown = isTrunk || bindings.has(request.source)
        guard isKnown || watch.mayAsk(source, at: now) else {
            tally.limited += 1
            refusals.note(.tooMany, of: nil, at: request.source.remote, now: now)
            return nil
        }
        switch proof(in: request, at: now) {
        case .missing: return challenge(source, isStale: false, at: now)
        case .stale: return challenge(source, isStale: true, at: now)
        case .wrong(let user):
            tally.rejected += 1
            let reason = passwords[user] == nil ? RegistrationRefusal.Reason.unknownUser : .wrongPassword
            refusals.note(reason, of: user, at: request.source.remote, now: now)
            if !isTrunk, !bindings.has(source) { watch.note(source, weight: SourceWatch.wrongCredentials, at: now) }
            return challenge(source, isStale: false, at: now)
        case .right(let user):
            if !isKnown { watch.forgive(source, at: now) }
            return register(request, as: user, at: now)
        }
    }

    private enum Proof: Hashable {
        case missing, stale
        case wrong(user: String)
        case right(user: String)
    }

    private func proof(in request: ReceivedRequest, at now: Instant) -> Proof {
        let lines = request.message.headers.values(.authorization).prefix(4)
        guard let claim = lines.lazy.compactMap({ DigestClaim($0) }).first(where: { $0.realm == settings.realm })
        else { return .missing }
        let password = passwords[claim.user] ?? noPassword
        guard claim.isProved(by: password, for: .register), passwords[claim.user] != nil else {
            return .wrong(user: claim.user)
        }
        return switch nonces.judge(claim.nonce, from: request.source.remote.ip, at: now) {
        case .fresh: .right(user: claim.user)
        case .stale, .foreign: .stale
        }
    }

    /// The same for users that there are and not. MD5 alone: widespread phones, baresip 1 among them, give up at the sight
    /// of a challenge with another algorithm beside it, though RFC 8760 §2.4 has it ignored.
    private mutating func challenge(_ source: IPAddress, isStale: Bool, at now: Instant) -> RegistrarAnswer {
        tally.challenged += 1
        let nonce = nonces.nonce(for: source, at: now)
        let stale = isStale ? ", stale=true" : ""
        let value = "Digest realm=\"\(settings.realm)\", nonce=\"\(nonce)\"\(stale), algorithm=MD5, qop=\"auth\""
        return RegistrarAnswer(.unauthorized, [(.wwwAuthenticate, value)])
    }
}

/// What a registrar says to a REGISTER.
struct RegistrarAnswer {
    let status: SIPStatus
    let headers: [(HeaderName, String)]

    init(_ status: SIPStatus, _ headers: [(HeaderName, String)] = []) {
        self.status = status
        self.headers = headers
    }
}
