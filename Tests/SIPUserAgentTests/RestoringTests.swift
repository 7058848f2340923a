import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct RestoringTests {
    func dialogState() throws -> (DialogState, SIPMessage) {
        var party = Party()
        let (_, invite) = try party.invite()
        let headers = [Party.contact, "Record-Route: <sip:127.0.0.1:5061;lr>"]
        let answered = events(party.respond(200, to: invite, headers: headers))
        guard case .answered(let answer) = answered.first else { return try #require(nil) }
        return (answer.dialog, invite)
    }

    @Test func `a dialog from before a restart is hung up`() throws {
        let (state, invite) = try dialogState()
        var party = Party(seed: 2)
        let restored = party.agent.restore(state)
        let id = try #require(restored)
        let (bye, flow) = try sent(party.agent.hangUp(id, reason: .q850(41), at: party.now))
        #expect(bye.callID == invite.callID)
        #expect(bye.from.text == invite.from.text)
        #expect(bye.to.tag == "far")
        #expect(bye.cseq == CSeq(number: 2, method: .bye))
        #expect(bye.requestURI?.description == "sip:far@127.0.0.1:5071")
        #expect(bye.headers[.route] == "<sip:127.0.0.1:5061;lr>")
        #expect(flow.remote.port == 5061)
        #expect(events(party.respond(200, to: bye)) == [.released])
        #expect(party.agent.counts.sessions == 0)
    }

    @Test func `a restored dialog goes on`() throws {
        let (state, invite) = try dialogState()
        var party = Party(seed: 2)
        let restored = party.agent.restore(state)
        let id = try #require(restored)
        let bye = party.receive(Party.request("BYE", in: invite, sequence: 1), isTrunk: false)
        #expect(try sent(bye).message.status == .ok)
        #expect(bye.suffix(2) == [.session(id, .hungUp(FarEndReason())), .session(id, .released)])
    }

    @Test func `an INVITE from before a restart is cancelled`() throws {
        var before = Party()
        let (_, invite) = try before.invite(routes: ["<sip:127.0.0.1:5080;lr>"])
        guard case .progressed(let progress) = events(before.respond(180, to: invite)).first
        else { return #expect(Bool(false)) }
        var party = Party(seed: 2)
        let restored = party.agent.restore(progress.invite, at: party.now)
        let id = try #require(restored)
        let (cancel, flow) = try sent(party.agent.cancel(id, reason: nil, at: party.now))
        #expect(cancel.method == .cancel)
        #expect(cancel.topVia.text == invite.topVia.text)
        #expect(cancel.from.text == invite.from.text)
        #expect(flow == Party.trunk)
        let end = party.respond(487, to: invite)
        let ack = try sent(end).message
        #expect(ack.topVia.text == invite.topVia.text)
        #expect(ack.headers[.route] == "<sip:127.0.0.1:5080;lr>")
        #expect(events(end) == [.failed(.cancelled), .released])
    }

    @Test func `a restored INVITE that is answered after its CANCEL gets ACK and BYE`() throws {
        var before = Party()
        let (_, invite) = try before.invite()
        guard case .progressed(let progress) = events(before.respond(180, to: invite)).first
        else { return #expect(Bool(false)) }
        var party = Party(seed: 2)
        let restored = party.agent.restore(progress.invite, at: party.now)
        let id = try #require(restored)
        _ = party.agent.cancel(id, reason: nil, at: party.now)
        let actions = party.respond(200, to: invite, headers: [Party.contact])
        #expect(try allSent(actions).map(\.message.method) == [.ack, .bye])
        #expect(events(actions) == [.lateAnswer])
    }

    @Test func `what is not ours or there already is not taken up`() throws {
        var (state, _) = try dialogState()
        var party = Party(seed: 2)
        #expect(party.agent.restore(state) != nil)
        #expect(party.agent.restore(state) == nil)
        state.localTag = "08" + state.localTag.dropFirst(2)
        #expect(party.agent.restore(state) == nil)
        state.localTag = "nonsense"
        #expect(party.agent.restore(state) == nil)
        var invite = InviteState(
            requestURI: "sip:a@b", callID: "c", from: "<sip:a@b>;tag=070000000000000001", to: "<sip:a@b>", sequence: 1,
            via: "SIP/2.0/UDP h;branch=z9hG4bK070000000000000002", routes: [], flow: Party.trunk)
        #expect(party.agent.restore(invite, at: party.now) != nil)
        invite.from = "<sip:a@b>;tag=070000000000000003"
        #expect(party.agent.restore(invite, at: party.now) == nil)
        invite.via = "SIP/2.0/UDP h;branch=z9hG4bK070000000000000003"
        invite.to = "nonsense"
        #expect(party.agent.restore(invite, at: party.now) == nil)
    }
}
