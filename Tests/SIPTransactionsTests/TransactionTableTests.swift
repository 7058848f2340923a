import SIPSyntax
import SansIO
import Testing

@testable import SIPTransactions

@Suite struct TransactionTableTests {
    static let flow = Flow(remote: TransportAddress(ip: .v4(0x7F00_0001), port: 5070))
    static let elsewhere = Flow(remote: TransportAddress(ip: .v4(0x7F00_0002), port: 5070))
    let start = Instant(nanoseconds: 0)

    func table(serverLimit: Int = 10) -> TransactionTable {
        TransactionTable(timers: SIPTimers(), shard: 3, serverLimit: serverLimit)
    }

    func request(_ method: String, via: String, to: String = "<sip:b@d>", uri: String = "sip:b@d") throws -> SIPMessage
    {
        let text =
            "\(method) \(uri) SIP/2.0\r\nVia: SIP/2.0/UDP \(via)\r\nFrom: <sip:a@c>;tag=1\r\nTo: \(to)\r\n"
            + "Call-ID: x\r\nCSeq: 7 \(method)\r\nMax-Forwards: 70\r\n\r\n"
        return try SIPMessage(parsing: Array(text.utf8))
    }

    func response(_ status: Int, branch: String, method: String) throws -> SIPMessage {
        let text =
            "SIP/2.0 \(status) X\r\nVia: SIP/2.0/UDP h;branch=\(branch)\r\nFrom: <sip:a@c>;tag=1\r\nTo: <sip:b@d>;tag=2\r\n"
            + "Call-ID: x\r\nCSeq: 7 \(method)\r\n\r\n"
        return try SIPMessage(parsing: Array(text.utf8))
    }

    func receive(_ message: SIPMessage, in table: inout TransactionTable, isAdmitted: Bool = true) -> ServerEvent {
        table.receive(
            request: message, method: message.method, from: Self.flow, isAdmitted: isAdmitted, limit: .seconds(60),
            at: start)
    }

    @Test func `requests with one branch, sent-by and method are one transaction`() throws {
        var table = table()
        guard case .new(let id) = receive(try request("INFO", via: "h:5070;branch=z9hG4bKa"), in: &table)
        else { return #expect(Bool(false)) }
        #expect(receive(try request("INFO", via: "H:5070;branch=Z9HG4BKA"), in: &table) == .repeated(nil))
        let answer = table.respond(id, .ok, [1], at: start)
        #expect(answer == Datagram(bytes: [1], flow: Self.flow))
        #expect(receive(try request("INFO", via: "h:5070;branch=z9hG4bKa"), in: &table) == .repeated(answer))
        for other in ["h:5070;branch=z9hG4bKb", "i:5070;branch=z9hG4bKa", "h:5071;branch=z9hG4bKa"] {
            guard case .new = receive(try request("INFO", via: other), in: &table) else {
                Issue.record("\(other) is another transaction")
                continue
            }
        }
        guard case .new = receive(try request("UPDATE", via: "h:5070;branch=z9hG4bKa"), in: &table)
        else { return #expect(Bool(false)) }
    }

    @Test func `a port left out is 5060`() throws {
        var table = table()
        _ = receive(try request("INFO", via: "h;branch=z9hG4bKa"), in: &table)
        #expect(receive(try request("INFO", via: "h:5060;branch=z9hG4bKa"), in: &table) == .repeated(nil))
    }

    @Test(arguments: ["h:5070;branch=z9hG4bKa", "h:5070;branch=old", "h:5070"])
    func `an ACK finds the INVITE it acknowledges, by old rules too`(via: String) throws {
        var table = table()
        guard case .new(let id) = receive(try request("INVITE", via: via), in: &table)
        else { return #expect(Bool(false)) }
        let cancel = try request("CANCEL", via: via)
        #expect(table.invite(meantBy: cancel) == id)
        _ = table.respond(id, .busyHere, [1], at: start)
        #expect(receive(try request("ACK", via: via, to: "<sip:b@d>;tag=ours"), in: &table) == .absorbed)
        #expect(table.deadline == start + .seconds(5))
    }

    @Test(arguments: [("x:5070", "sip:b@d"), ("h:5070", "sip:other@d")])
    func `by old rules another Via or Request-URI is another transaction`(via: String, uri: String) throws {
        var table = table()
        _ = receive(try request("INVITE", via: "h:5070"), in: &table)
        guard case .new = receive(try request("INVITE", via: via, uri: uri), in: &table)
        else { return #expect(Bool(false)) }
    }

    @Test func `an ACK for a 2xx in its own transaction or in none is its user's`() throws {
        var table = table()
        guard case .new(let id) = receive(try request("INVITE", via: "h;branch=z9hG4bKa"), in: &table)
        else { return #expect(Bool(false)) }
        _ = table.respond(id, .ok, [1], at: start)
        #expect(receive(try request("ACK", via: "h;branch=z9hG4bKa"), in: &table) == .acknowledgement)
        #expect(receive(try request("ACK", via: "h;branch=z9hG4bKb"), in: &table) == .acknowledgement)
    }

    @Test func `what is not admitted leaves no trace, what is known needs no admission`() throws {
        var table = table()
        let info = try request("INFO", via: "h;branch=z9hG4bKa")
        #expect(receive(info, in: &table, isAdmitted: false) == .stranger)
        #expect(table.counts.living == 0)
        _ = receive(info, in: &table)
        #expect(receive(info, in: &table, isAdmitted: false) == .repeated(nil))
    }

    @Test func `the server limit holds for both kinds together`() throws {
        var table = table(serverLimit: 2)
        _ = receive(try request("INVITE", via: "h;branch=z9hG4bKa"), in: &table)
        _ = receive(try request("INFO", via: "h;branch=z9hG4bKb"), in: &table)
        #expect(receive(try request("INFO", via: "h;branch=z9hG4bKc"), in: &table) == .overflow)
        #expect(table.counts.overflows == 1)
    }

    @Test func `a response needs our branch, our shard and the method`() throws {
        var table = table()
        let token = WireToken(shard: 3, number: 0xABCD)
        _ = table.start([1], method: .bye, branch: token.number, to: Self.flow, owner: 9, at: start)
        for (branch, method) in [
            ("z9hG4bK04000000000000abcd", "BYE"), ("z9hG4bK03000000000000abce", "BYE"), ("z9hG4bK", "BYE"),
            (token.branch, "INFO"), (token.branch, "INVITE"),
        ] {
            let response = try response(200, branch: branch, method: method)
            #expect(table.receive(response: response, status: .ok, at: start) == .unmatched, "\(branch) \(method)")
        }
        let id = ClientTransactionID(branch: token.number, isInvite: false)
        let ok = try response(200, branch: token.branch.uppercased(), method: "BYE")
        #expect(
            table.receive(response: ok, status: .ok, at: start) == .response(owner: 9, id, acknowledgement: nil))
        #expect(table.receive(response: ok, status: .ok, at: start) == .absorbed)
    }

    @Test func `a transport failure reaches only what went there and heard nothing`() throws {
        var table = table()
        _ = table.start([1], method: .bye, branch: 1, to: Self.flow, owner: 1, at: start)
        _ = table.start([2], method: .bye, branch: 2, to: Self.elsewhere, owner: 2, at: start)
        _ = table.start([3], method: .bye, branch: 3, to: Self.flow, owner: 3, at: start)
        let trying = try response(100, branch: WireToken(shard: 3, number: 3).branch, method: "BYE")
        _ = table.receive(response: trying, status: .trying, at: start)
        let id = ClientTransactionID(branch: 1, isInvite: false)
        #expect(table.transportFailed(Self.flow, at: start) == [.unreachable(owner: 1, id)])
        #expect(table.transportFailed(Self.flow, at: start) == [])
        #expect(table.counts.clients == 2)
    }

    @Test func `every transaction is gone when its timers are`() throws {
        var table = table()
        _ = table.start([1], method: .bye, branch: 1, to: Self.flow, owner: 1, at: start)
        _ = table.startInvite([2], branch: 2, to: Self.flow, owner: 2, limit: .seconds(60), at: start)
        guard case .new(let id) = receive(try request("INVITE", via: "h;branch=z9hG4bKa"), in: &table)
        else { return #expect(Bool(false)) }
        _ = table.respond(id, .busyHere, [1], at: start)
        _ = receive(try request("INFO", via: "h;branch=z9hG4bKb"), in: &table)
        var events: [TimerEvent] = []
        while let deadline = table.deadline {
            while let event = table.timeOut(at: deadline) { events.append(event) }
        }
        #expect(table.counts.living == 0)
        #expect(table.unheard.isEmpty)
        #expect(table.serverNumbers.isEmpty)
        #expect(events.contains(.client(.timedOut(owner: 1, ClientTransactionID(branch: 1, isInvite: false)))))
        #expect(events.contains(.client(.timedOut(owner: 2, ClientTransactionID(branch: 2, isInvite: true)))))
        #expect(events.contains(.unacknowledged(id)))
    }

    @Test func `a token reads what it writes and nothing else`() {
        let token = WireToken(shard: 0xF0, number: 0x0123_4567_89AB_CDEF)
        #expect(token.text == "f00123456789abcdef")
        #expect(WireToken(token.text) == token)
        #expect(WireToken(token.text.uppercased()) == token)
        #expect(WireToken(branch: SIPText(token.branch)) == token)
        for text in ["", "f00123456789abcde", "f00123456789abcdef0", "g00123456789abcdef", "f00123456789abcde "] {
            #expect(WireToken(text) == nil, "\(text)")
        }
    }
}
