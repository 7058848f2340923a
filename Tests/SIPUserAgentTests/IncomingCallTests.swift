import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct IncomingCallTests {
    static let invite =
        "INVITE sip:1001@127.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKcall;rport\r\n"
        + "Record-Route: <sip:127.0.0.1:5061;lr>\r\nRecord-Route: <sip:127.0.0.1:5062;lr>\r\n"
        + "Max-Forwards: 70\r\nFrom: <sip:0755@127.0.0.1>;tag=caller\r\nTo: <sip:1001@127.0.0.1>\r\nCall-ID: incoming\r\n"
        + "CSeq: 41 INVITE\r\nContact: <sip:caller@127.0.0.1:5070>\r\nContent-Type: application/sdp\r\n"
        + "Content-Length: 9\r\n\r\nv=0 offer"

    func inDialog(_ method: String, _ sequence: Int, tag: String, branch: String? = nil) -> String {
        "\(method) sip:1001@127.0.0.1:5060 SIP/2.0\r\n"
            + "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=\(branch ?? "z9hG4bK\(method)")\r\nMax-Forwards: 70\r\n"
            + "From: <sip:0755@127.0.0.1>;tag=caller\r\nTo: <sip:1001@127.0.0.1>\(tag.isEmpty ? "" : ";tag=\(tag)")\r\n"
            + "Call-ID: incoming\r\nCSeq: \(sequence) \(method)\r\nContent-Length: 0\r\n\r\n"
    }

    func called() throws -> (Party, SessionID) {
        var party = Party(acceptsCalls: true)
        let actions = party.receive(Self.invite)
        guard case .session(let id, .incoming(let call)) = actions.first else {
            return try #require(nil, "\(actions)")
        }
        #expect(call.user == "1001")
        #expect(call.caller == "sip:0755@127.0.0.1")
        #expect(call.body == Party.offer)
        return (party, id)
    }

    @Test func `a call rings, is answered, acknowledged and hung up by us`() throws {
        var (party, id) = try called()
        let ringing = try sent(party.agent.respond(id, status: 180, at: party.now)).message
        let tag = try #require(ringing.to.tag?.description)
        let ok = try sent(party.agent.respond(id, status: 200, body: Party.answer, at: party.now)).message
        #expect(ok.to.tag?.description == tag)
        #expect(Array(ok.body) == Party.answer)
        #expect(ok.headers.values(.recordRoute).count == 2)
        #expect(try allSent(party.pass(.milliseconds(500))).map(\.message.bytes) == [ok.bytes])
        #expect(party.agent.hangUp(id, reason: .q850(16), at: party.now) == [])
        let acknowledged = party.receive(inDialog("ACK", 41, tag: tag))
        #expect(events(acknowledged) == [.acknowledged(body: [])])
        let (bye, flow) = try sent(acknowledged)
        #expect(bye.method == .bye)
        #expect(bye.requestURI?.description == "sip:caller@127.0.0.1:5070")
        #expect(
            bye.headers.values(.route).map(\.description) == ["<sip:127.0.0.1:5061;lr>", "<sip:127.0.0.1:5062;lr>"])
        #expect(bye.to.tag == "caller")
        #expect(bye.q850Cause == 16)
        #expect(flow.remote.port == 5061)
        #expect(events(party.respond(200, to: bye)) == [.released])
        _ = party.pass(.seconds(64))
        #expect(party.agent.counts.sessions == 0)
        #expect(party.agent.counts.transactions.living == 0)
    }

    @Test func `the caller hangs up`() throws {
        var (party, id) = try called()
        let tag = try #require(sent(party.agent.respond(id, status: 200, at: party.now)).message.to.tag?.description)
        _ = party.receive(inDialog("ACK", 41, tag: tag))
        let actions = party.receive(inDialog("BYE", 42, tag: tag))
        #expect(try sent(actions).message.status == .ok)
        #expect(events(actions) == [.hungUp(FarEndReason()), .released])
        #expect(party.agent.counts.sessions == 0)
    }

    @Test func `the caller cancels`() throws {
        var (party, id) = try called()
        _ = party.agent.respond(id, status: 180, at: party.now)
        let actions = party.receive(inDialog("CANCEL", 41, tag: "", branch: "z9hG4bKcall"))
        let messages = try allSent(actions).map(\.message)
        #expect(messages.map(\.status) == [.ok, .requestTerminated])
        #expect(events(actions) == [.hungUp(FarEndReason()), .released])
        #expect(party.agent.respond(id, status: 200, at: party.now) == [])
    }

    @Test func `a CANCEL after our 200 changes nothing`() throws {
        var (party, id) = try called()
        _ = party.agent.respond(id, status: 200, at: party.now)
        let actions = party.receive(inDialog("CANCEL", 41, tag: "", branch: "z9hG4bKcall"))
        #expect(try sent(actions).message.status == .ok)
        #expect(events(actions) == [])
    }

    @Test func `a refused call is released and its refusal repeated until the ACK`() throws {
        var (party, id) = try called()
        let actions = party.agent.respond(id, status: 486, at: party.now)
        let busy = try sent(actions).message
        #expect(busy.status == .busyHere)
        #expect(events(actions) == [.released])
        #expect(try sent(party.pass(.milliseconds(500))).message.bytes == busy.bytes)
        #expect(party.receive(inDialog("ACK", 41, tag: "", branch: "z9hG4bKcall")) == [])
        #expect(party.pass(.seconds(60)) == [])
        #expect(party.agent.counts.transactions.living == 0)
    }

    @Test func `a call that nobody answers gets 480 at the ring limit`() throws {
        var (party, id) = try called()
        _ = party.agent.respond(id, status: 180, at: party.now)
        let actions = party.pass(.seconds(360))
        #expect(try allSent(actions).first?.message.status == .temporarilyUnavailable)
        #expect(events(actions) == [.released])
    }

    @Test func `our 200 that nobody acknowledges ends with BYE`() throws {
        var (party, id) = try called()
        _ = party.agent.respond(id, status: 200, at: party.now)
        let actions = party.pass(.seconds(32))
        #expect(events(actions) == [.unacknowledged])
        #expect(try allSent(actions).last?.message.method == .bye)
    }

    @Test func `a call beyond the limit gets 503`() throws {
        var party = Party(acceptsCalls: true, limits: UserAgentLimits(sessions: 0))
        #expect(try sent(party.receive(Self.invite)).message.status == .serviceUnavailable)
    }
}
