import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct StrangerTests {
    func request(_ method: String, toTag: String? = nil, branch: String = "z9hG4bKx", cseq: Int = 1) -> String {
        "\(method) sip:127.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=\(branch)\r\n"
            + "Max-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:127.0.0.1>"
            + (toTag.map { ";tag=\($0)" } ?? "") + "\r\nCall-ID: x\r\nCSeq: \(cseq) \(method)\r\n"
            + "Contact: <sip:a@127.0.0.1:5070>\r\nContent-Length: 0\r\n\r\n"
    }

    static let methods = [
        "INVITE", "OPTIONS", "BYE", "CANCEL", "UPDATE", "INFO", "REGISTER", "REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE",
        "PRACK", "PUBLISH", "DANCE", "ACK",
    ]

    @Test(arguments: methods, [nil, "0700000000000000ff", "unknown"])
    func `a stranger gets no answer to anything`(method: String, tag: String?) {
        var party = Party()
        #expect(party.receive(request(method, toTag: tag), from: Party.stranger, isTrunk: false) == [])
        let drops = party.agent.counts.drops
        #expect(drops.strangers + drops.strayAcknowledgements == 1)
        #expect(party.agent.counts.transactions == TransactionCounts())
        #expect(party.agent.deadline == nil)
    }

    @Test(arguments: [
        ("OPTIONS", nil, 200), ("INVITE", nil, 403), ("BYE", nil, 481), ("CANCEL", nil, 481), ("UPDATE", nil, 481),
        ("INFO", nil, 481), ("REFER", nil, 405), ("MESSAGE", nil, 405), ("DANCE", nil, 501), ("BYE", "x", 481),
        ("INVITE", "x", 481), ("OPTIONS", "x", 481), ("INFO", "0700000000000000ff", 481),
    ])
    func `a trunk gets its answer`(method: String, tag: String?, status: Int) throws {
        var party = Party()
        let actions = party.receive(request(method, toTag: tag))
        #expect(try sent(actions).message.status == SIPStatus(status))
        #expect(events(actions) == [])
        #expect(party.receive(request(method, toTag: tag)) == actions)
    }

    @Test(arguments: ["ACK", "REGISTER"])
    func `a trunk gets no answer to what deserves none`(method: String) {
        var party = Party()
        #expect(party.receive(request(method)) == [])
    }

    @Test func `OPTIONS tells what we can do`() throws {
        var party = Party()
        let ok = try sent(party.receive(request("OPTIONS"))).message
        #expect(ok.headers[.allow] == "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, PRACK")
        #expect(ok.headers[.accept] == "application/sdp")
        #expect(ok.to.tag != nil)
    }

    @Test func `the ACK for a refused call is absorbed`() throws {
        var party = Party()
        #expect(try sent(party.receive(request("INVITE"))).message.status == .forbidden)
        #expect(party.receive(request("ACK", toTag: "whatever")) == [])
        #expect(party.agent.counts.drops.strayAcknowledgements == 0)
        #expect(party.pass(.seconds(4)) == [])
        _ = party.pass(.seconds(2))
        #expect(party.agent.counts.transactions == TransactionCounts())
    }

    @Test func `a broken request is refused to a trunk and dropped from a stranger`() throws {
        var party = Party()
        let broken = request("OPTIONS").replacing("CSeq: 1 OPTIONS", with: "CSeq: one OPTIONS")
        guard case .transmit(let refusal) = party.receive(broken).first else { return #expect(Bool(false)) }
        #expect(String(decoding: refusal.bytes, as: UTF8.self).hasPrefix("SIP/2.0 400 Malformed"))
        #expect(party.receive(broken, from: Party.stranger, isTrunk: false) == [])
        let future = request("OPTIONS").replacing("SIP/2.0\r\nVia", with: "SIP/3.0\r\nVia")
        #expect(try sent(party.receive(future)).message.status == .versionNotSupported)
        #expect(party.receive("\r\n\r\n") == [])
        #expect(party.receive("GET / HTTP/1.1\r\n\r\n") == [])
        #expect(party.agent.counts.drops.unreadable == 2)
        #expect(party.agent.counts.drops.strangers == 1)
    }

    @Test func `responses that nobody waits for are dropped and counted`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        let foreign = Party.response(180, to: invite)
        #expect(party.receive(foreign.replacing("z9hG4bK07", with: "z9hG4bK08")) == [])
        #expect(party.receive(foreign.replacing("CSeq: 1 INVITE", with: "CSeq: 1 BYE")) == [])
        let twice = foreign.replacing("From:", with: "Via: SIP/2.0/UDP elsewhere;branch=z9hG4bKy\r\nFrom:")
        #expect(party.receive(twice) == [])
        #expect(party.agent.counts.drops.strayResponses == 3)
        #expect(!party.receive(foreign).isEmpty)
    }

    @Test func `a request in a dialog is answered whatever its source`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let info = party.receive(Party.request("INFO", in: invite, sequence: 1), from: Party.stranger, isTrunk: false)
        #expect(try sent(info).message.status == .ok)
        #expect(try sent(info).flow.remote == TransportAddress(ip: .v4(0x0A00_0001), port: 5070))
    }

    @Test func `with all server transactions in use requests are dropped and counted`() {
        var party = Party(limits: UserAgentLimits(serverTransactions: 2))
        #expect(!party.receive(request("OPTIONS", branch: "z9hG4bKa")).isEmpty)
        #expect(!party.receive(request("OPTIONS", branch: "z9hG4bKb")).isEmpty)
        #expect(party.receive(request("OPTIONS", branch: "z9hG4bKc")) == [])
        #expect(!party.receive(request("OPTIONS", branch: "z9hG4bKb")).isEmpty)
        #expect(party.agent.counts.transactions.overflows == 1)
    }

    @Test func `with all sessions in use no INVITE is sent`() throws {
        var party = Party(limits: UserAgentLimits(sessions: 2))
        let (_, first) = try party.invite()
        _ = try party.invite()
        let third = party.canInvite()
        #expect(!third)
        _ = party.respond(486, to: first)
        _ = try party.invite()
    }
}
