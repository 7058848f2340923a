import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// Reliable provisional responses (RFC 3262) and UPDATE before the answer (RFC 3311), seen from the caller.
@Suite struct ReliableProvisionalTests {
    func reliable(_ number: Int) -> [String] { ["Require: 100rel", "RSeq: \(number)", Party.contact] }

    @Test func `an INVITE says that we can`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        #expect(invite.supports("100rel"))
        #expect(invite.allows(.prack) && invite.allows(.update))
    }

    @Test func `a reliable response gets its PRACK and is told`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        let actions = party.respond(183, to: invite, headers: reliable(77), body: Party.answer)
        let (prack, flow) = try sent(actions)
        #expect(prack.method == .prack)
        #expect(prack.headers[.rack]?.description == "77 1 INVITE")
        #expect(prack.requestURI?.description == "sip:far@127.0.0.1:5071")
        #expect(prack.cseq.number == 2)
        #expect(prack.to.tag == "far")
        #expect(flow.remote.port == 5071)
        guard case .progressed(let progress) = events(actions).first else { return #expect(Bool(false)) }
        #expect(progress.body == Party.answer)
        #expect(party.respond(200, to: prack) == [])
    }

    @Test func `repetitions and responses out of turn are passed over`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        _ = party.respond(183, to: invite, headers: reliable(5))
        #expect(party.respond(183, to: invite, headers: reliable(5)) == [])
        #expect(party.respond(180, to: invite, headers: reliable(7)) == [])
        #expect(party.respond(180, to: invite, headers: reliable(4)) == [])
        let next = party.respond(180, to: invite, headers: reliable(6))
        #expect(try sent(next).message.headers[.rack]?.description == "6 1 INVITE")
        #expect(events(next).count == 1)
        let plain = party.respond(180, to: invite)
        #expect(try allSent(plain).isEmpty)
        #expect(events(plain).count == 1)
    }

    @Test func `the numbers go on beyond where the first may lie, and do not begin again`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        _ = party.respond(183, to: invite, headers: reliable(2_147_483_647))
        let next = party.respond(180, to: invite, headers: reliable(2_147_483_648))
        #expect(try sent(next).message.headers[.rack]?.description == "2147483648 1 INVITE")
        _ = party.respond(183, to: invite, tag: "fork", headers: reliable(4_294_967_295))
        #expect(party.respond(180, to: invite, tag: "fork", headers: reliable(1)) == [])
    }

    @Test func `each fork counts for itself`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        _ = party.respond(183, to: invite, tag: "a", headers: reliable(5))
        let other = party.respond(183, to: invite, tag: "b", headers: reliable(90))
        let prack = try sent(other).message
        #expect(prack.headers[.rack]?.description == "90 1 INVITE")
        #expect(prack.to.tag == "b")
        #expect(prack.cseq.number == 2)
    }

    @Test func `the dialog's numbers go on after the answer, and the ACK has the INVITE's`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        _ = party.respond(183, to: invite, headers: reliable(1), body: Party.answer)
        _ = party.respond(180, to: invite, headers: reliable(2))
        let answered = party.respond(200, to: invite, headers: [Party.contact])
        #expect(try sent(answered).message.cseq == CSeq(number: 1, method: .ack))
        guard case .answered(let answer) = events(answered).first else { return #expect(Bool(false)) }
        #expect(answer.body == Party.answer, "the reliable response bore the answer")
        #expect(try sent(party.agent.hangUp(id, reason: nil, at: party.now)).message.cseq.number == 4)
    }

    @Test func `a response without a tag, or that only offers to be reliable, wants no PRACK`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        for (tag, headers) in [(nil, reliable(1)), ("far", ["Supported: 100rel", "RSeq: 1"])] as [(String?, [String])] {
            let actions = party.respond(183, to: invite, tag: tag, headers: headers)
            #expect(try allSent(actions).isEmpty)
            #expect(events(actions).count == 1)
        }
    }

    @Test func `a challenged PRACK is sent again`() throws {
        var party = Party(credentials: ChallengeTests.bob)
        let (_, invite) = try party.invite()
        let prack = try sent(party.respond(183, to: invite, headers: reliable(1))).message
        let challenged = party.respond(401, to: prack, headers: [ChallengeTests.challenge(nonce: "n")])
        let second = try sent(challenged).message
        #expect(second.cseq == CSeq(number: 3, method: .prack))
        #expect(second.headers[.rack] == prack.headers[.rack])
        #expect(second.headers[.authorization] != nil)
        let third = try sent(party.respond(180, to: invite, headers: reliable(2))).message
        #expect(third.cseq.number == 4)
    }

    @Test func `an UPDATE before the answer is told and answered once our offer is`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        _ = party.respond(183, to: invite)
        let early = party.receive(Party.request("UPDATE", in: invite, sequence: 1, body: Party.offer))
        #expect(try sent(early).message.status == .requestPending)

        _ = party.respond(183, to: invite, headers: reliable(1), body: Party.answer)
        let newOffer = Array("v=0 new".utf8)
        let offered = party.receive(
            Party.request("UPDATE", in: invite, sequence: 2, headers: [Party.contact], body: newOffer))
        guard case .offered(let offer, let body) = events(offered).first else { return #expect(Bool(false)) }
        #expect(body == newOffer)
        let second = party.receive(Party.request("UPDATE", in: invite, sequence: 3, body: newOffer))
        #expect(try sent(second).message.status == .serverInternalError, "one at a time")
        let accepted = try sent(party.agent.answerOffer(offer, .accept(body: Party.answer), at: party.now)).message
        #expect(accepted.status == .ok)
        #expect(Array(accepted.body) == Party.answer)
        #expect(accepted.contact != nil)

        let answered = party.respond(200, to: invite, headers: [Party.contact])
        guard case .answered(let answer) = events(answered).first else { return #expect(Bool(false)) }
        #expect(answer.body == newOffer, "what the UPDATE said is in force")
        #expect(answer.dialog.remoteSequence == 2)
    }

    @Test func `an UPDATE that waits too long is refused, and so is one whose INVITE ends`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        _ = party.respond(183, to: invite, headers: reliable(1), body: Party.answer)
        _ = party.receive(Party.request("UPDATE", in: invite, sequence: 1, body: Party.offer))
        let late = try allSent(party.pass(.seconds(30))).map(\.message)
        #expect(late.contains { $0.status == .gatewayTimeout && $0.method == .update })
        _ = party.receive(Party.request("UPDATE", in: invite, sequence: 2, body: Party.offer))
        let failed = try allSent(party.respond(486, to: invite)).map(\.message)
        #expect(failed.contains { $0.status == .requestTerminated && $0.method == .update })
        _ = party.agent.hangUp(id, reason: nil, at: party.now)
        _ = party.pass(.seconds(64))
        #expect(party.agent.counts.sessions == 0)
        #expect(party.agent.counts.transactions.living == 0)
    }

    @Test func `a PRACK to us has nothing to acknowledge`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let actions = party.receive(
            Party.request("PRACK", in: invite, sequence: 1, headers: ["RAck: 1 1 INVITE"]))
        #expect(try sent(actions).message.status == .noSuchTransaction)
    }

    @Test func `who must be rung reliably is refused`() throws {
        var party = Party(acceptsCalls: true)
        let invite = """
            INVITE sip:bob@127.0.0.1 SIP/2.0\r
            Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKr\r
            From: <sip:a@h>;tag=1\r
            To: <sip:bob@h>\r
            Call-ID: reliable\r
            CSeq: 1 INVITE\r
            Contact: <sip:a@127.0.0.1:5070>\r
            Require: 100rel\r
            Content-Length: 0\r
            \r

            """
        let refused = try sent(party.receive(invite)).message
        #expect(refused.status == .badExtension)
        #expect(refused.headers[.unsupported] == "100rel")
    }
}
