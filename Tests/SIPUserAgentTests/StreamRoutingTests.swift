import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct StreamRoutingTests {
    static let trunk = TransportAddress(ip: .v4(0x7F00_0001), port: 5070)
    static let tcp = Flow(listener: 1, transport: .tcp, remote: trunk)
    static let tls = Flow(listener: 2, transport: .tls, remote: trunk)
    static let connection = ConnectionID(number: 7)

    func invite(_ party: inout Party, over flow: Flow) throws -> (SessionID, SIPMessage) {
        var invitation = Party.invitation
        invitation.flow = flow
        let begun = party.agent.invite(invitation, at: party.now)
        let (id, actions) = try #require(begun)
        return (id, try sent(actions).message)
    }

    @Test(arguments: [(tcp, "TCP", "127.0.0.1:5060", "tcp"), (tls, "TLS", "127.0.0.1:5061", "tls")])
    func `Via and Contact name the transport`(flow: Flow, via: String, host: String, name: String) throws {
        var party = Party()
        let (_, invite) = try invite(&party, over: flow)
        #expect(invite.topVia.transport.description == via)
        #expect(invite.topVia.text.description.hasSuffix(";alias"))
        #expect(invite.contact?.uri.description == "sip:\(host);transport=\(name)")
    }

    @Test func `over a stream an INVITE goes out once`() throws {
        var party = Party()
        _ = try invite(&party, over: Self.tcp)
        #expect(try allSent(party.pass(.seconds(31))).isEmpty)
    }

    @Test(arguments: [
        ("sip:far@127.0.0.1:5071", tcp.redirected(to: TransportAddress(ip: .v4(0x7F00_0001), port: 5071))),
        (
            "sip:far@127.0.0.9",
            Flow(listener: 1, transport: .tcp, remote: TransportAddress(ip: .v4(0x7F00_0009), port: 5060))
        ),
        (
            "sip:far@127.0.0.9;transport=UDP",
            Flow(listener: 0, transport: .udp, remote: TransportAddress(ip: .v4(0x7F00_0009), port: 5060))
        ),
        (
            "sips:far@127.0.0.9",
            Flow(listener: 2, transport: .tls, remote: TransportAddress(ip: .v4(0x7F00_0009), port: 5061))
        ),
        ("sip:far@127.0.0.9;transport=sctp", tcp),
    ])
    func `requests in the dialog follow the Contact's transport`(contact: String, expected: Flow) throws {
        var party = Party()
        let (id, invite) = try invite(&party, over: Self.tcp)
        let (ack, flow) = try sent(party.respond(200, to: invite, headers: ["Contact: <\(contact)>"]))
        #expect(flow == expected)
        #expect(ack.topVia.transport.description == expected.transport.viaName)
        #expect(try sent(party.agent.hangUp(id, reason: nil, at: party.now)).flow == expected)
    }

    @Test func `without a listener for the Contact's transport the dialog stays where it is`() throws {
        var party = Party()
        party.agent = UserAgent(
            identity: UserAgentIdentity(points: [
                ListeningPoint("[::1]:5060"), ListeningPoint("127.0.0.1:5060", over: .tcp),
            ]),
            entropy: Entropy(seed: 1))
        let (_, invite) = try invite(&party, over: Self.tcp)
        let (_, flow) = try sent(
            party.respond(200, to: invite, headers: ["Contact: <sip:far@127.0.0.9;transport=udp>"]))
        #expect(flow == Self.tcp)
    }

    @Test func `responses go back on the connection, and otherwise to the Via's port`() throws {
        var party = Party()
        let source = Flow(
            listener: 1, transport: .tcp, connection: Self.connection,
            remote: TransportAddress(ip: .v4(0x7F00_0001), port: 40_000))
        func options(_ via: String) -> String {
            "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP \(via)\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\n"
                + "To: <sip:127.0.0.1>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        }
        for via in ["carrier.example:5090;branch=z9hG4bK1;rport", "carrier.example:5090;branch=z9hG4bK2"] {
            let (answer, flow) = try sent(party.receive(options(via), from: source))
            #expect(flow.connection == Self.connection)
            #expect(flow.remote == TransportAddress(ip: .v4(0x7F00_0001), port: 5090))
            #expect(answer.topVia.received == "127.0.0.1")
        }
    }

    @Test func `what no response has come for goes out once more when its connection breaks`() throws {
        var party = Party()
        let (_, first) = try invite(&party, over: Self.tcp)
        let (again, flow) = try sent(party.agent.connectionBroke(Self.tcp, at: party.now))
        #expect(again.bytes == first.bytes)
        #expect(flow == Self.tcp)
        #expect(party.agent.connectionBroke(Self.tcp, at: party.now) == [], "it may still be answered")
        let answered = party.respond(200, to: first, headers: [Party.contact])
        #expect(try sent(answered).message.method == .ack)
    }

    @Test func `an INVITE that rings goes out once more, so that its answer has a connection`() throws {
        var party = Party()
        let (_, first) = try invite(&party, over: Self.tcp)
        let (_, second) = try invite(&party, over: Self.tcp)
        _ = party.respond(180, to: first)
        _ = party.respond(200, to: second, headers: [Party.contact])
        let (again, flow) = try sent(party.agent.connectionBroke(Self.tcp, at: party.now))
        #expect(again.bytes == first.bytes && flow == Self.tcp)
        #expect(party.agent.transportFailed(Self.tcp, at: party.now) == [], "it may still be answered")
        #expect(party.agent.connectionBroke(Self.tcp, at: party.now) == [])
        #expect(try sent(party.respond(200, to: first, headers: [Party.contact])).message.method == .ack)
    }

    @Test func `where no connection can be opened what waits for it fails`() throws {
        var party = Party()
        _ = try invite(&party, over: Self.tcp)
        #expect(events(party.agent.transportFailed(Self.tcp, at: party.now)) == [.failed(.transport), .released])
    }

    @Test func `a BYE whose connection breaks goes out once more, and its answer ends the call`() throws {
        var party = Party()
        let (id, call) = try invite(&party, over: Self.tcp)
        _ = party.respond(200, to: call, headers: [Party.contact + ";transport=tcp"])
        let (bye, flow) = try sent(party.agent.hangUp(id, reason: nil, at: party.now))
        let (again, _) = try sent(party.agent.connectionBroke(flow, at: party.now))
        #expect(again.bytes == bye.bytes)
        #expect(events(party.respond(200, to: again)) == [.released])
        #expect(party.agent.connectionBroke(flow, at: party.now) == [])
    }

    @Test func `a BYE whose second connection breaks too is given up`() throws {
        var party = Party()
        let (id, call) = try invite(&party, over: Self.tcp)
        _ = party.respond(200, to: call, headers: [Party.contact + ";transport=tcp"])
        let (_, flow) = try sent(party.agent.hangUp(id, reason: nil, at: party.now))
        _ = party.agent.connectionBroke(flow, at: party.now)
        #expect(events(party.agent.connectionBroke(flow, at: party.now)) == [.released])
    }

    @Test func `a CANCEL whose connection breaks goes out once more, its INVITE does not`() throws {
        var party = Party()
        let (id, call) = try invite(&party, over: Self.tcp)
        _ = party.respond(180, to: call)
        let cancel = try sent(party.agent.cancel(id, reason: nil, at: party.now)).message
        #expect(try sent(party.agent.connectionBroke(Self.tcp, at: party.now)).message.bytes == cancel.bytes)
    }
}
