import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// A user agent at which phones register, and what they send, written by hand.
final class RegistrarDesk {
    static let phone = Flow(remote: TransportAddress(ip: .v4(0xC000_0201), port: 5060))
    static let elsewhere = Flow(remote: TransportAddress(ip: .v4(0xC633_6401), port: 40000))

    var agent: UserAgent
    var now = Instant(nanoseconds: 1_000_000_000)
    private(set) var refusals: [RegistrationRefusal] = []
    /// What was told of phones that a restart takes up, and how often.
    private(set) var kept: [String: [RegisteredPhone]] = [:]
    private(set) var keptCount = 0

    init(
        _ extensions: [Extension] = [
            Extension(user: "1001", password: "secret"), Extension(user: "1002", password: "x"),
        ],
        rates: RegistrarRates = RegistrarRates(), seed: UInt64 = 1
    ) {
        agent = UserAgent(
            identity: UserAgentIdentity(points: [ListeningPoint("192.0.2.9:5060")], shard: 7),
            registrar: RegistrarSettings(extensions: extensions, rates: rates), entropy: Entropy(seed: seed))
    }

    /// A phone's REGISTER.
    struct Request {
        var user = "1001"
        var sequence = 1
        var callID = "reg"
        var contacts = ["<sip:1001@192.0.2.1:5060>"]
        var expires: String? = "300"
        var sentBy = "192.0.2.1:5060"
        var headers: [String] = []

        func text() -> String {
            var lines = ["REGISTER sip:duocall.example SIP/2.0"]
            lines.append("Via: SIP/2.0/UDP \(sentBy);branch=z9hG4bK\(callID)\(sequence)\(headers.count);rport")
            lines += ["Max-Forwards: 70", "From: <sip:\(user)@duocall.example>;tag=p"]
            lines += ["To: <sip:\(user)@duocall.example>", "Call-ID: \(callID)", "CSeq: \(sequence) REGISTER"]
            lines += contacts.map { "Contact: \($0)" }
            if let expires { lines.append("Expires: \(expires)") }
            return (lines + headers + ["Content-Length: 0"]).joined(separator: "\r\n") + "\r\n\r\n"
        }
    }

    func send(_ text: String, from flow: Flow = RegistrarDesk.phone, isTrunk: Bool = false) throws
        -> SIPMessage?
    {
        let actions = agent.receive(Array(text.utf8), from: flow, isTrunk: isTrunk, at: now)
        for case .registrationRefused(let refusal) in actions { refusals.append(refusal) }
        note(actions)
        let sent = try allSent(actions)
        #expect(sent.count <= 1)
        return sent.first?.message
    }

    /// The Authorization line that answers a 401.
    static func proof(
        of password: String = "secret", as user: String = "1001", for challenge: SIPMessage, algorithm: String = "MD5",
        method: String = "REGISTER", isProtected: Bool = true
    ) throws -> String {
        let line = try #require(challenge.headers[.wwwAuthenticate])
        let fields = try #require(DigestFields(line))
        let realm = try #require(fields["realm"])
        let nonce = try #require(fields["nonce"])
        let uri = "sip:duocall.example"
        let response = DigestResponse(
            algorithm: try #require(DigestAlgorithm(named: algorithm)), realm: realm, nonce: nonce, method: method,
            uri: uri,
            protection: isProtected ? DigestResponse.Protection(quality: .auth, clientNonce: "c", count: 1) : nil)
        let use = isProtected ? ", qop=auth, cnonce=\"c\", nc=00000001" : ""
        return "Authorization: Digest username=\"\(user)\", realm=\"\(realm)\", nonce=\"\(nonce)\", uri=\"\(uri)\", "
            + "response=\"\(response.text(user: user, password: password))\", algorithm=\(algorithm)\(use)"
    }

    /// A whole registration: the 401 is answered.
    func register(
        _ request: Request = Request(), password: String = "secret", from flow: Flow = RegistrarDesk.phone
    ) throws -> SIPMessage {
        var request = request
        let challenge = try #require(try send(request.text(), from: flow))
        #expect(challenge.status == .unauthorized)
        request.sequence += 1
        request.headers.append(try RegistrarDesk.proof(of: password, as: request.user, for: challenge))
        return try #require(try send(request.text(), from: flow))
    }

    func pass(_ duration: Duration) {
        let end = now + duration
        while let due = agent.deadline, due <= end {
            now = max(now, due)
            note(agent.timeOut(at: now))
        }
        now = end
    }

    private func note(_ actions: [UserAgentAction]) {
        for case .phonesRegistered(let user, let phones) in actions {
            kept[user] = phones
            keptCount += 1
        }
    }

    func contacts(of user: String = "1001") -> [String] { agent.contacts(of: user, at: now).map(\.uri) }
}
