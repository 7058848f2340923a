import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct HangingUpTests {
    @Test func `crossing BYEs are both answered and end the session once`() throws {
        var party = Party()
        let (id, invite) = try party.answeredCall()
        let bye = try sent(party.agent.hangUp(id, reason: nil, at: party.now)).message
        let crossing = party.receive(Party.request("BYE", in: invite, sequence: 1))
        #expect(try sent(crossing).message.status == .ok)
        #expect(events(crossing) == [.hungUp(FarEndReason())])
        let again = party.receive(Party.request("BYE", in: invite, sequence: 2))
        #expect(try sent(again).message.status == .ok)
        #expect(events(again) == [])
        #expect(events(party.respond(200, to: bye)) == [.released])
        #expect(events(party.pass(.seconds(60))) == [])
        #expect(party.agent.counts.sessions == 0)
    }

    @Test(arguments: [200, 401, 408, 481, 500, 603])
    func `any final response to our BYE releases the session`(status: Int) throws {
        var party = Party()
        let (id, _) = try party.answeredCall()
        let bye = try sent(party.agent.hangUp(id, reason: nil, at: party.now)).message
        #expect(events(party.respond(100, to: bye)) == [])
        #expect(events(party.respond(status, to: bye)) == [.released])
        #expect(party.respond(status, to: bye) == [])
    }

    @Test func `an unanswered BYE is given up after 64 T1`() throws {
        var party = Party()
        let (id, _) = try party.answeredCall()
        _ = party.agent.hangUp(id, reason: nil, at: party.now)
        let actions = party.pass(.seconds(32))
        #expect(try allSent(actions).map(\.message.method) == Array(repeating: .bye, count: 10))
        #expect(events(actions) == [.released])
    }

    @Test func `a BYE to nowhere releases the session at once`() throws {
        var party = Party()
        let (id, _) = try party.answeredCall()
        let (_, flow) = try sent(party.agent.hangUp(id, reason: nil, at: party.now))
        #expect(events(party.agent.transportFailed(flow, at: party.now)) == [.released])
    }

    @Test func `a BYE whose CSeq is old still ends the call`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        _ = party.receive(Party.request("INFO", in: invite, sequence: 10))
        let bye = party.receive(Party.request("BYE", in: invite, sequence: 3))
        #expect(try sent(bye).message.status == .ok)
        #expect(events(bye) == [.hungUp(FarEndReason()), .released])
    }

    @Test func `a BYE with another tag or Call-ID is not the call's`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let foreign = Party.request("BYE", in: invite, sequence: 1).replacing(invite.callID.description, with: "other")
        #expect(try sent(party.receive(foreign)).message.status == .noSuchTransaction)
        #expect(party.receive(foreign.replacing("BYE1", with: "BYE1b"), from: Party.stranger, isTrunk: false) == [])
        #expect(party.agent.counts.sessions == 1)
    }

    @Test func `after a BYE the far end's other requests find no dialog`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        _ = party.receive(Party.request("BYE", in: invite, sequence: 1))
        let late = party.receive(Party.request("INVITE", in: invite, sequence: 2, body: Party.offer))
        #expect(try sent(late).message.status == .noSuchTransaction)
    }

    @Test func `nothing of a call outlives its timers`() throws {
        var party = Party()
        for round in 0..<50 {
            let (id, invite) = try party.answeredCall()
            if round % 2 == 0 {
                let bye = try sent(party.agent.hangUp(id, reason: nil, at: party.now)).message
                _ = party.respond(200, to: bye)
            } else {
                _ = party.receive(Party.request("BYE", in: invite, sequence: 1, branch: "z9hG4bK-\(round)"))
            }
        }
        #expect(party.agent.counts.sessions == 50)
        _ = party.pass(.seconds(32))
        #expect(party.agent.counts.sessions == 0)
        #expect(party.agent.counts.transactions == TransactionCounts())
        #expect(party.agent.deadline == nil)
    }
}
