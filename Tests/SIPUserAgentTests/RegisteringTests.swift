import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// Registration at a trunk: the flows of RFC 3665 §2, seen from the client.
@Suite struct RegisteringTests {
    static let account = AccountID(index: 0)

    /// A party whose agent registers, with its first REGISTER.
    func registering(seconds: UInt32 = 3_600) throws -> (Party, SIPMessage) {
        var party = Party(
            credentials: Credentials(user: "bob", password: "zanzibar"),
            registrations: [
                RegistrationSettings(
                    account: Self.account, registrar: "sip:biloxi.example.com",
                    address: "sip:bob@biloxi.example.com", flow: Party.trunk, seconds: seconds)
            ])
        let register = try sent(party.pass(.zero)).message
        return (party, register)
    }

    let bound = "Contact: <sip:127.0.0.1:5060>;expires=100"

    @Test func `a REGISTER bears what RFC 3261 §10_2 wants`() throws {
        let (party, register) = try registering()
        #expect(register.method == .register)
        #expect(register.requestURI?.description == "sip:biloxi.example.com")
        #expect(register.from.uri.description == "sip:bob@biloxi.example.com")
        #expect(register.to.uri.description == "sip:bob@biloxi.example.com")
        #expect(register.from.tag != nil && register.to.tag == nil)
        #expect(register.contact?.uri.description == "sip:127.0.0.1:5060")
        #expect(try register.expires == 3_600)
        #expect(register.supports("path"))
        #expect(party.agent.isRegistered(Self.account, at: party.now) == false)
    }

    @Test func `a new registration with a challenge (RFC 3665 §2_1)`() throws {
        var (party, register) = try registering()
        let challenged = party.respond(
            401, to: register, headers: [#"WWW-Authenticate: Digest realm="biloxi", nonce="n", qop="auth""#])
        let second = try sent(challenged).message
        #expect(second.callID == register.callID)
        #expect(second.cseq.number == register.cseq.number + 1)
        #expect(second.headers[.authorization] != nil)
        #expect(party.respond(200, to: second, headers: [bound]) == [])
        #expect(party.agent.isRegistered(Self.account, at: party.now) == true)
        let refresh = try sent(party.pass(.seconds(80))).message
        #expect(refresh.callID == register.callID)
        #expect(refresh.cseq.number == second.cseq.number + 1)
        #expect(refresh.headers[.authorization] != nil, "the nonce is remembered")
    }

    @Test func `a wrong password is not tried again before long`() throws {
        var (party, register) = try registering()
        let challenge = #"WWW-Authenticate: Digest realm="biloxi", nonce="n""#
        let second = try sent(party.respond(401, to: register, headers: [challenge])).message
        #expect(party.respond(401, to: second, headers: [challenge]) == [])
        #expect(party.agent.isRegistered(Self.account, at: party.now) == false)
        #expect(try allSent(party.pass(.seconds(299))).isEmpty)
        #expect(try allSent(party.pass(.seconds(1))).count == 1)
    }

    @Test(
        arguments: [
            (["Contact: <sip:other@h>;expires=9, <sip:127.0.0.1:5060>;expires=100"], 100),
            (["Contact: <sip:127.0.0.1:5060>", "Expires: 200"], 200), (["Expires: 300"], 300), ([], 3_600),
            (["Contact: <sip:other@h>;expires=9"], 3_600),
        ] as [([String], Int)])
    func `of several contacts ours tells how long it is bound`(headers: [String], seconds: Int) throws {
        var (party, register) = try registering()
        _ = party.respond(200, to: register, headers: headers)
        #expect(party.agent.isRegistered(Self.account, at: party.now + .milliseconds(seconds * 1_000 - 1)) == true)
        #expect(party.agent.isRegistered(Self.account, at: party.now + .seconds(seconds)) == false)
    }

    @Test func `too brief an interval is raised (423)`() throws {
        var (party, register) = try registering(seconds: 60)
        let second = try sent(party.respond(423, to: register, headers: ["Min-Expires: 1800"])).message
        #expect(try second.expires == 1_800)
        _ = party.respond(200, to: second, headers: ["Expires: 1800"])
        #expect(party.agent.isRegistered(Self.account, at: party.now) == true)
    }

    @Test func `a registrar that is away is asked again`() throws {
        var (party, _) = try registering()
        let repeats = try allSent(party.pass(.seconds(31)))
        #expect(Set(repeats.map { $0.message.topVia.branch?.description }).count == 1)
        let after = try allSent(party.pass(.seconds(4))).map(\.message)
        #expect(after.contains { $0.cseq.number == 2 })
    }

    @Test func `an unreachable registrar is asked again`() throws {
        var (party, _) = try registering()
        #expect(party.agent.transportFailed(Party.trunk, at: party.now) == [])
        let next = try allSent(party.pass(.seconds(2)))
        #expect(next.first?.message.cseq.number == 2)
    }

    @Test func `a pause that the registrar asks for is kept`() throws {
        var (party, register) = try registering()
        _ = party.respond(503, to: register, headers: ["Retry-After: 60"])
        #expect(try allSent(party.pass(.seconds(59))).isEmpty)
        #expect(try allSent(party.pass(.seconds(1))).count == 1)
    }

    @Test func `calls take the way that the registrar names (RFC 3608)`() throws {
        var (party, register) = try registering()
        _ = party.respond(
            200, to: register,
            headers: [bound, "Service-Route: <sip:p1.biloxi.example.com;lr>, <sip:p2.biloxi.example.com;lr>"])
        let (_, invite) = try party.invite()
        #expect(
            invite.headers.values(.route).map(\.description)
                == ["<sip:p1.biloxi.example.com;lr>", "<sip:p2.biloxi.example.com;lr>"])
        let (_, own) = try party.invite(routes: ["<sip:own;lr>"])
        #expect(own.headers.values(.route).map(\.description) == ["<sip:own;lr>"])
    }

    @Test(arguments: [403, 503])
    func `a refused refresh makes us forget that way (RFC 3608 §6_1)`(status: Int) throws {
        var (party, register) = try registering()
        _ = party.respond(200, to: register, headers: [bound, "Service-Route: <sip:p1.biloxi.example.com;lr>"])
        let refresh = try sent(party.pass(.seconds(80))).message
        #expect(party.respond(status, to: refresh) == [])
        #expect(party.agent.isRegistered(Self.account, at: party.now) == true)
        #expect(try party.invite().1.headers.values(.route).isEmpty)
    }

    @Test func `a challenge to a refresh, and a refresh without an answer, leave that way`() throws {
        var (party, register) = try registering()
        _ = party.respond(200, to: register, headers: [bound, "Service-Route: <sip:p1.biloxi.example.com;lr>"])
        let refresh = try sent(party.pass(.seconds(80))).message
        _ = party.respond(401, to: refresh, headers: [#"WWW-Authenticate: Digest realm="biloxi", nonce="m""#])
        #expect(try party.invite().1.headers.values(.route).count == 1)
        _ = party.agent.transportFailed(Party.trunk, at: party.now)
        #expect(try party.invite().1.headers.values(.route).count == 1)
    }

    @Test func `at the stop the binding is taken back (RFC 3665 §2_4)`() throws {
        var (party, register) = try registering()
        _ = party.respond(200, to: register, headers: [bound])
        #expect(party.agent.registrations == 1)
        let last = try sent(party.agent.unregister(at: party.now)).message
        #expect(try last.expires == 0)
        #expect(last.contact?.uri.description == "sip:127.0.0.1:5060")
        #expect(party.agent.isRegistered(Self.account, at: party.now) == false)
        _ = party.respond(200, to: last)
        #expect(party.agent.registrations == 0)
        #expect(party.agent.unregister(at: party.now) == [])
        _ = party.pass(.seconds(10))
        #expect(party.agent.deadline == nil)
    }

    @Test func `an account without registration is none that could fail`() {
        let party = Party(credentials: Credentials(user: "bob", password: "zanzibar"))
        #expect(party.agent.isRegistered(Self.account, at: party.now) == nil)
    }
}
