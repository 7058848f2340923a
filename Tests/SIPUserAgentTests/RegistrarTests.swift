import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// RFC 3261 §10.3 and §22.4.
@Suite struct RegistrarTests {
    @Test func `a phone registers with its password, and is found where it sent from`() throws {
        let desk = RegistrarDesk()
        let ok = try desk.register()
        #expect(ok.status == .ok)
        #expect(ok.headers.values(.contact) == ["<sip:1001@192.0.2.1:5060>;expires=300"])
        #expect(ok.to.tag != nil)
        let expected = [RegisteredContact(uri: "sip:1001@192.0.2.1:5060", flow: RegistrarDesk.phone)]
        #expect(desk.agent.contacts(of: "1001", at: desk.now) == expected)
        #expect(desk.contacts(of: "1002") == [])
        #expect(desk.agent.counts.transactions == TransactionCounts())
        #expect(desk.agent.counts.registrar.accepted == 1)
    }

    @Test(arguments: ["MD5", "SHA-256"], [true, false])
    func `a better algorithm will do too, with a quality of protection or without`(
        algorithm: String, isProtected: Bool
    ) throws {
        let desk = RegistrarDesk()
        var request = RegistrarDesk.Request()
        let challenge = try #require(try desk.send(request.text()))
        request.headers = [
            try RegistrarDesk.proof(for: challenge, algorithm: algorithm, isProtected: isProtected)
        ]
        #expect(try desk.send(request.text())?.status == .ok)
    }

    /// Everything of two answers but what repeats the request and the nonce.
    @Test func `a 401 does not tell who exists`() throws {
        var answers: [String] = []
        for (user, password) in [("1001", "wrong"), ("1001", "secret "), ("9999", "secret"), ("9999", "wrong")] {
            let desk = RegistrarDesk()
            let request = RegistrarDesk.Request(user: user)
            for text in [request.text(), ""] {
                let answer =
                    text.isEmpty ? try desk.register(request, password: password) : try #require(try desk.send(text))
                #expect(answer.status == .unauthorized)
                answers.append(answer.headers.values(.wwwAuthenticate).map(\.description).joined())
            }
            #expect(desk.contacts(of: user) == [])
            #expect(desk.agent.counts.registrar.bindings == 0)
        }
        #expect(Set(answers).count == 1)
    }

    @Test func `nobody registers as somebody else`() throws {
        let desk = RegistrarDesk()
        var request = RegistrarDesk.Request(user: "1002")
        let challenge = try #require(try desk.send(request.text()))
        request.headers = [try RegistrarDesk.proof(for: challenge)]
        #expect(try desk.send(request.text())?.status == .forbidden)
        #expect(desk.contacts(of: "1002") == [])
    }

    @Test func `a nonce ages, and is good for its source alone`() throws {
        let desk = RegistrarDesk()
        var request = RegistrarDesk.Request()
        let challenge = try #require(try desk.send(request.text()))
        request.headers = [try RegistrarDesk.proof(for: challenge)]
        let captured = request.text()
        let replayed = try #require(try desk.send(captured, from: RegistrarDesk.elsewhere))
        #expect(replayed.status == .unauthorized)
        #expect(replayed.headers[.wwwAuthenticate]?.description.contains("stale=true") == true)
        desk.pass(.seconds(300))
        #expect(try desk.send(captured)?.status == .ok)
        desk.pass(.nanoseconds(1))
        let late = try #require(try desk.send(captured))
        #expect(late.headers[.wwwAuthenticate]?.description.contains("stale=true") == true)
        let wrong = captured.replacing("nonce=\"0", with: "nonce=\"1")
        #expect(try desk.send(wrong)?.headers[.wwwAuthenticate]?.description.contains("stale") == false)
    }

    @Test func `several phones share an extension, the latest first, the oldest gives way`() throws {
        let desk = RegistrarDesk()
        for number in 1...9 {
            _ = try desk.register(
                RegistrarDesk.Request(callID: "c\(number)", contacts: ["<sip:1001@192.0.2.1:\(6000 + number)>"]))
        }
        #expect(desk.contacts() == (2...9).reversed().map { "sip:1001@192.0.2.1:\(6000 + $0)" })
        #expect(desk.agent.counts.registrar.bindings == 8)
    }

    @Test func `a binding runs out, and a refresh keeps it`() throws {
        let desk = RegistrarDesk()
        _ = try desk.register()
        desk.pass(.seconds(299))
        #expect(try desk.register(RegistrarDesk.Request(sequence: 3)).status == .ok)
        desk.pass(.seconds(300))
        #expect(desk.contacts() == [])
        #expect(desk.agent.counts.registrar.bindings == 0)
        #expect(desk.agent.deadline == nil)
    }

    @Test(arguments: [
        ("3600", 300), ("300", 300), ("30", 30), ("nonsense", 300), (nil, 300), ("4294967295", 300),
        ("99999999999999999999", 300),
    ])
    func `how long a registration holds`(expires: String?, granted: Int) throws {
        let desk = RegistrarDesk()
        let ok = try desk.register(RegistrarDesk.Request(expires: expires))
        #expect(ok.headers.values(.contact).map(\.description) == ["<sip:1001@192.0.2.1:5060>;expires=\(granted)"])
    }

    @Test func `a contact's own time counts before the header's`() throws {
        let desk = RegistrarDesk()
        let contacts = ["<sip:1001@192.0.2.1:5060>;expires=60, <sip:1001@192.0.2.1:5062>"]
        let ok = try desk.register(RegistrarDesk.Request(contacts: contacts, expires: "120"))
        #expect(
            Set(ok.headers.values(.contact))
                == ["<sip:1001@192.0.2.1:5060>;expires=60", "<sip:1001@192.0.2.1:5062>;expires=120"])
    }

    @Test func `too brief a registration is refused`() throws {
        let desk = RegistrarDesk()
        let refusal = try desk.register(RegistrarDesk.Request(expires: "29"))
        #expect(refusal.status == .intervalTooBrief)
        #expect(refusal.headers[.minExpires] == "30")
        #expect(desk.contacts() == [])
    }

    @Test func `a phone behind address translation refreshes soon, and is called over its own flow`() throws {
        let desk = RegistrarDesk()
        let ok = try desk.register(RegistrarDesk.Request(sentBy: "10.1.2.3:5060"), from: RegistrarDesk.elsewhere)
        #expect(ok.headers.values(.contact) == ["<sip:1001@192.0.2.1:5060>;expires=60"])
        #expect(ok.topVia.received == "198.51.100.1")
        #expect(ok.topVia.rport == .seen(40000))
        #expect(desk.agent.contacts(of: "1001", at: desk.now).map(\.flow) == [RegistrarDesk.elsewhere])
    }

    @Test func `a phone that registered over a connection is gone with it`() throws {
        let desk = RegistrarDesk()
        func flow(_ number: UInt64) -> Flow {
            Flow(
                transport: .tcp, connection: ConnectionID(number: number), remote: RegistrarDesk.elsewhere.remote)
        }
        let request = RegistrarDesk.Request(sentBy: "10.1.2.3:5060")
        let ok = try desk.register(request, from: flow(1))
        #expect(ok.headers.values(.contact) == ["<sip:1001@192.0.2.1:5060>;expires=300"])
        _ = desk.agent.transportFailed(flow(2), at: desk.now)
        #expect(desk.agent.contacts(of: "1001", at: desk.now).map(\.flow) == [flow(1)])
        _ = desk.agent.transportFailed(flow(1), at: desk.now)
        #expect(desk.contacts() == [])
        #expect(desk.agent.counts.registrar.bindings == 0)
    }

    @Test func `phones outlast a restart, as if they had just refreshed`() throws {
        let desk = RegistrarDesk()
        _ = try desk.register()
        _ = try desk.register(.init(callID: "other", contacts: ["<sip:1001@192.0.2.2>"]))
        let tcp = Flow(
            transport: .tcp, connection: ConnectionID(number: 1), remote: RegistrarDesk.elsewhere.remote)
        _ = try desk.register(.init(user: "1002"), password: "x", from: tcp)
        #expect(desk.keptCount == 2, "a connection does not outlast it")
        _ = try desk.register(.init(sequence: 5, callID: "other", contacts: ["<sip:1001@192.0.2.2>"]))
        #expect(desk.keptCount == 2, "a refresh changes nothing")
        let other = RegistrarDesk()
        other.agent.restore(desk.kept, at: other.now)
        #expect(other.contacts() == ["sip:1001@192.0.2.2", "sip:1001@192.0.2.1:5060"])
        other.pass(.seconds(200))
        _ = try other.register(.init(sequence: 9))
        other.pass(.seconds(100))
        #expect(other.contacts() == ["sip:1001@192.0.2.1:5060"])
        #expect(other.kept["1001"]?.map(\.contact.uri) == ["sip:1001@192.0.2.1:5060"])
        other.pass(.seconds(200))
        #expect(other.kept["1001"] == [])
        let without = RegistrarDesk([Extension(user: "1002", password: "x")])
        without.agent.restore(desk.kept, at: without.now)
        #expect(without.contacts().isEmpty, "its extension is gone")
    }

    @Test func `a phone unregisters one contact or all`() throws {
        let desk = RegistrarDesk()
        let both = RegistrarDesk.Request(contacts: ["<sip:1001@192.0.2.1:5060>", "<sip:1001@192.0.2.1:5062>"])
        _ = try desk.register(both)
        let one = RegistrarDesk.Request(sequence: 5, contacts: ["<sip:1001@192.0.2.1:5062>"], expires: "0")
        _ = try desk.register(one)
        #expect(desk.contacts() == ["sip:1001@192.0.2.1:5060"])
        let overtaken = RegistrarDesk.Request(sequence: 0, contacts: ["*"], expires: "0")
        #expect(try desk.register(overtaken).status == .serverInternalError)
        #expect(desk.contacts() == ["sip:1001@192.0.2.1:5060"])
        #expect(try desk.register(RegistrarDesk.Request(sequence: 9, contacts: ["*"])).status == .badRequest)
        #expect(try desk.register(RegistrarDesk.Request(sequence: 9, contacts: ["*"], expires: "0")).status == .ok)
        #expect(desk.contacts() == [])
    }

    @Test func `asking without a contact tells the bindings`() throws {
        let desk = RegistrarDesk()
        _ = try desk.register()
        let query = try desk.register(RegistrarDesk.Request(sequence: 7, contacts: [], expires: nil))
        #expect(query.headers.values(.contact) == ["<sip:1001@192.0.2.1:5060>;expires=300"])
    }

    @Test func `a repeated REGISTER gets its answer again, an overtaken one changes nothing`() throws {
        let desk = RegistrarDesk()
        var request = RegistrarDesk.Request()
        let challenge = try #require(try desk.send(request.text()))
        request.headers = [try RegistrarDesk.proof(for: challenge)]
        request.sequence = 5
        #expect(try desk.send(request.text())?.bytes == desk.send(request.text())?.bytes)
        request.sequence = 4
        #expect(try desk.send(request.text(), from: RegistrarDesk.phone)?.status == .serverInternalError)
        #expect(desk.contacts() == ["sip:1001@192.0.2.1:5060"])
    }

    @Test(arguments: [
        (["<tel:+4930>"], [], 400), (["<sip:a@b>;"], [], 400), (["*, <sip:a@b>"], [], 400),
        (["<sip:1001@b>"], ["Require: path"], 420), ((1...9).map { "<sip:a@b\($0)>" }, [], 400),
    ])
    func `what cannot be bound is refused`(contacts: [String], headers: [String], status: Int) throws {
        let desk = RegistrarDesk()
        let refusal = try desk.register(RegistrarDesk.Request(contacts: contacts, headers: headers))
        #expect(refusal.status == SIPStatus(status))
        #expect(desk.contacts() == [])
    }

    @Test func `without extensions nobody is answered`() throws {
        let desk = RegistrarDesk([])
        #expect(try desk.send(RegistrarDesk.Request().text()) == nil)
        #expect(try desk.send(RegistrarDesk.Request().text(), isTrunk: true) == nil)
    }

    @Test(arguments: [("OPTIONS", 200), ("INVITE", 403), ("BYE", 481), ("MESSAGE", 405)])
    func `a registered phone gets answers outside a dialog, and nobody else at its address`(
        method: String, status: Int
    ) throws {
        let desk = RegistrarDesk()
        _ = try desk.register()
        let request = StrangerTests().request(method)
        #expect(try desk.send(request)?.status == SIPStatus(status))
        let neighbour = Flow(remote: TransportAddress(ip: RegistrarDesk.phone.remote.ip, port: 5062))
        #expect(try desk.send(request.replacing("z9hG4bK", with: "z9hG4bKn"), from: neighbour) == nil)
        desk.pass(.seconds(301))
        #expect(try desk.send(request.replacing("z9hG4bK", with: "z9hG4bKl")) == nil)
    }
}
