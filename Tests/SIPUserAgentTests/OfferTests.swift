import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct OfferTests {
    let newOffer = Array("v=0 new offer".utf8)
    let newAnswer = Array("v=0 new answer".utf8)

    func offered(_ actions: [UserAgentAction]) throws -> OfferID {
        for event in events(actions) {
            switch event {
            case .offered(let id, _), .offerRequested(let id): return id
            default: continue
            }
        }
        return try #require(nil, "no offer in \(actions)")
    }

    @Test func `an accepted re-INVITE is answered, retransmitted and acknowledged`() throws {
        var party = Party()
        let (id, invite) = try party.answeredCall()
        let text = Party.request(
            "INVITE", in: invite, sequence: 5, headers: ["Contact: <sip:far@127.0.0.1:5099>"], body: newOffer)
        let actions = party.receive(text)
        let offer = try offered(actions)
        #expect(events(actions) == [.offered(offer, body: newOffer)])
        let accepted = party.agent.answerOffer(offer, .accept(body: newAnswer), at: party.now)
        let ok = try sent(accepted).message
        #expect(ok.status == .ok)
        #expect(Array(ok.body) == newAnswer)
        #expect(ok.contact?.uri.description == "sip:127.0.0.1:5060")
        guard case .dialogChanged(let state) = events(accepted).first else { return #expect(Bool(false)) }
        #expect(state.remoteTarget == "sip:far@127.0.0.1:5099")
        #expect(state.remoteSequence == 5)

        let repeats = try allSent(party.pass(.seconds(4)))
        #expect(repeats.count == 3)
        #expect(repeats.allSatisfy { $0.message.bytes == ok.bytes })
        #expect(party.receive(text) == [])
        let ack = party.receive(Party.request("ACK", in: invite, sequence: 5, branch: "z9hG4bKack"))
        #expect(ack == [])
        #expect(party.pass(.seconds(60)) == [])
        let (bye, flow) = try sent(party.agent.hangUp(id, reason: nil, at: party.now))
        #expect(bye.requestURI?.description == "sip:far@127.0.0.1:5099")
        #expect(flow.remote.port == 5099)
    }

    @Test func `a rejected re-INVITE leaves the call as it was`() throws {
        var party = Party()
        let (id, invite) = try party.answeredCall()
        let offer = try offered(
            party.receive(
                Party.request(
                    "INVITE", in: invite, sequence: 1, headers: ["Contact: <sip:far@127.0.0.1:5099>"], body: newOffer)))
        let refusal = party.agent.answerOffer(
            offer, .reject(status: 488, warning: SIPWarning(code: 305, text: "Incompatible media format")),
            at: party.now)
        let response = try sent(refusal).message
        #expect(response.status == .notAcceptableHere)
        #expect(response.headers[.warning]?.description == "305 duocall \"Incompatible media format\"")
        #expect(events(refusal) == [])
        #expect(party.receive(Party.request("ACK", in: invite, sequence: 1, branch: "z9hG4bKfarINVITE1")) == [])
        #expect(party.pass(.seconds(40)) == [])
        #expect(party.agent.answerOffer(offer, .accept(body: newAnswer), at: party.now) == [])
        #expect(try sent(party.agent.hangUp(id, reason: nil, at: party.now)).flow.remote.port == 5071)
    }

    @Test func `a 200 to a re-INVITE that nobody acknowledges ends with BYE`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let offer = try offered(party.receive(Party.request("INVITE", in: invite, sequence: 1, body: newOffer)))
        _ = party.agent.answerOffer(offer, .accept(body: newAnswer), at: party.now)
        let actions = party.pass(.seconds(32))
        let messages = try allSent(actions).map(\.message)
        #expect(messages.dropLast().allSatisfy { $0.status == .ok })
        #expect(messages.dropLast().count == 10)
        #expect(messages.last?.method == .bye)
        #expect(events(actions) == [.unacknowledged])
        let bye = try #require(messages.last)
        #expect(events(party.respond(200, to: bye)) == [.released])
    }

    @Test func `a re-INVITE without a body gets our offer and brings the answer in its ACK`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let asked = party.receive(Party.request("INVITE", in: invite, sequence: 1))
        let offer = try offered(asked)
        #expect(events(asked) == [.offerRequested(offer)])
        let ok = try sent(party.agent.answerOffer(offer, .accept(body: newOffer), at: party.now)).message
        #expect(Array(ok.body) == newOffer)
        // Until the answer is here, a second offer would cross ours.
        let glare = party.receive(Party.request("UPDATE", in: invite, sequence: 2, body: newOffer))
        #expect(try sent(glare).message.status == .requestPending)
        let acknowledged = party.receive(
            Party.request("ACK", in: invite, sequence: 1, branch: "z9hG4bKack", body: newAnswer))
        #expect(acknowledged == [.session(offer.session, .offerAnswered(offer, body: newAnswer))])
    }

    @Test func `an UPDATE is offered, answered and not retransmitted`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let offer = try offered(party.receive(Party.request("UPDATE", in: invite, sequence: 1, body: newOffer)))
        let ok = try sent(party.agent.answerOffer(offer, .accept(body: newAnswer), at: party.now)).message
        #expect((ok.status, Array(ok.body)) == (.ok, newAnswer))
        #expect(party.pass(.seconds(60)) == [])
    }

    @Test func `an UPDATE without a body only refreshes the target`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let actions = party.receive(
            Party.request("UPDATE", in: invite, sequence: 1, headers: ["Contact: <sip:far@127.0.0.1:5098>"]))
        #expect(try sent(actions).message.status == .ok)
        guard case .dialogChanged(let state) = events(actions).first else { return #expect(Bool(false)) }
        #expect(state.remoteTarget == "sip:far@127.0.0.1:5098")
        #expect(state.flow.remote.port == 5098)
    }

    @Test(arguments: ["INVITE", "UPDATE"], ["INVITE", "UPDATE"])
    func `an offer that comes while one waits gets 500 with a pause`(first: String, second: String) throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let offer = try offered(party.receive(Party.request(first, in: invite, sequence: 1, body: newOffer)))
        let overlap = party.receive(Party.request(second, in: invite, sequence: 2, body: newOffer))
        let refusal = try sent(overlap).message
        #expect(refusal.status == .serverInternalError)
        let pause = try #require(try refusal.retryAfter)
        #expect((0...10).contains(pause.seconds))
        #expect(events(overlap) == [])
        #expect(try sent(party.agent.answerOffer(offer, .accept(body: newAnswer), at: party.now)).message.status == .ok)
    }

    @Test func `a next re-INVITE counts as the ACK of the last`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let first = try offered(party.receive(Party.request("INVITE", in: invite, sequence: 1, body: newOffer)))
        _ = party.agent.answerOffer(first, .accept(body: newAnswer), at: party.now)
        let second = try offered(party.receive(Party.request("INVITE", in: invite, sequence: 2, body: newOffer)))
        _ = party.agent.answerOffer(second, .accept(body: newAnswer), at: party.now)
        #expect(party.receive(Party.request("ACK", in: invite, sequence: 2, branch: "z9hG4bKack")) == [])
        #expect(party.pass(.seconds(60)) == [])
    }

    @Test func `an offer nobody answers is refused with 504`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let offer = try offered(party.receive(Party.request("UPDATE", in: invite, sequence: 1, body: newOffer)))
        #expect(try sent(party.pass(.seconds(30))).message.status == .gatewayTimeout)
        #expect(party.agent.answerOffer(offer, .accept(body: newAnswer), at: party.now) == [])
    }

    @Test func `a re-INVITE that waits gets 100 after 200 ms`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        _ = party.receive(Party.request("INVITE", in: invite, sequence: 1, body: newOffer))
        #expect(try sent(party.pass(.milliseconds(200))).message.status == .trying)
    }

    @Test func `a re-INVITE can be cancelled while it waits`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let offer = try offered(party.receive(Party.request("INVITE", in: invite, sequence: 1, body: newOffer)))
        let cancelled = party.receive(Party.request("CANCEL", in: invite, sequence: 1, branch: "z9hG4bKfarINVITE1"))
        let messages = try allSent(cancelled).map(\.message)
        #expect(messages.map(\.status) == [.ok, .requestTerminated])
        #expect(messages.map(\.method) == [.cancel, .invite])
        #expect(party.agent.answerOffer(offer, .accept(body: newAnswer), at: party.now) == [])
    }

    @Test(arguments: [true, false])
    func `an offer that waits gets 487 when the call ends`(byUs: Bool) throws {
        var party = Party()
        let (id, invite) = try party.answeredCall()
        _ = party.receive(Party.request("INVITE", in: invite, sequence: 1, body: newOffer))
        let actions =
            byUs
            ? party.agent.hangUp(id, reason: nil, at: party.now)
            : party.receive(Party.request("BYE", in: invite, sequence: 2))
        #expect(try allSent(actions).map(\.message.status).contains(.requestTerminated))
    }

    @Test func `while our INVITE is unanswered the far end's offers get 491`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        _ = party.respond(183, to: invite, body: Party.answer)
        let update = party.receive(Party.request("UPDATE", in: invite, sequence: 1, body: newOffer))
        #expect(try sent(update).message.status == .requestPending)
        let reinvite = party.receive(Party.request("INVITE", in: invite, sequence: 2, body: newOffer))
        #expect(try sent(reinvite).message.status == .requestPending)
        let refresh = party.receive(Party.request("UPDATE", in: invite, sequence: 3))
        #expect(try sent(refresh).message.status == .ok)
        let bye = party.receive(Party.request("BYE", in: invite, sequence: 4))
        #expect(try sent(bye).message.status == .noSuchTransaction)
    }

    @Test func `a request out of order gets 500`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        #expect(try sent(party.receive(Party.request("INFO", in: invite, sequence: 9))).message.status == .ok)
        let late = party.receive(Party.request("INVITE", in: invite, sequence: 8, body: newOffer))
        #expect(try sent(late).message.status == .serverInternalError)
        #expect(events(late) == [])
    }

    @Test(arguments: [
        ("REFER", 405), ("MESSAGE", 405), ("PRACK", 481), ("NOTIFY", 405), ("DANCE", 501), ("OPTIONS", 200),
        ("INFO", 200),
    ])
    func `other requests in a dialog get their answer`(method: String, status: Int) throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let actions = party.receive(Party.request(method, in: invite, sequence: 1), isTrunk: false)
        #expect(try sent(actions).message.status == SIPStatus(status))
        #expect(events(actions) == [])
    }

    @Test func `a body we cannot read and an extension we lack are refused`() throws {
        var party = Party()
        let (_, invite) = try party.answeredCall()
        let strange = Party.request("INVITE", in: invite, sequence: 1, body: newOffer)
            .replacing("application/sdp", with: "text/html")
        #expect(try sent(party.receive(strange)).message.status == .unsupportedMediaType)
        let required = Party.request(
            "INVITE", in: invite, sequence: 2, headers: ["Require: precondition"], body: newOffer)
        let refusal = try sent(party.receive(required)).message
        #expect(refusal.status == .badExtension)
        #expect(refusal.headers[.unsupported] == "precondition")
    }
}
