internal import LinuxIO
internal import Measuring
internal import SIPNetwork
internal import SIPSyntax
internal import SIPTransactions
internal import SIPUserAgent
internal import SansIO

/// A phone of the benchmark.
struct Phone {
    let user: String
    /// What tells it apart; all send from one socket.
    let port: UInt16
    var sequence = 0
    var authorization = ""
}

/// A user agent behind a real socket, and the far ends before it.
final class Bench {
    var agent: UserAgent
    var now = Instant(nanoseconds: 1_000_000_000)
    private var phones: [Phone]
    private let server: SignallingSockets
    private let far: SignallingSockets
    private let serverFlow: Flow
    private var cost = 0.0

    init(phones: [Phone]) throws {
        self.phones = phones
        let loopback = TransportAddress(ip: .v4(0x7F00_0001), port: 0)
        server = try SignallingSockets(listen: [loopback])
        far = try SignallingSockets(listen: [loopback])
        serverFlow = Flow(remote: server.addresses[0])
        agent = UserAgent(
            identity: UserAgentIdentity(points: [ListeningPoint("\(server.addresses[0])")]),
            registrar: RegistrarSettings(
                extensions: phones.map { Extension(user: $0.user, password: "secret of \($0.user)") },
                rates: RegistrarRates(burstPerSource: 1 << 20, perSource: 1 << 20, burst: 1 << 20, inAll: 1 << 20)),
            entropy: Entropy(seed: 1))
    }

    /// Nanoseconds of processor time on the server's side since the last time.
    func takeCost() -> Double {
        defer { cost = 0 }
        return cost
    }

    /// A phone sends its REGISTER with what it knows, and once more if it is challenged.
    func refresh(_ index: Int) {
        for _ in 0..<2 {
            phones[index].sequence += 1
            guard let answer = exchange(register(phones[index]), as: Flow(remote: far.addresses[0])),
                let message = try? SIPMessage(parsing: answer)
            else { preconditionFailure("a phone gets its answer") }
            if message.status == .ok { return }
            phones[index].authorization = authorization(phones[index], for: message)
        }
        preconditionFailure("a phone's password is right")
    }

    func flood(_ method: String, number: Int, isOneSource: Bool) {
        let lines = [
            "\(method) sip:1@127.0.0.1 SIP/2.0", "Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK\(number);rport",
            "Max-Forwards: 70", "From: <sip:1@127.0.0.1>;tag=\(number)", "To: <sip:1@127.0.0.1>",
            "Call-ID: \(number)@198.51.100.1", "CSeq: 1 \(method)", "Contact: <sip:1@198.51.100.1:5060>",
            "User-Agent: friendly-scanner", "Content-Length: 0",
        ]
        let source = TransportAddress(
            ip: .v4(isOneSource ? 0x0B00_0001 : 0x0B00_0000 &+ UInt32(number) &* 97), port: 5060)
        _ = exchange(text(lines), as: Flow(remote: source))
    }

    /// One datagram to the server over the socket, and its answer back. The agent is told another source than the
    /// socket's where a flood plays many.
    private func exchange(_ bytes: [UInt8], as flow: Flow) -> [UInt8]? {
        var arrivals: [SignallingSockets.Arrival] = []
        send(bytes, to: serverFlow, by: far)
        let start = threadProcessorNanoseconds()
        receive(from: server, into: &arrivals)
        for case .datagram(let received, _) in arrivals {
            for case .transmit(let datagram) in agent.receive(received, from: flow, isTrunk: false, at: now) {
                send(datagram.bytes, to: Flow(remote: far.addresses[0]), by: server)
            }
        }
        if let due = agent.deadline, due <= now { _ = agent.timeOut(at: now) }
        cost += threadProcessorNanoseconds() - start
        arrivals = []
        receive(from: far, into: &arrivals)
        for case .datagram(let answer, _) in arrivals { return answer }
        return nil
    }

    private func send(_ bytes: [UInt8], to flow: Flow, by sockets: SignallingSockets) {
        var refused: [SignallingSockets.Arrival] = []
        guard (try? sockets.send(Datagram(bytes: bytes, flow: flow), arrivals: &refused)) != nil, refused.isEmpty
        else { preconditionFailure("loopback carries it") }
    }

    private func receive(from sockets: SignallingSockets, into arrivals: inout [SignallingSockets.Arrival]) {
        guard (try? sockets.receive(at: 0, limit: 8, hasError: false, into: &arrivals)) != nil
        else { preconditionFailure("loopback carries it") }
    }

    private func register(_ phone: Phone) -> [UInt8] {
        text(
            [
                "REGISTER sip:127.0.0.1 SIP/2.0",
                "Via: SIP/2.0/UDP 127.0.0.1:\(phone.port);branch=z9hG4bK\(phone.user)x\(phone.sequence);rport",
                "Max-Forwards: 70", "From: <sip:\(phone.user)@127.0.0.1>;tag=\(phone.user)",
                "To: <sip:\(phone.user)@127.0.0.1>", "Call-ID: \(phone.user)-registration",
                "CSeq: \(phone.sequence) REGISTER", "Contact: <sip:\(phone.user)@127.0.0.1:\(phone.port)>;expires=120",
                "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, SUBSCRIBE, INFO, MESSAGE, UPDATE, REFER",
                "User-Agent: softphone 1.0", "Supported: gruu",
            ] + (phone.authorization.isEmpty ? [] : [phone.authorization]) + ["Content-Length: 0"])
    }

    private func authorization(_ phone: Phone, for challenge: SIPMessage) -> String {
        guard let line = challenge.headers.values(.wwwAuthenticate).last, let fields = DigestFields(line),
            let realm = fields["realm"], let nonce = fields["nonce"]
        else { preconditionFailure("a challenge can be read") }
        let response = DigestResponse(
            algorithm: .md5, realm: realm, nonce: nonce, method: "REGISTER", uri: "sip:127.0.0.1",
            protection: DigestResponse.Protection(quality: .auth, clientNonce: "c0ffee", count: 1))
        return "Authorization: Digest username=\"\(phone.user)\", realm=\"\(realm)\", nonce=\"\(nonce)\", "
            + "uri=\"sip:127.0.0.1\", response=\"\(response.text(user: phone.user, password: "secret of \(phone.user)"))\", "
            + "algorithm=MD5, qop=auth, nc=00000001, cnonce=\"c0ffee\""
    }

    private func text(_ lines: [String]) -> [UInt8] { Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) }
}
