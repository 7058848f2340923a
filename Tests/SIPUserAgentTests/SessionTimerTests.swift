import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// Session timers (RFC 4028) in both roles, and what our own re-INVITEs meet.
@Suite struct SessionTimerTests {
    /// A call whose 2xx bore these headers.
    func call(_ headers: String..., credentials: Credentials? = nil) throws -> (Party, SessionID, SIPMessage) {
        var party = Party(credentials: credentials)
        let begun = party.agent.invite(interval(1_800), at: party.now)
        let (id, actions) = try #require(begun)
        let invite = try sent(actions).message
        _ = party.respond(200, to: invite, headers: [Party.contact] + headers, body: Party.answer)
        return (party, id, invite)
    }

    func interval(_ seconds: UInt32?) -> Invitation {
        var invitation = Party.invitation
        invitation.sessionExpires = seconds
        return invitation
    }

    func requests(_ actions: [UserAgentAction]) throws -> [SIPMessage] {
        try allSent(actions).map(\.message).filter { $0.isRequest && $0.method != .ack }
    }

    @Test func `an INVITE asks for what was wanted`() throws {
        var party = Party()
        let (_, plain) = try party.invite()
        #expect(plain.sessionExpires == nil)
        #expect(plain.supports("timer"))
        let begun = party.agent.invite(interval(1_800), at: party.now)
        let timed = try sent(try #require(begun).actions).message
        #expect(timed.sessionExpires == SessionExpires(seconds: 1_800))
        #expect(timed.minSE == 90)
    }

    @Test func `a 422 raises the interval, and one without sense does not`() throws {
        var party = Party()
        let begun = party.agent.invite(interval(90), at: party.now)
        let invite = try sent(try #require(begun).actions).message
        let raised = try requests(party.respond(422, to: invite, headers: ["Min-SE: 3600"]))
        #expect(raised.first?.sessionExpires?.seconds == 3_600)
        #expect(raised.first?.minSE == 3_600)
        #expect(raised.first?.cseq.number == 2)
        let refused = party.respond(422, to: try #require(raised.first), headers: ["Min-SE: 3600"])
        #expect(try requests(refused).isEmpty)
        #expect(events(refused).last == .released)
    }

    @Test func `without Session-Expires in the answer there is no timer`() throws {
        var (party, _, _) = try call("Allow: UPDATE")
        #expect(party.pass(.seconds(100_000)).isEmpty)
    }

    @Test func `we refresh by UPDATE at half the interval, again and again`() throws {
        var (party, _, _) = try call("Session-Expires: 200;refresher=uac", "Allow: UPDATE, INVITE")
        #expect(party.pass(.milliseconds(99_999)).isEmpty)
        for round in 0..<3 {
            let update = try #require(try requests(party.pass(round == 0 ? .milliseconds(1) : .seconds(100))).first)
            #expect(update.method == .update)
            #expect(update.body.isEmpty)
            #expect(update.cseq.number == UInt32(2 + round))
            #expect(update.sessionExpires == SessionExpires(seconds: 200, refresher: .uac))
            #expect(update.contact != nil)
            _ = party.respond(200, to: update, headers: [Party.contact, "Session-Expires: 200;refresher=uac"])
        }
    }

    @Test func `where UPDATE is not served we repeat our offer`() throws {
        var (party, _, invite) = try call("Session-Expires: 200", "Allow: INVITE, BYE")
        let reinvite = try #require(try requests(party.pass(.seconds(100))).first)
        #expect(reinvite.method == .invite)
        #expect(Array(reinvite.body) == Party.offer)
        #expect(reinvite.to.tag == "far")
        let ok = Party.response(
            200, to: reinvite, headers: [Party.contact, "Session-Expires: 200;refresher=uac"], body: Party.answer)
        let accepted = party.receive(ok)
        let ack = try sent(accepted).message
        #expect(ack.cseq == CSeq(number: 2, method: .ack))
        #expect(events(accepted).contains(.reanswered(body: Party.answer)))
        let again = party.receive(ok)
        #expect(try sent(again).message.bytes == ack.bytes)
        #expect(events(again) == [])
        let bye = Party.request("BYE", in: invite, sequence: 1)
        #expect(events(party.receive(bye)).last == .released)
        _ = party.pass(.seconds(70))
        #expect(party.agent.counts.sessions == 0)
    }

    @Test func `a refusal of UPDATE makes the next refresh a re-INVITE`() throws {
        var (party, _, _) = try call("Session-Expires: 200", "Allow: UPDATE")
        let update = try #require(try requests(party.pass(.seconds(100))).first)
        _ = party.respond(405, to: update)
        #expect(try requests(party.pass(.zero)).first?.method == .invite)
    }

    @Test func `nobody refreshes: BYE a little before the end`() throws {
        var (party, _, _) = try call("Session-Expires: 200;refresher=uas")
        #expect(party.pass(.milliseconds(167_999)).isEmpty)
        let actions = party.pass(.milliseconds(1))
        #expect(events(actions) == [.expired])
        let bye = try #require(try requests(actions).first)
        #expect(bye.method == .bye)
        #expect(bye.headers[.reason]?.description.hasPrefix("SIP;cause=408") == true)
        #expect(events(party.respond(200, to: bye)) == [.released])
    }

    @Test(arguments: [90, 96, 3_600])
    func `the BYE comes 32 s before the end, or a third of the interval`(seconds: Int) {
        let timer = SessionTimer(seconds: UInt32(seconds), isOurs: false, at: Party.origin)
        #expect(timer.deadline == Party.origin + .seconds(seconds - min(32, seconds / 3)))
    }

    @Test func `who refreshes has the whole interval to succeed`() {
        var timer = SessionTimer(seconds: 90, isOurs: true, at: Party.origin)
        #expect(timer.due(at: Party.origin + .seconds(45)) == .refresh)
        timer.begin()
        #expect(timer.due(at: Party.origin + .milliseconds(89_999)) == .nothing)
        #expect(timer.due(at: Party.origin + .seconds(90)) == .end)
    }

    @Test(arguments: ["UPDATE", "INVITE"])
    func `the far end's refresh puts the end off`(method: String) throws {
        var (party, _, invite) = try call("Session-Expires: 200;refresher=uas")
        _ = party.pass(.seconds(100))
        let headers = ["Supported: timer", "Session-Expires: 200;refresher=uac"]
        let body = method == "UPDATE" ? [] : Party.offer
        var actions = party.receive(
            Party.request(method, in: invite, sequence: 1, headers: headers + [Party.contact], body: body))
        if case .offered(let offer, _) = events(actions).first {
            actions = party.agent.answerOffer(offer, .accept(body: Party.answer), at: party.now)
            _ = party.receive(Party.request("ACK", in: invite, sequence: 1, branch: "z9hG4bKack"))
        }
        let ok = try #require(try allSent(actions).first).message
        #expect(ok.sessionExpires == SessionExpires(seconds: 200, refresher: .uac))
        #expect(try ok.require.map(\.description) == ["timer"])
        #expect(try requests(party.pass(.seconds(167))).isEmpty)
        #expect(events(party.pass(.seconds(1))) == [.expired])
    }

    @Test func `the far end may ask us to refresh`() throws {
        var (party, _, invite) = try call()
        let headers = ["Supported: timer", "Session-Expires: 100;refresher=uas", Party.contact]
        let ok = try sent(party.receive(Party.request("UPDATE", in: invite, sequence: 1, headers: headers))).message
        #expect(ok.sessionExpires == SessionExpires(seconds: 100, refresher: .uas))
        #expect(try ok.require.isEmpty)
        #expect(try requests(party.pass(.seconds(50))).first?.method == .invite)
    }

    @Test func `an interval put in by a proxy is ours to refresh`() throws {
        var (party, _, invite) = try call()
        let ok = try sent(
            party.receive(
                Party.request("UPDATE", in: invite, sequence: 1, headers: ["Session-Expires: 50", Party.contact]))
        ).message
        #expect(ok.sessionExpires == SessionExpires(seconds: 50, refresher: .uas))
    }

    @Test(arguments: [(89, 422), (90, 200)])
    func `too short an interval is refused with 422`(seconds: Int, status: Int) throws {
        var (party, _, invite) = try call()
        let headers = ["Supported: timer", "Session-Expires: \(seconds)", Party.contact]
        let answer = try sent(party.receive(Party.request("UPDATE", in: invite, sequence: 1, headers: headers))).message
        #expect(answer.status?.code == UInt16(status))
        #expect(answer.minSE == (status == 422 ? 90 : nil))
    }

    @Test func `a re-INVITE that does not mention the timer keeps it`() throws {
        var (party, _, invite) = try call("Session-Expires: 200;refresher=uac", "Allow: UPDATE")
        let headers = ["Supported: timer", Party.contact]
        let ok = try sent(party.receive(Party.request("UPDATE", in: invite, sequence: 1, headers: headers))).message
        #expect(ok.sessionExpires == SessionExpires(seconds: 200, refresher: .uas))
    }

    @Test func `glare is waited out as the one who chose the Call-ID should`() throws {
        var (party, _, _) = try call("Session-Expires: 200")
        let reinvite = try #require(try requests(party.pass(.seconds(100))).first)
        _ = party.respond(491, to: reinvite)
        #expect(try requests(party.pass(.milliseconds(2_099))).isEmpty)
        let next = try requests(party.pass(.milliseconds(1_901)))
        #expect(next.first?.method == .invite)
        #expect(Set(next.map(\.cseq.number)) == [3])
    }

    @Test func `the pause after glare lies within its bounds`() {
        var party = Party()
        for _ in 0..<200 {
            let own = party.agent.glarePause(ownsCallID: true)
            #expect(own >= .milliseconds(2_100) && own <= .seconds(4) && own.wholeMilliseconds % 10 == 0)
            let other = party.agent.glarePause(ownsCallID: false)
            #expect(other >= .zero && other <= .seconds(2) && other.wholeMilliseconds % 10 == 0)
        }
    }

    @Test func `an offer of the far end that crosses ours gets 491`() throws {
        var (party, _, invite) = try call("Session-Expires: 200")
        let reinvite = try #require(try requests(party.pass(.seconds(100))).first)
        for (number, method) in ["INVITE", "UPDATE"].enumerated() {
            let crossing = party.receive(Party.request(method, in: invite, sequence: number + 1, body: Party.offer))
            #expect(try sent(crossing).message.status == .requestPending)
        }
        _ = party.respond(200, to: reinvite, headers: [Party.contact], body: Party.answer)
        let after = party.receive(Party.request("UPDATE", in: invite, sequence: 3, body: Party.offer))
        #expect(events(after).count == 1)
    }

    @Test(arguments: [408, 481])
    func `a refresh that finds nobody ends the session`(status: Int) throws {
        var (party, _, _) = try call("Session-Expires: 200", "Allow: UPDATE")
        let update = try #require(try requests(party.pass(.seconds(100))).first)
        let actions = party.respond(status, to: update)
        #expect(events(actions) == [.expired])
        #expect(try requests(actions).first?.method == .bye)
    }

    @Test(arguments: ["Allow: UPDATE", "Allow: INVITE"])
    func `a refresh that nobody answers ends the session`(allow: String) throws {
        var (party, _, _) = try call("Session-Expires: 200", allow)
        let actions = party.pass(.seconds(133))
        #expect(events(actions) == [.expired])
        #expect(try requests(actions).last?.method == .bye)
        _ = party.pass(.seconds(100))
        #expect(party.agent.counts.sessions == 0)
        #expect(party.agent.counts.transactions.living == 0)
    }

    @Test func `another refusal is tried again until the end`() throws {
        var (party, _, _) = try call("Session-Expires: 200", "Allow: UPDATE")
        var tries = 0
        var isOver = false
        for _ in 0..<200 where !isOver {
            let actions = party.pass(.seconds(1))
            isOver = events(actions).contains(.expired)
            for request in try requests(actions) where request.method == .update {
                tries += 1
                #expect(events(party.respond(500, to: request)) == [])
            }
        }
        #expect(isOver)
        #expect((3...20).contains(tries), "\(tries)")
    }

    @Test func `a challenged refresh is sent again with its proof`() throws {
        for allow in ["Allow: UPDATE", "Allow: INVITE"] {
            var (party, _, _) = try call("Session-Expires: 200", allow, credentials: ChallengeTests.bob)
            let refresh = try #require(try requests(party.pass(.seconds(100))).first)
            let challenged = party.respond(
                407, to: refresh, headers: [ChallengeTests.challenge(nonce: "n", proxy: true)])
            let second = try #require(try requests(challenged).first)
            #expect(second.method == refresh.method)
            #expect(second.cseq.number == 3)
            #expect(second.headers[.proxyAuthorization] != nil)
            let ok = party.respond(
                200, to: second, headers: [Party.contact, "Session-Expires: 200"], body: Party.answer)
            #expect(events(ok).contains { if case .dialogChanged = $0 { true } else { false } })
        }
    }

    @Test func `a hang-up during our re-INVITE leaves nothing behind`() throws {
        var (party, id, _) = try call("Session-Expires: 200")
        let reinvite = try #require(try requests(party.pass(.seconds(100))).first)
        let bye = try #require(try requests(party.agent.hangUp(id, reason: nil, at: party.now)).first)
        let late = party.respond(200, to: reinvite, headers: [Party.contact], body: Party.answer)
        #expect(try allSent(late).map(\.message.method) == [.ack])
        #expect(events(late) == [])
        #expect(events(party.respond(200, to: bye)) == [.released])
        _ = party.pass(.seconds(70))
        #expect(party.agent.counts.sessions == 0)
        #expect(party.agent.counts.transactions.living == 0)
    }

    @Test func `a call to us is timed by what its INVITE asks`() throws {
        var party = Party(acceptsCalls: true)
        let invite = """
            INVITE sip:bob@127.0.0.1 SIP/2.0\r
            Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKt\r
            From: <sip:a@h>;tag=1\r
            To: <sip:bob@h>\r
            Call-ID: timed\r
            CSeq: 1 INVITE\r
            Contact: <sip:a@127.0.0.1:5070>\r
            Supported: timer\r
            Session-Expires: 100;refresher=uas\r
            Content-Length: 0\r
            \r

            """
        let incoming = party.receive(invite)
        guard case .session(let id, .incoming) = incoming.last else { return #expect(Bool(false), "\(incoming)") }
        let ok = try sent(party.agent.respond(id, status: 200, body: Party.answer, at: party.now)).message
        #expect(ok.sessionExpires == SessionExpires(seconds: 100, refresher: .uas))
        let ack = """
            ACK sip:bob@127.0.0.1 SIP/2.0\r
            Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKta\r
            From: <sip:a@h>;tag=1\r
            To: \(ok.to.text)\r
            Call-ID: timed\r
            CSeq: 1 ACK\r
            Content-Length: 0\r
            \r

            """
        _ = party.receive(ack)
        let refresh = try #require(try requests(party.pass(.seconds(50))).first)
        #expect(refresh.method == .invite)
        #expect(Array(refresh.body) == Party.answer)
    }
}
