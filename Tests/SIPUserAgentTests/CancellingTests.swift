import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct CancellingTests {
    @Test func `CANCEL waits for a provisional response and agrees with its INVITE`() throws {
        var party = Party()
        let (id, invite) = try party.invite(routes: ["<sip:127.0.0.1:5080;lr>"])
        #expect(party.agent.cancel(id, reason: .q850(19), at: party.now) == [])
        let (cancel, flow) = try sent(party.respond(100, to: invite, tag: nil))
        #expect(cancel.method == .cancel)
        #expect(cancel.topVia.text == invite.topVia.text)
        #expect(cancel.requestURI?.description == invite.requestURI?.description)
        #expect(cancel.from.text == invite.from.text)
        #expect(cancel.to.text == invite.to.text)
        #expect(cancel.callID == invite.callID)
        #expect(cancel.cseq == CSeq(number: 1, method: .cancel))
        #expect(cancel.headers[.route]?.description == "<sip:127.0.0.1:5080;lr>")
        #expect(cancel.q850Cause == 19)
        #expect(flow == Party.trunk)
        #expect(party.respond(200, to: cancel) == [])
        let end = party.respond(487, to: invite)
        #expect(try sent(end).message.method == .ack)
        #expect(events(end) == [.failed(.cancelled), .released])
        _ = party.pass(.seconds(40))
        #expect(party.agent.deadline == nil)
    }

    @Test func `after a 180 CANCEL goes out at once and only once`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        _ = party.respond(180, to: invite)
        #expect(try sent(party.agent.cancel(id, reason: nil, at: party.now)).message.method == .cancel)
        #expect(party.agent.cancel(id, reason: nil, at: party.now) == [])
        #expect(party.agent.hangUp(id, reason: nil, at: party.now) == [])
        #expect(party.respond(183, to: invite) == [])
    }

    @Test(arguments: [false, true])
    func `a 200 that crosses our CANCEL gets ACK and BYE`(afterProvisional: Bool) throws {
        var party = Party()
        let (id, invite) = try party.invite()
        if afterProvisional { _ = party.respond(180, to: invite) }
        _ = party.agent.cancel(id, reason: .q850(16), at: party.now)
        let ok = Party.response(200, to: invite, headers: [Party.contact])
        let actions = party.receive(ok)
        let messages = try allSent(actions).map(\.message)
        #expect(messages.map(\.method) == [.ack, .bye])
        #expect(messages[1].q850Cause == 16)
        #expect(events(actions) == [.lateAnswer])
        #expect(try sent(party.receive(ok)).message.bytes == messages[0].bytes)
        #expect(events(party.respond(200, to: messages[1])) == [.released])
        #expect(try sent(party.receive(ok)).message.bytes == messages[0].bytes)
        _ = party.pass(.seconds(40))
        #expect(party.agent.counts.sessions == 0)
    }

    @Test func `a busy that crosses our CANCEL is told as it came`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        _ = party.respond(180, to: invite)
        _ = party.agent.cancel(id, reason: nil, at: party.now)
        guard case .failed(.refused(let rejection)) = events(party.respond(486, to: invite)).first
        else { return #expect(Bool(false)) }
        #expect(rejection.status == 486)
    }

    @Test func `an INVITE that nobody confirms as cancelled ends 64 T1 after the CANCEL`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        _ = party.respond(180, to: invite)
        _ = party.pass(.seconds(10))
        _ = party.agent.cancel(id, reason: nil, at: party.now)
        #expect(events(party.pass(.milliseconds(31_999))) == [])
        #expect(events(party.pass(.milliseconds(1))) == [.failed(.cancelled), .released])
        #expect(party.agent.counts.sessions == 0)
    }

    @Test func `an INVITE cancelled in vain ends by Timer B`() throws {
        var party = Party()
        let (id, _) = try party.invite()
        _ = party.agent.cancel(id, reason: nil, at: party.now)
        let actions = party.pass(.seconds(32))
        #expect(events(actions) == [.failed(.timedOut(after: .nothing)), .released])
        #expect(try allSent(actions).map(\.message.method) == Array(repeating: .invite, count: 6))
    }

    @Test func `the end of an INVITE tells how far it got`() throws {
        var silent = Party()
        _ = try silent.invite()
        #expect(events(silent.pass(.seconds(33))) == [.failed(.timedOut(after: .nothing)), .released])
        var tried = Party()
        let (_, invite) = try tried.invite(limit: .seconds(60))
        _ = tried.respond(100, to: invite, tag: nil)
        #expect(events(tried.pass(.seconds(60))) == [.failed(.timedOut(after: .trying)), .released])
        var rung = Party()
        let (_, second) = try rung.invite(limit: .seconds(60))
        _ = rung.respond(180, to: second)
        #expect(events(rung.pass(.seconds(60))) == [.failed(.timedOut(after: .provisional)), .released])
    }

    @Test func `an unreachable destination fails what waits there and nothing else`() throws {
        var party = Party()
        let (_, heard) = try party.invite()
        _ = party.respond(100, to: heard, tag: nil)
        let (unheard, _) = try party.invite()
        #expect(party.agent.transportFailed(Party.stranger, at: party.now) == [])
        let actions = party.agent.transportFailed(Party.trunk, at: party.now)
        #expect(actions == [.session(unheard, .failed(.transport)), .session(unheard, .released)])
        #expect(party.agent.transportFailed(Party.trunk, at: party.now) == [])
    }
}
