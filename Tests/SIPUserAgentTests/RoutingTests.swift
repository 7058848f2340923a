import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct RoutingTests {
    @Test func `loose routes are followed in reverse order of Record-Route`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        let headers = [
            Party.contact, "Record-Route: <sip:127.0.0.3:5063;lr>, <sip:127.0.0.2:5062;lr>",
            "Record-Route: <sip:127.0.0.1:5061;lr>",
        ]
        let (ack, flow) = try sent(party.respond(200, to: invite, headers: headers))
        #expect(ack.requestURI?.description == "sip:far@127.0.0.1:5071")
        #expect(
            ack.headers.values(.route).map(\.description) == [
                "<sip:127.0.0.1:5061;lr>", "<sip:127.0.0.2:5062;lr>", "<sip:127.0.0.3:5063;lr>",
            ])
        #expect(flow.remote == TransportAddress(ip: .v4(0x7F00_0001), port: 5061))
        let (bye, byeFlow) = try sent(party.agent.hangUp(id, reason: nil, at: party.now))
        #expect(bye.headers.values(.route) == ack.headers.values(.route))
        #expect(byeFlow == flow)
    }

    @Test func `a strict router gets itself as Request-URI and the target as last route`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        let headers = [Party.contact, "Record-Route: <sip:127.0.0.2:5062;lr>, <sip:127.0.0.1:5061>"]
        let (ack, flow) = try sent(party.respond(200, to: invite, headers: headers))
        #expect(ack.requestURI?.description == "sip:127.0.0.1:5061")
        #expect(
            ack.headers.values(.route).map(\.description) == ["<sip:127.0.0.2:5062;lr>", "<sip:far@127.0.0.1:5071>"])
        #expect(flow.remote.port == 5061)
    }

    @Test func `a Contact given by name is reached where the INVITE went`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        let (ack, flow) = try sent(party.respond(200, to: invite, headers: ["Contact: <sip:far@carrier.example>"]))
        #expect(ack.requestURI?.description == "sip:far@carrier.example")
        #expect(flow == Party.trunk)
    }

    @Test func `a trunk behind address translation is answered on its flow`() throws {
        var party = Party()
        let (id, invite) = try party.invite(keepsFlow: true)
        let (_, flow) = try sent(party.respond(200, to: invite, headers: ["Contact: <sip:far@192.168.1.9:5060>"]))
        #expect(flow == Party.trunk)
        #expect(try sent(party.agent.hangUp(id, reason: nil, at: party.now)).flow == Party.trunk)
    }

    @Test func `a maddr is followed`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        let contact = "Contact: <sip:far@name.example;maddr=127.0.0.9>"
        let (_, flow) = try sent(party.respond(200, to: invite, headers: [contact]))
        #expect(flow.remote == TransportAddress(ip: .v4(0x7F00_0009), port: 5060))
    }

    @Test(arguments: ["[::1]:5099", "0.0.0.0:5099"])
    func `a Contact that the socket cannot send to is reached where the INVITE went`(host: String) throws {
        var party = Party()
        let (_, invite) = try party.invite()
        let (_, flow) = try sent(party.respond(200, to: invite, headers: ["Contact: <sip:far@\(host)>"]))
        #expect(flow == Party.trunk)
    }

    @Test func `an IPv6 Contact is followed from an IPv6 flow`() throws {
        var party = Party()
        var invitation = Party.invitation
        invitation.flow = Flow(remote: TransportAddress(ip: .v6(0, 1), port: 5070))
        let begun = party.agent.invite(invitation, at: party.now)
        let invite = try sent(try #require(begun).actions).message
        let (_, flow) = try sent(party.respond(200, to: invite, headers: ["Contact: <sip:far@[::2]:5099>"]))
        #expect(flow.remote == TransportAddress(ip: .v6(0, 2), port: 5099))
    }

    @Test func `responses go to the source port where rport asks for it, else to the Via's port`() throws {
        var party = Party()
        let source = Flow(remote: TransportAddress(ip: .v4(0x7F00_0001), port: 40_000))
        func options(_ via: String) -> String {
            "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP \(via)\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\n"
                + "To: <sip:127.0.0.1>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        }
        let (asked, toSource) = try sent(
            party.receive(options("carrier.example:5090;branch=z9hG4bK1;rport"), from: source))
        #expect(toSource == source)
        #expect(asked.topVia.rport == .seen(40_000))
        #expect(asked.topVia.received == "127.0.0.1")
        let (_, toPort) = try sent(party.receive(options("127.0.0.1:5090;branch=z9hG4bK2"), from: source))
        #expect(toPort.remote == TransportAddress(ip: .v4(0x7F00_0001), port: 5090))
        let (named, toDefault) = try sent(party.receive(options("carrier.example;branch=z9hG4bK3"), from: source))
        #expect(toDefault.remote == TransportAddress(ip: .v4(0x7F00_0001), port: 5060))
        #expect(named.topVia.received == "127.0.0.1")
        #expect(named.topVia.rport == .absent)
    }
}
