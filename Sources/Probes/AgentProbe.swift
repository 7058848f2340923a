import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO

/// Feeds a user agent with a call of its own, phones that may register, and whatever comes.
///
/// The bytes are datagrams, each ended by a zero byte and led by one that tells where it comes from and how much time
/// passes. Whatever is sent must be a message, or answer one that is none; time must come to an end.
enum AgentProbe {
    /// Datagrams of one run; more would only make it slow.
    private static let limit = 32

    static func run(_ bytes: [UInt8]) {
        var now = Instant(nanoseconds: 1_000_000_000)
        var agent = UserAgent(
            identity: UserAgentIdentity(points: [ListeningPoint("192.0.2.9:5060")], acceptsCalls: bytes.count % 2 == 0),
            registrar: RegistrarSettings(extensions: [Extension(user: "1001", password: "secret")]),
            entropy: Entropy(seed: 1))
        call(&agent, at: now)
        for piece in bytes.split(separator: 0, maxSplits: limit).prefix(limit) {
            let lead = piece.first ?? 0
            now = now + .milliseconds(Int64(lead >> 3) * 100)
            take(agent.timeOut(at: now), &agent, at: now)
            let flow = Flow(remote: TransportAddress(ip: .v4(0xC000_0200 + UInt32(lead & 3)), port: 5060))
            let datagram = Array(piece.dropFirst())
            let actions = agent.receive(datagram, from: flow, isTrunk: lead & 3 == 1, at: now)
            take(actions, &agent, at: now, after: datagram)
        }
        finish(&agent, from: now)
    }

    private static func call(_ agent: inout UserAgent, at now: Instant) {
        let invitation = Invitation(
            requestURI: "sip:1@192.0.2.1", from: "<sip:a@192.0.2.9>", to: "<sip:1@192.0.2.1>",
            flow: Flow(remote: TransportAddress(ip: .v4(0xC000_0201), port: 5060)), body: Array("v=0\r\n".utf8))
        guard let (_, actions) = agent.invite(invitation, at: now) else { preconditionFailure("there is room") }
        take(actions, &agent, at: now)
    }

    /// Does what the agent's user would do.
    ///
    /// - Parameter received: the datagram that caused the actions, if one did.
    private static func take(
        _ actions: [UserAgentAction], _ agent: inout UserAgent, at now: Instant, after received: [UInt8]? = nil
    ) {
        for action in actions {
            switch action {
            case .transmit(let datagram):
                if datagram.bytes.count <= SIPLimits.messageBytes { judge(datagram.bytes, after: received) }
            case .session(let session, .offered(let offer, _)), .session(let session, .offerRequested(let offer)):
                _ = session
                take(agent.answerOffer(offer, .accept(body: Array("v=0\r\n".utf8)), at: now), &agent, at: now)
            case .session(let session, .incoming):
                take(agent.respond(session, status: 200, body: Array("v=0\r\n".utf8), at: now), &agent, at: now)
            case .session, .pinged, .phonesRegistered, .registrationRefused: break
            }
        }
    }

    /// A response repeats what it answers as it came (RFC 3261 §8.2.6.2), and so cannot be read where that cannot. It can
    /// always be told from what follows it in a stream, which a broken request must not end.
    private static func judge(_ bytes: [UInt8], after received: [UInt8]?) {
        var framer = StreamFramer()
        bytes.withUnsafeBytes { framer.append($0) }
        let piece = try? framer.next()
        precondition(piece == .message(bytes), "what we send is one message to whoever counts its bytes")
        if (try? SIPMessage(parsing: bytes)) != nil { return }
        precondition(bytes.starts(with: "SIP/2.0 ".utf8), "the requests that we send can be read")
        let isAnswerToNonsense = received.map { (try? SIPMessage(parsing: $0)) == nil } ?? false
        precondition(isAnswerToNonsense, "our answer to what can be read can be read")
    }

    /// Nothing waits for ever: within an hour of hanging up, all is gone.
    private static func finish(_ agent: inout UserAgent, from start: Instant) {
        var now = start
        var steps = 0
        while let due = agent.deadline, due < start + .seconds(3_600) {
            now = max(now, due)
            take(agent.timeOut(at: now), &agent, at: now)
            steps += 1
            precondition(steps < 10_000, "time passes")
        }
    }
}
