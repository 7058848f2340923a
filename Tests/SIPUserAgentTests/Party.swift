import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// The far end of a test: answers what the agent sent with text written by hand.
struct Party {
    static let origin = Instant(nanoseconds: 1_000_000_000)
    static let trunk = Flow(remote: TransportAddress(ip: .v4(0x7F00_0001), port: 5070))
    static let stranger = Flow(remote: TransportAddress(ip: .v4(0x0A00_0001), port: 5060))
    static let offer = Array("v=0 offer".utf8)
    static let answer = Array("v=0 answer".utf8)

    /// One listener for each transport.
    static let points = [
        ListeningPoint("127.0.0.1:5060"), ListeningPoint("127.0.0.1:5060", over: .tcp),
        ListeningPoint("127.0.0.1:5061", over: .tls),
    ]

    var agent: UserAgent
    var now = Party.origin

    init(
        acceptsCalls: Bool = false, credentials: Credentials? = nil, registrations: [RegistrationSettings] = [],
        limits: UserAgentLimits = UserAgentLimits(), seed: UInt64 = 1
    ) {
        agent = UserAgent(
            identity: UserAgentIdentity(points: Party.points, shard: 7, acceptsCalls: acceptsCalls),
            accounts: [credentials], registrations: registrations, limits: limits, entropy: Entropy(seed: seed))
    }

    mutating func invite(
        routes: [String] = [], keepsFlow: Bool = false, limit: Duration = .seconds(360)
    ) throws -> (SessionID, SIPMessage) {
        var invitation = Party.invitation
        invitation.routes = routes
        invitation.limit = limit
        invitation.keepsFlow = keepsFlow
        let begun = agent.invite(invitation, at: now)
        let (id, actions) = try #require(begun)
        return (id, try sent(actions).message)
    }

    static let invitation = Invitation(
        requestURI: "sip:13911112222@127.0.0.1:5070", from: "\"0755\" <sip:0755@127.0.0.1>",
        to: "<sip:13911112222@127.0.0.1:5070>", flow: Party.trunk, body: Party.offer, account: AccountID(index: 0))

    mutating func canInvite() -> Bool { agent.invite(Party.invitation, at: now) != nil }

    /// Time passes; everything due happens at its instant.
    mutating func pass(_ duration: Duration) -> [UserAgentAction] {
        let end = now + duration
        var actions: [UserAgentAction] = []
        while let due = agent.deadline, due <= end {
            now = max(now, due)
            actions += agent.timeOut(at: now)
        }
        now = end
        return actions
    }

    mutating func receive(
        _ text: String, from flow: Flow = Party.trunk, isTrunk: Bool = true
    ) -> [UserAgentAction] {
        agent.receive(Array(text.utf8), from: flow, isTrunk: isTrunk, at: now)
    }

    /// A response to one of the agent's requests.
    mutating func respond(
        _ status: Int, to request: SIPMessage, tag: String? = "far", headers: [String] = [], body: [UInt8] = []
    ) -> [UserAgentAction] {
        receive(Party.response(status, to: request, tag: tag, headers: headers, body: body))
    }

    static func response(
        _ status: Int, to request: SIPMessage, tag: String? = "far", headers: [String] = [], body: [UInt8] = []
    ) -> String {
        var lines = ["SIP/2.0 \(status) Phrase"]
        lines += request.headers.values(.via).map { "Via: \($0)" }
        lines.append("From: \(request.from.text)")
        lines.append("To: \(request.to.text)" + (tag != nil && request.to.tag == nil ? ";tag=\(tag ?? "")" : ""))
        lines += ["Call-ID: \(request.callID)", "CSeq: \(request.cseq.number) \(request.method)"]
        lines += headers
        if !body.isEmpty { lines.append("Content-Type: application/sdp") }
        lines.append("Content-Length: \(body.count)")
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + String(decoding: body, as: UTF8.self)
    }

    /// A request of the far end within the dialog that `invite` began.
    static func request(
        _ method: String, in invite: SIPMessage, sequence: Int, tag: String = "far", branch: String? = nil,
        headers: [String] = [], body: [UInt8] = []
    ) -> String {
        var lines = ["\(method) sip:127.0.0.1:5060 SIP/2.0"]
        lines.append("Via: SIP/2.0/UDP 127.0.0.1:5070;branch=\(branch ?? "z9hG4bKfar\(method)\(sequence)")")
        lines += ["Max-Forwards: 70", "From: <sip:13911112222@127.0.0.1:5070>;tag=\(tag)"]
        lines += ["To: \(invite.from.text)", "Call-ID: \(invite.callID)", "CSeq: \(sequence) \(method)"]
        lines += headers
        if !body.isEmpty { lines.append("Content-Type: application/sdp") }
        lines.append("Content-Length: \(body.count)")
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + String(decoding: body, as: UTF8.self)
    }

    static let contact = "Contact: <sip:far@127.0.0.1:5071>"

    /// An answered call with its INVITE.
    mutating func answeredCall() throws -> (SessionID, SIPMessage) {
        let (id, invite) = try invite()
        _ = respond(180, to: invite)
        _ = respond(200, to: invite, headers: [Party.contact], body: Party.answer)
        return (id, invite)
    }
}

/// The one message among the actions, with where it goes.
func sent(_ actions: [UserAgentAction]) throws -> (message: SIPMessage, flow: Flow) {
    let all = try allSent(actions)
    #expect(all.count == 1, "\(actions)")
    return try #require(all.first)
}

func allSent(_ actions: [UserAgentAction]) throws -> [(message: SIPMessage, flow: Flow)] {
    try actions.compactMap { action in
        guard case .transmit(let datagram) = action else { return nil }
        return (try SIPMessage(parsing: datagram.bytes), datagram.flow)
    }
}

func events(_ actions: [UserAgentAction]) -> [SessionEvent] {
    actions.compactMap { action in
        guard case .session(_, let event) = action else { return nil }
        return event
    }
}
