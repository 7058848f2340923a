import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct CallingTests {
    @Test func `an INVITE bears what RFC 3261 §8_1_1 wants`() throws {
        var party = Party()
        let (_, invite) = try party.invite(routes: ["<sip:127.0.0.1:5080;lr>"])
        #expect(invite.method == .invite)
        #expect(invite.requestURI?.description == "sip:13911112222@127.0.0.1:5070")
        #expect(invite.topVia.text.description.hasPrefix("SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK07"))
        #expect(invite.topVia.rport == .requested)
        #expect(invite.maxForwards == 70)
        #expect(invite.from.displayName == "0755")
        #expect(invite.from.tag?.description.hasPrefix("07") == true)
        #expect(invite.to.tag == nil)
        #expect(invite.callID.description.hasPrefix("07"))
        #expect(invite.cseq == CSeq(number: 1, method: .invite))
        #expect(invite.contact?.uri.description == "sip:127.0.0.1:5060")
        #expect(invite.headers[.route]?.description == "<sip:127.0.0.1:5080;lr>")
        #expect(Array(invite.body) == Party.offer)
    }

    @Test func `a call is answered, talked and hung up by us`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        #expect(events(party.respond(100, to: invite, tag: nil)) == [.trying])
        let ringing = events(party.respond(180, to: invite))
        guard case .progressed(let progress) = ringing.first else { return #expect(Bool(false), "\(ringing)") }
        #expect((progress.status, progress.remoteTag, progress.body) == (180, "far", []))

        let answered = party.respond(200, to: invite, headers: [Party.contact], body: Party.answer)
        let (ack, flow) = try sent(answered)
        #expect(ack.method == .ack)
        #expect(ack.cseq.number == 1)
        #expect(ack.requestURI?.description == "sip:far@127.0.0.1:5071")
        #expect(ack.to.tag == "far")
        #expect(ack.topVia.branch != invite.topVia.branch)
        #expect(flow.remote.port == 5071)
        guard case .answered(let answer) = events(answered).first else { return #expect(Bool(false), "\(answered)") }
        #expect(answer.body == Party.answer)
        #expect(answer.source == Party.trunk)
        #expect(answer.dialog.remoteTarget == "sip:far@127.0.0.1:5071")

        let (bye, byeFlow) = try sent(party.agent.hangUp(id, reason: .q850(16), at: party.now))
        #expect(bye.method == .bye)
        #expect(bye.cseq.number == 2)
        #expect(bye.q850Cause == 16)
        #expect(byeFlow.remote.port == 5071)
        #expect(events(party.respond(200, to: bye)) == [.released])
        _ = party.pass(.seconds(40))
        #expect(party.agent.counts.sessions == 0)
        #expect(party.agent.counts.transactions == TransactionCounts())
        #expect(party.agent.deadline == nil)
    }

    @Test func `the far end hangs up`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let bye = Party.request("BYE", in: invite, sequence: 1, headers: ["Reason: Q.850;cause=16"])
        let actions = party.receive(bye, isTrunk: false)
        #expect(try sent(actions).message.status == .ok)
        #expect(events(actions) == [.hungUp(FarEndReason(q850: 16)), .released])
        let repeated = party.receive(bye, isTrunk: false)
        #expect(try sent(repeated).message.status == .ok)
        #expect(events(repeated) == [])
    }

    @Test func `a repeated 200 gets its ACK again, also after the call`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        let ok = Party.response(200, to: invite, headers: [Party.contact], body: Party.answer)
        let first = try sent(party.receive(ok))
        let again = party.receive(ok)
        #expect(events(again) == [])
        #expect(try sent(again).message.bytes == first.message.bytes)
        let bye = try sent(party.agent.hangUp(id, reason: nil, at: party.now)).message
        #expect(events(party.respond(200, to: bye)) == [.released])
        #expect(try sent(party.receive(ok)).message.bytes == first.message.bytes)
    }
}
