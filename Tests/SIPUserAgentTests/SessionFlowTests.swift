import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// Session establishment: the flows of RFC 3665 §3 as transcripts, seen from Alice, who is what we are to a carrier; in
/// those with an INVITE of the far end, from Bob. What begins a call anew, as §3.4 and the redirection of §3.6 do, is the
/// switchboard's: `ServerFailoverTests`, `TrunkAvailabilityTests`. An ALG as in §3.5 is a proxy to us.
@Suite struct SessionFlowTests {
    static let firstProxy = "<sip:127.0.0.1:5070;lr>"
    static let secondProxy = "<sip:127.0.0.2:5060;lr>"
    /// As both proxies of §3.2 leave it in responses: the one nearest to Bob first.
    static let recorded = "Record-Route: \(secondProxy), \(firstProxy)"
    static let bob = "Contact: <sip:bob@192.0.2.4>"

    /// What a flow sends, one message a line: the method, or the status with the method of CSeq.
    func lines(_ actions: [UserAgentAction]) throws -> [String] {
        try allSent(actions).map { sent in
            sent.message.status.map { "\($0.code) \(sent.message.cseq.method)" } ?? "\(sent.message.method)"
        }
    }

    @Test func `successful session establishment (RFC 3665 §3_1)`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        #expect(try lines(party.respond(180, to: invite, headers: [Party.contact])) == [])
        let answered = party.respond(200, to: invite, headers: [Party.contact], body: Party.answer)
        let ack = try sent(answered).message
        #expect(ack.cseq == CSeq(number: 1, method: .ack))
        #expect(ack.callID == invite.callID && ack.from.tag == invite.from.tag && ack.to.tag == "far")
        let ended = party.receive(Party.request("BYE", in: invite, sequence: 1))
        #expect(try lines(ended) == ["200 BYE"])
        #expect(events(ended) == [.hungUp(FarEndReason()), .released])
    }

    @Test func `session establishment through two proxies (RFC 3665 §3_2)`() throws {
        var party = Party()
        let (_, invite) = try party.invite(routes: [Self.firstProxy])
        #expect(events(party.respond(100, to: invite, tag: nil)) == [.trying])
        let ringing = party.respond(180, to: invite, headers: [Self.recorded, Self.bob])
        guard case .progressed = events(ringing).first else { return #expect(Bool(false), "\(ringing)") }
        let (ack, flow) = try sent(party.respond(200, to: invite, headers: [Self.recorded, Self.bob]))
        #expect(ack.requestURI?.description == "sip:bob@192.0.2.4")
        #expect(ack.headers.values(.route).map(\.description) == [Self.firstProxy, Self.secondProxy])
        #expect(flow == Party.trunk)
        // F20: Bob's BYE as the first proxy passes it on, with the Vias of all three.
        let bye = Party.request("BYE", in: invite, sequence: 1, branch: "z9hG4bK2d4790").replacing(
            "Max-Forwards: 70",
            with: "Via: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK721e4;received=127.0.0.2\r\n"
                + "Via: SIP/2.0/UDP 192.0.2.4:5060;branch=z9hG4bKnashds7;received=192.0.2.4\r\nMax-Forwards: 68")
        let (ok, back) = try sent(party.receive(bye))
        #expect(ok.status == .ok)
        #expect(
            try ok.vias.map { $0.branch?.description } == ["z9hG4bK2d4790", "z9hG4bK721e4", "z9hG4bKnashds7"])
        #expect(back == Party.trunk)
    }

    @Test func `a session with multiple proxy authentication (RFC 3665 §3_3)`() throws {
        var party = Party(credentials: Credentials(user: "alice", password: "wonderland"))
        let (_, first) = try party.invite()
        func challenge(_ realm: String) -> String {
            "Proxy-Authenticate: Digest realm=\"\(realm)\", qop=\"auth\", nonce=\"n-\(realm)\", opaque=\"\", "
                + "stale=FALSE, algorithm=MD5"
        }
        let firstChallenge = party.respond(407, to: first, tag: "p1", headers: [challenge("atlanta.example.com")])
        #expect(try lines(firstChallenge) == ["ACK", "INVITE"])
        let acknowledgement = try #require(try allSent(firstChallenge).first).message
        #expect(acknowledgement.topVia.branch == first.topVia.branch && acknowledgement.to.tag == "p1")
        let second = try #require(try allSent(firstChallenge).last).message
        #expect(second.headers.values(.proxyAuthorization).count == 1)
        #expect(events(party.respond(100, to: second, tag: nil)) == [.trying])
        let secondChallenge = party.respond(407, to: second, tag: "p2", headers: [challenge("biloxi.example.com")])
        #expect(try lines(secondChallenge) == ["ACK", "INVITE"])
        let third = try #require(try allSent(secondChallenge).last).message
        let realms = third.headers.values(.proxyAuthorization).compactMap { DigestFields($0)?["realm"] }
        #expect(realms == ["atlanta.example.com", "biloxi.example.com"])
        #expect([first, second, third].map(\.cseq.number) == [1, 2, 3])
        #expect(Set([first, second, third].map(\.callID.description)).count == 1)
        _ = party.respond(180, to: third, headers: [Self.recorded, Self.bob])
        let ack = try sent(party.respond(200, to: third, headers: [Self.recorded, Self.bob], body: Party.answer))
        #expect(ack.message.cseq.number == 3)
        #expect(ack.message.headers.values(.proxyAuthorization) == third.headers.values(.proxyAuthorization))
    }

    @Test func `a session with the offer in the 200 and the answer in the ACK (RFC 3665 §3_6)`() throws {
        var party = Party(acceptsCalls: true)
        let called = party.receive(
            IncomingCallTests.invite.replacing(
                "Content-Type: application/sdp\r\nContent-Length: 9\r\n\r\nv=0 offer", with: "Content-Length: 0\r\n\r\n"
            ))
        guard case .session(let id, .incoming(let call)) = called.first else {
            return #expect(Bool(false), "\(called)")
        }
        #expect(call.body.isEmpty)
        let ringing = try sent(party.agent.respond(id, status: 180, at: party.now)).message
        let ok = try sent(party.agent.respond(id, status: 200, body: Party.offer, at: party.now)).message
        #expect(ok.to.tag == ringing.to.tag && Array(ok.body) == Party.offer)
        let answer = String(decoding: Party.answer, as: UTF8.self)
        let acknowledged = party.receive(
            IncomingCallTests().inDialog("ACK", 41, tag: try #require(ok.to.tag).description).replacing(
                "Content-Length: 0\r\n\r\n",
                with: "Content-Type: application/sdp\r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)"))
        #expect(acknowledged == [.session(id, .acknowledged(body: Party.answer))])
        let bye = try sent(party.agent.hangUp(id, reason: nil, at: party.now)).message
        #expect(try lines(party.respond(200, to: bye)) == [])
        #expect(party.agent.counts.sessions == 0)
    }

    @Test func `a re-INVITE with another address (RFC 3665 §3_7)`() throws {
        var party = Party()
        let (id, invite) = try party.answeredCall()
        let moved = party.receive(
            Party.request(
                "INVITE", in: invite, sequence: 14, headers: ["Contact: <sip:far@127.0.0.1:5099>"],
                body: Array("v=0 moved".utf8)))
        guard case .offered(let offer, _) = events(moved).first else { return #expect(Bool(false), "\(moved)") }
        let accepted = party.agent.answerOffer(offer, .accept(body: Party.answer), at: party.now)
        #expect(try lines(accepted) == ["200 INVITE"])
        #expect(party.receive(Party.request("ACK", in: invite, sequence: 14, branch: "z9hG4bKack")) == [])
        let (bye, flow) = try sent(party.agent.hangUp(id, reason: nil, at: party.now))
        #expect(bye.requestURI?.description == "sip:far@127.0.0.1:5099")
        #expect(flow.remote.port == 5099)
    }

    @Test func `unsuccessful, no answer (RFC 3665 §3_8)`() throws {
        var party = Party()
        let (id, invite) = try party.invite(routes: [Self.firstProxy])
        _ = party.respond(100, to: invite, tag: nil)
        _ = party.respond(180, to: invite, headers: [Self.recorded, Self.bob])
        let cancel = try sent(party.agent.cancel(id, reason: nil, at: party.now)).message
        #expect(cancel.topVia.text == invite.topVia.text)
        #expect(cancel.headers.values(.route).map(\.description) == [Self.firstProxy])
        #expect(party.respond(200, to: cancel) == [])
        let ended = party.respond(487, to: invite)
        let ack = try sent(ended).message
        #expect(ack.topVia.branch == invite.topVia.branch && ack.cseq == CSeq(number: 1, method: .ack))
        #expect(ack.headers.values(.route).map(\.description) == [Self.firstProxy])
        #expect(events(ended) == [.failed(.cancelled), .released])
    }

    /// Busy, no response from Bob (his proxy's 408), and temporarily unavailable after it rang.
    @Test(arguments: [("§3_9", 486, false), ("§3_10", 408, false), ("§3_11", 480, true)])
    func `unsuccessful, refused (RFC 3665 §3_9 to §3_11)`(section: String, status: Int, rings: Bool) throws {
        var party = Party()
        let (_, invite) = try party.invite(routes: [Self.firstProxy])
        _ = party.respond(100, to: invite, tag: nil)
        if rings { _ = party.respond(180, to: invite, headers: [Self.recorded, Self.bob]) }
        let ended = party.respond(status, to: invite)
        let (ack, flow) = try sent(ended)
        #expect(ack.topVia.branch == invite.topVia.branch && ack.to.tag == "far")
        #expect(ack.requestURI?.description == invite.requestURI?.description)
        #expect(ack.headers.values(.route).map(\.description) == [Self.firstProxy])
        #expect(flow == Party.trunk)
        guard case .failed(.refused(let rejection)) = events(ended).first else {
            return #expect(Bool(false), "\(ended)")
        }
        #expect(rejection.status == status)
        #expect(try lines(party.respond(status, to: invite)) == ["ACK"], "a repeated refusal gets its ACK again")
    }

    @Test func `early media through a proxy, then the answer of the same early dialog`() throws {
        var party = Party()
        let (_, invite) = try party.invite(routes: [Self.firstProxy])
        let early = party.respond(183, to: invite, headers: [Self.recorded, Self.bob], body: Party.answer)
        guard case .progressed(let progress) = events(early).first else { return #expect(Bool(false), "\(early)") }
        #expect((progress.status, progress.body, progress.remoteTag) == (183, Party.answer, "far"))
        let answered = party.respond(200, to: invite, headers: [Self.recorded, Self.bob], body: Party.answer)
        #expect(try lines(answered) == ["ACK"])
        guard case .answered(let answer) = events(answered).first else { return #expect(Bool(false), "\(answered)") }
        #expect(answer.dialog.routes == [Self.firstProxy, Self.secondProxy])
    }
}
