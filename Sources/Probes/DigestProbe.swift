import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO

/// Reads a challenge or credentials, answers the one and judges the other.
enum DigestProbe {
    private static let names: [StaticString] = ["realm", "nonce", "qop", "username", "response", "nc", "stale"]
    private static let now = Instant(nanoseconds: 1_000_000_000)
    private static let flow = Flow(remote: TransportAddress(ip: .v4(0xC000_0201), port: 5060))

    static func run(_ bytes: [UInt8]) {
        let text = SIPText(String(decoding: bytes, as: UTF8.self))
        if let fields = DigestFields(text) {
            for name in names { _ = fields[name] }
            _ = fields["algorithm"].flatMap { DigestAlgorithm(named: $0) }
        }
        // In a header: on one line.
        let line = bytes.map { $0 < 32 ? 32 : $0 }
        answer(line)
        judge(line)
    }

    /// Our INVITE, and what follows it, meets this challenge again and again: that comes to an end, and each time to a
    /// request that can be read.
    private static func answer(_ challenge: [UInt8]) {
        var agent = UserAgent(
            identity: UserAgentIdentity(points: [ListeningPoint("192.0.2.9:5060")]),
            accounts: [Credentials(user: "a\"b", password: "secret")], entropy: Entropy(seed: 1))
        let invitation = Invitation(
            requestURI: "sip:1@192.0.2.1", from: "<sip:a@192.0.2.9>", to: "<sip:1@192.0.2.1>", flow: flow,
            body: Array("v=0\r\n".utf8), account: AccountID(index: 0))
        guard var (_, actions) = agent.invite(invitation, at: now) else { preconditionFailure("there is room") }
        var rounds = 0
        while let invite = request(.invite, among: actions) {
            rounds += 1
            precondition(rounds < 16, "a challenge is answered for ever")
            let header = rounds % 2 == 1 ? "WWW-Authenticate: " : "Proxy-Authenticate: "
            let response = refusal(of: invite, rounds % 2 == 1 ? .unauthorized : .proxyAuthenticationRequired)
            let bytes = response.inserting(Array(header.utf8) + challenge)
            actions = agent.receive(bytes, from: flow, isTrunk: true, at: now)
        }
    }

    /// Credentials of a stranger register nobody, and the answer can be read.
    private static func judge(_ credentials: [UInt8]) {
        var agent = UserAgent(
            identity: UserAgentIdentity(points: [ListeningPoint("192.0.2.9:5060")]),
            registrar: RegistrarSettings(extensions: [Extension(user: "1001", password: "secret")]),
            entropy: Entropy(seed: 1))
        let register = Array(
            """
            REGISTER sip:192.0.2.9 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\nMax-Forwards: 70\r
            From: <sip:1001@192.0.2.9>;tag=1\r\nTo: <sip:1001@192.0.2.9>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r
            Contact: <sip:1001@192.0.2.1>\r\nContent-Length: 0\r\n\r\n
            """.utf8)
        let request = register.inserting(Array("Authorization: ".utf8) + credentials)
        for case .transmit(let datagram) in agent.receive(request, from: flow, isTrunk: false, at: now) {
            let answer = try? SIPMessage(parsing: datagram.bytes)
            precondition(answer?.status?.isSuccess == false, "a stranger has registered, or cannot read why not")
        }
        precondition(agent.contacts(of: "1001", at: now).isEmpty, "a stranger has registered")
    }

    private static func request(_ method: SIPMethod, among actions: [UserAgentAction]) -> SIPMessage? {
        for case .transmit(let datagram) in actions where datagram.bytes.count <= SIPLimits.messageBytes {
            guard let message = try? SIPMessage(parsing: datagram.bytes) else {
                preconditionFailure("the requests that we send can be read")
            }
            if message.method == method, message.isRequest { return message }
        }
        return nil
    }

    private static func refusal(of request: SIPMessage, _ status: SIPStatus) -> [UInt8] {
        var writer = SIPWriter()
        writer.begin(answering: request, status, tag: "t", from: ViaSource(address: "192.0.2.9", port: 5060))
        return writer.finish()
    }
}

extension [UInt8] {
    /// The message with one more header, directly below its first line.
    fileprivate func inserting(_ header: [UInt8]) -> [UInt8] {
        guard let lineEnd = firstIndex(of: 10) else { preconditionFailure("a message has a first line") }
        return Array(self[...lineEnd]) + header + [13, 10] + self[(lineEnd + 1)...]
    }
}
