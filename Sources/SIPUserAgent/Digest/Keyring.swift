import SIPSyntax

/// One account's credentials and the challenges that they answered last, so that the next request bears its proof at
/// once (RFC 3261 §22.2, §22.3).
struct Keyring {
    /// The most realms remembered; one more and the oldest is forgotten.
    static let realmLimit = 8

    let credentials: Credentials
    private var remembered: [Remembered] = []

    /// Who asks: servers and proxies of one realm each.
    struct Lock: Hashable {
        let isProxy: Bool
        let realm: String

        var credentialsName: HeaderName { isProxy ? .proxyAuthorization : .authorization }
    }

    private struct Remembered {
        let lock: Lock
        var challenge: DigestChallenge
        let algorithm: DigestAlgorithm
        var uses: UInt32 = 0
    }

    init(_ credentials: Credentials) {
        self.credentials = credentials
    }

    var isEmpty: Bool { remembered.isEmpty }

    /// Takes note of what a 401 or 407 wants.
    ///
    /// - Returns: whether the request is worth sending again. It is not where nothing is asked that we can answer, nor
    ///   where the proof given for this very challenge was refused: the password is wrong.
    mutating func learn(from response: SIPMessage, _ history: inout ChallengeHistory) -> Bool {
        let asked = [false, true].flatMap { strongest(of: response, isProxy: $0) }
        guard !asked.isEmpty, history.rounds < ChallengeHistory.limit else { return false }
        history.rounds += 1
        for entry in asked {
            let isFirst = history.answered.insert(entry.lock).inserted
            guard isFirst || entry.challenge.isStale else {
                remembered.removeAll { $0.lock == entry.lock }
                return false
            }
        }
        for entry in asked { remember(entry) }
        return true
    }

    /// For each realm the challenge with the strongest algorithm we know; the first of equals (RFC 8760 §2.4).
    private func strongest(of response: SIPMessage, isProxy: Bool) -> [Remembered] {
        var chosen: [Remembered] = []
        for challenge in response.challenges(isProxy ? .proxyAuthenticate : .wwwAuthenticate) {
            let lock = Lock(isProxy: isProxy, realm: challenge.realm)
            guard let algorithm = DigestAlgorithm(named: challenge.algorithm), challenge.isAnswerable,
                credentials.realm.map({ $0 == challenge.realm }) ?? true
            else { continue }
            let entry = Remembered(lock: lock, challenge: challenge, algorithm: algorithm)
            guard let index = chosen.firstIndex(where: { $0.lock == lock }) else {
                chosen.append(entry)
                continue
            }
            if algorithm.strength > chosen[index].algorithm.strength { chosen[index] = entry }
        }
        return chosen
    }

    private mutating func remember(_ entry: Remembered) {
        var entry = entry
        if let index = remembered.firstIndex(where: { $0.lock == entry.lock }) {
            if remembered[index].challenge.nonce == entry.challenge.nonce { entry.uses = remembered[index].uses }
            remembered[index] = entry
        } else {
            if remembered.count == Keyring.realmLimit { remembered.removeFirst() }
            remembered.append(entry)
        }
    }

    /// Takes over the next nonce from a response that accepted our proof. It names no realm; where several are
    /// remembered, it is passed over.
    mutating func accept(_ response: SIPMessage) {
        guard let nonce = response.nextNonce else { return }
        let servers = remembered.indices.filter { !remembered[$0].lock.isProxy }
        guard servers.count == 1 else { return }
        remembered[servers[0]].challenge.nonce = nonce
        remembered[servers[0]].uses = 0
    }

    /// The proofs for a request, one for each realm remembered.
    mutating func proofs(
        _ method: SIPMethod, uri: String, body: [UInt8], clientNonce: String
    ) -> [(HeaderName, String)] {
        remembered.indices.map { index in
            remembered[index].uses += 1
            let entry = remembered[index]
            let protection = entry.challenge.quality(body: body).map { quality in
                DigestResponse.Protection(quality: quality, clientNonce: clientNonce, count: entry.uses)
            }
            let response = DigestResponse(
                algorithm: entry.algorithm, realm: entry.challenge.realm, nonce: entry.challenge.nonce,
                method: method.description, uri: uri, protection: protection)
            return (entry.lock.credentialsName, response.credentials(of: credentials, opaque: entry.challenge.opaque))
        }
    }
}

/// The challenges that one request met.
struct ChallengeHistory {
    /// How often a request is sent again: once for each of a few proxies and the far end, and for stale nonces.
    static let limit = 5

    var answered: Set<Keyring.Lock> = []
    var rounds = 0
}

extension DigestAlgorithm {
    fileprivate var strength: Int {
        switch self {
        case .md5: 0
        case .sha256: 1
        case .sha512t256: 2
        }
    }
}

extension DigestChallenge {
    fileprivate var isAnswerable: Bool {
        qualities.isEmpty || qualities.contains("auth") || qualities.contains("auth-int")
    }

    /// `auth` where it is offered: bodies are changed on the way.
    fileprivate func quality(body: [UInt8]) -> DigestResponse.Quality? {
        if qualities.contains("auth") { return .auth }
        return qualities.contains("auth-int") ? .authInt(body: body) : nil
    }
}

extension DigestResponse {
    /// The value of Authorization or Proxy-Authorization (RFC 3261 §20.7).
    fileprivate func credentials(of account: Credentials, opaque: String?) -> String {
        func quoted(_ text: String) -> String { SIPText.quoted(text) }
        var value = "Digest username=\(quoted(account.user)), realm=\(quoted(realm)), nonce=\(quoted(nonce))"
        value += ", uri=\(quoted(uri)), response=\"\(text(user: account.user, password: account.password))\""
        value += ", algorithm=\(algorithm.rawValue)"
        if let opaque { value += ", opaque=\(quoted(opaque))" }
        if let protection {
            value += ", qop=\(protection.quality.name), nc=\(protection.countText)"
            value += ", cnonce=\"\(protection.clientNonce)\""
        }
        return value
    }
}
