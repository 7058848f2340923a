import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

@Suite struct RefusalAndForkTests {
    @Test func `a 486 is acknowledged in its transaction and told with cause and pause`() throws {
        var party = Party()
        let (_, invite) = try party.invite(routes: ["<sip:127.0.0.1:5080;lr>"])
        _ = party.respond(180, to: invite)
        let busy = Party.response(
            486, to: invite, headers: ["Reason: Q.850;cause=17;text=\"User busy\"", "Retry-After: 30"])
        let actions = party.receive(busy)
        let (ack, flow) = try sent(actions)
        #expect(ack.method == .ack)
        #expect(ack.topVia.text == invite.topVia.text)
        #expect(ack.cseq == CSeq(number: 1, method: .ack))
        #expect(ack.requestURI?.description == invite.requestURI?.description)
        #expect(ack.headers[.route]?.description == "<sip:127.0.0.1:5080;lr>")
        #expect(ack.to.tag == "far")
        #expect(flow == Party.trunk)
        let rejection = Rejection(status: 486, reason: "Phrase", q850: 17, retryAfter: 30, contacts: [])
        #expect(events(actions) == [.failed(.refused(rejection)), .released])
        #expect(try sent(party.receive(busy)).message.bytes == ack.bytes)
        #expect(party.agent.counts.sessions == 0)
        _ = party.pass(.seconds(33))
        #expect(party.agent.counts.transactions == TransactionCounts())
    }

    @Test func `a redirection tells its targets`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        let actions = party.respond(302, to: invite, headers: ["Contact: <sip:a@127.0.0.2>, <sip:b@127.0.0.3>"])
        guard case .failed(.refused(let rejection)) = events(actions).first else {
            return #expect(Bool(false), "\(actions)")
        }
        #expect(rejection.contacts == ["sip:a@127.0.0.2", "sip:b@127.0.0.3"])
    }

    @Test func `every provisional response is told, with its early dialog and its body`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        let script: [(Int, String?, [UInt8])] = [
            (183, nil, Party.answer), (180, "a", []), (183, "b", Party.answer), (180, "a", []), (182, "a", []),
        ]
        for (status, tag, body) in script {
            let told = events(party.respond(status, to: invite, tag: tag, body: body))
            guard case .progressed(let progress) = told.first else { return #expect(Bool(false), "\(told)") }
            #expect(progress.status == status)
            #expect(progress.remoteTag == tag)
            #expect(progress.body == body)
            #expect(progress.invite.via == invite.topVia.text.description)
        }
    }

    @Test func `100 is told once and not after a 180`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        #expect(events(party.respond(100, to: invite, tag: nil)) == [.trying])
        #expect(events(party.respond(100, to: invite, tag: nil)) == [])
        _ = party.respond(180, to: invite)
        #expect(events(party.respond(100, to: invite, tag: nil)) == [])
    }

    @Test func `the 200 of a second fork gets ACK and BYE, its repetition the ACK alone`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        _ = party.respond(200, to: invite, tag: "one", headers: [Party.contact], body: Party.answer)
        let second = Party.response(200, to: invite, tag: "two", headers: ["Contact: <sip:two@127.0.0.1:5072>"])
        let actions = party.receive(second)
        let messages = try allSent(actions).map(\.message)
        #expect(messages.map(\.method) == [.ack, .bye])
        #expect(messages.allSatisfy { $0.to.tag == "two" && $0.requestURI?.description == "sip:two@127.0.0.1:5072" })
        #expect(messages.map(\.cseq.number) == [1, 2])
        #expect(events(actions) == [])
        #expect(try sent(party.receive(second)).message.bytes == messages[0].bytes)
        #expect(events(party.respond(200, to: messages[1])) == [])
        let bye = try sent(party.agent.hangUp(id, reason: nil, at: party.now)).message
        #expect(bye.to.tag == "one")
    }

    @Test func `a fork that we hung up may say BYE as well`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        _ = party.respond(200, to: invite, tag: "one", headers: [Party.contact])
        _ = party.respond(200, to: invite, tag: "two", headers: [Party.contact])
        let actions = party.receive(Party.request("BYE", in: invite, sequence: 1, tag: "two"))
        #expect(try sent(actions).message.status == .ok)
        #expect(events(actions) == [])
        let info = party.receive(Party.request("INFO", in: invite, sequence: 2, tag: "two"))
        #expect(try sent(info).message.status == .noSuchTransaction)
    }

    @Test func `early dialogs and forks beyond the limit are dropped and counted`() throws {
        var party = Party(limits: UserAgentLimits(forks: 2))
        let (_, invite) = try party.invite()
        for tag in ["a", "b"] { #expect(events(party.respond(180, to: invite, tag: tag)).count == 1) }
        #expect(party.respond(180, to: invite, tag: "c") == [])
        #expect(events(party.respond(180, to: invite, tag: "b")).count == 1)
        for tag in ["a", "b"] {
            #expect(!party.respond(200, to: invite, tag: tag, headers: [Party.contact]).isEmpty)
        }
        #expect(party.respond(200, to: invite, tag: "c", headers: [Party.contact]) == [])
        #expect(party.agent.counts.drops.forks == 2)
    }

    @Test func `a 200 without tag and Contact still makes a dialog`() throws {
        var party = Party()
        let (id, invite) = try party.invite()
        let (ack, flow) = try sent(party.respond(200, to: invite, tag: nil))
        #expect(ack.requestURI?.description == invite.requestURI?.description)
        #expect(ack.to.tag == nil)
        #expect(flow == Party.trunk)
        let bye = try sent(party.agent.hangUp(id, reason: nil, at: party.now)).message
        #expect(bye.to.tag == nil)
    }

    @Test func `a session description is found in a multipart body`() throws {
        var party = Party()
        let (_, invite) = try party.invite()
        let body =
            "--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x--\r\n"
        var lines = Party.response(
            200, to: invite, headers: [Party.contact, "Content-Type: multipart/mixed;boundary=x"])
        lines = lines.replacing("Content-Length: 0", with: "Content-Length: \(body.utf8.count)") + body
        guard case .answered(let answer) = events(party.receive(lines)).first else { return #expect(Bool(false)) }
        #expect(String(decoding: answer.body, as: UTF8.self) == "v=0")
    }
}
