import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// Challenges to our requests (RFC 3261 §22, RFC 8760).
@Suite struct ChallengeTests {
    static let bob = Credentials(user: "bob", password: "zanzibar")

    static func challenge(
        _ realm: String = "biloxi.com", nonce: String, proxy: Bool = false, _ more: String = #", qop="auth""#
    ) -> String {
        #"\#(proxy ? "Proxy" : "WWW")-Authenticate: Digest realm="\#(realm)", nonce="\#(nonce)"\#(more)"#
    }

    /// Whether the proof is the one that the password gives.
    func isProven(
        _ request: SIPMessage, _ name: HeaderName = .authorization, at place: Int = 0, password: String = "zanzibar"
    ) throws -> Bool {
        let values = request.headers.values(name)
        guard values.indices.contains(place) else { return false }
        let fields = try #require(DigestFields(values[place]))
        let algorithm = try #require(fields["algorithm"].flatMap { DigestAlgorithm(named: $0) })
        let quality: DigestResponse.Quality? =
            switch fields["qop"] {
            case "auth": .auth
            case "auth-int": .authInt(body: Array(request.body))
            default: nil
            }
        let protection = try quality.map { quality in
            DigestResponse.Protection(
                quality: quality, clientNonce: try #require(fields["cnonce"]),
                count: try #require(fields["nc"].flatMap { UInt32($0, radix: 16) }))
        }
        let response = DigestResponse(
            algorithm: algorithm, realm: try #require(fields["realm"]), nonce: try #require(fields["nonce"]),
            method: request.method.description, uri: try #require(request.requestURI).description,
            protection: protection)
        return fields["uri"] == request.requestURI?.description && fields["username"] == "bob"
            && fields["response"] == response.text(user: "bob", password: password)
    }

    func field(_ name: StaticString, of request: SIPMessage, _ header: HeaderName = .authorization) -> String? {
        request.headers[header].flatMap { DigestFields($0) }?[name]
    }

    @Test func `a challenged INVITE is sent again with a proof, as a new transaction of the same call`() throws {
        var party = Party(credentials: Self.bob)
        let (_, invite) = try party.invite()
        let challenged = party.respond(
            401, to: invite, headers: [Self.challenge(nonce: "n1", #", qop="auth", opaque="o p""#)])
        let sent = try allSent(challenged).map(\.message)
        #expect(sent.map(\.method) == [.ack, .invite])
        #expect(events(challenged) == [])
        let again = sent[1]
        #expect(again.cseq.number == 2)
        #expect(again.callID == invite.callID)
        #expect(again.from.tag == invite.from.tag)
        #expect(again.to.tag == nil)
        #expect(again.topVia.branch != invite.topVia.branch)
        #expect(Array(again.body) == Party.offer)
        #expect(again.contact?.uri.description == invite.contact?.uri.description)
        #expect(try isProven(again))
        #expect(field("nc", of: again) == "00000001")
        #expect(field("opaque", of: again) == "o p")
        let answered = party.respond(200, to: again, headers: [Party.contact], body: Party.answer)
        let ack = try sent1(answered)
        #expect(ack.cseq.number == 2)
        #expect(ack.headers[.authorization] == again.headers[.authorization], "RFC 3261 §22.1")
    }

    func sent1(_ actions: [UserAgentAction]) throws -> SIPMessage { try sent(actions).message }

    /// The request that follows a challenge.
    func again(_ actions: [UserAgentAction]) throws -> SIPMessage {
        try #require(try allSent(actions).map(\.message).last { $0.isRequest && $0.method != .ack })
    }

    @Test func `the next requests bear a proof at once, each with a count of its own`() throws {
        var party = Party(credentials: Self.bob)
        let (first, invite) = try party.invite()
        let proven = try again(party.respond(401, to: invite, headers: [Self.challenge(nonce: "n1")]))
        _ = party.respond(200, to: proven, headers: [Party.contact], body: Party.answer)
        let bye = try sent1(party.agent.hangUp(first, reason: nil, at: party.now))
        #expect(try isProven(bye))
        #expect(field("nc", of: bye) == "00000002")
        let (_, second) = try party.invite()
        #expect(try isProven(second))
        #expect(field("nc", of: second) == "00000003")
    }

    @Test func `a wrong password fails and is not tried again`() throws {
        var party = Party(credentials: Self.bob)
        let (_, invite) = try party.invite()
        let second = try again(party.respond(407, to: invite, headers: [Self.challenge(nonce: "n1", proxy: true)]))
        let actions = party.respond(407, to: second, headers: [Self.challenge(nonce: "n2", proxy: true)])
        #expect(try allSent(actions).map(\.message.method) == [.ack])
        guard case .failed(.refused(let rejection)) = events(actions).first else { throw Lost() }
        #expect(rejection.status == 407)
        let (_, next) = try party.invite()
        #expect(next.headers[.proxyAuthorization] == nil, "a refused proof is not given again")
    }

    struct Lost: Error {}

    @Test func `a stale nonce is replaced, but not for ever`() throws {
        var party = Party(credentials: Self.bob)
        var (_, request) = try party.invite()
        for round in 1...ChallengeHistory.limit {
            request = try again(
                party.respond(
                    401, to: request, headers: [Self.challenge(nonce: "n\(round)", #", stale=true, qop="auth""#)]))
            #expect(field("nonce", of: request) == "n\(round)")
        }
        let last = party.respond(401, to: request, headers: [Self.challenge(nonce: "n", ", stale=true")])
        #expect(try allSent(last).map(\.message.method) == [.ack])
        #expect(events(last).last == .released)
    }

    @Test func `a remembered nonce that is refused gets one more chance`() throws {
        var party = Party(credentials: Self.bob)
        let (_, invite) = try party.invite()
        _ = try again(party.respond(401, to: invite, headers: [Self.challenge(nonce: "old")]))
        let (_, second) = try party.invite()
        #expect(field("nonce", of: second) == "old")
        let third = try again(party.respond(401, to: second, headers: [Self.challenge(nonce: "new")]))
        #expect(field("nonce", of: third) == "new")
        #expect(field("nc", of: third) == "00000001")
        #expect(try isProven(third))
    }

    @Test func `two proxies and the far end are each given theirs`() throws {
        var party = Party(credentials: Self.bob)
        var (_, request) = try party.invite()
        request = try again(party.respond(407, to: request, headers: [Self.challenge("a", nonce: "1", proxy: true)]))
        request = try again(party.respond(407, to: request, headers: [Self.challenge("b", nonce: "2", proxy: true)]))
        request = try again(party.respond(401, to: request, headers: [Self.challenge("c", nonce: "3")]))
        #expect(request.headers.values(.proxyAuthorization).count == 2)
        #expect(try isProven(request, .proxyAuthorization))
        #expect(try isProven(request, .proxyAuthorization, at: 1))
        #expect(try isProven(request))
        #expect(request.cseq.number == 4)
    }

    @Test(arguments: [
        (["MD5", "SHA-256", "SHA-512-256"], "SHA-512-256"), (["SHA-256", "MD5"], "SHA-256"), (["TEA", "md5"], "MD5"),
        (["MD5-sess", "MD5"], "MD5"),
    ])
    func `of several algorithms the strongest known one is taken`(offered: [String], taken: String) throws {
        var party = Party(credentials: Self.bob)
        let (_, invite) = try party.invite()
        let lines = offered.map { Self.challenge(nonce: "n\($0)", #", qop="auth", algorithm=\#($0)"#) }
        let request = try again(party.respond(401, to: invite, headers: lines))
        #expect(field("algorithm", of: request) == taken)
        #expect(try isProven(request))
    }

    @Test(
        arguments: [
            (#", qop="auth-int,auth""#, "auth"), (#", qop="auth-int""#, "auth-int"), ("", nil),
        ] as [(String, String?)])
    func `each quality of protection is spoken`(offered: String, taken: String?) throws {
        var party = Party(credentials: Self.bob)
        let (_, invite) = try party.invite()
        let request = try again(party.respond(401, to: invite, headers: [Self.challenge(nonce: "n", offered)]))
        #expect(field("qop", of: request) == taken)
        #expect((field("nc", of: request) == nil) == (taken == nil))
        #expect(try isProven(request))
    }

    @Test(arguments: [
        "WWW-Authenticate: Basic realm=\"biloxi.com\"", ChallengeTests.challenge(nonce: "n", ", algorithm=TEA"),
        ChallengeTests.challenge(nonce: "n", #", qop="auth-conf""#), "X: none",
    ])
    func `a challenge that cannot be answered is a refusal`(header: String) throws {
        var party = Party(credentials: Self.bob)
        let (_, invite) = try party.invite()
        #expect(events(party.respond(401, to: invite, headers: [header])).last == .released)
    }

    @Test func `without credentials, or of another realm, a challenge is a refusal`() throws {
        for credentials in [nil, Credentials(user: "bob", password: "zanzibar", realm: "atlanta.com")] {
            var party = Party(credentials: credentials)
            let (_, invite) = try party.invite()
            let actions = party.respond(401, to: invite, headers: [Self.challenge(nonce: "n")])
            #expect(events(actions).last == .released)
        }
    }

    /// Over a stream a transaction ends with its final response (RFC 3261 §17.1.1.2, §17.1.2.2).
    @Test(arguments: [StreamRoutingTests.tcp, StreamRoutingTests.tls])
    func `over a stream INVITE, BYE and REGISTER are sent again too`(flow: Flow) throws {
        let registration = RegistrationSettings(
            account: AccountID(index: 0), registrar: "sip:biloxi.example.com",
            address: "sip:bob@biloxi.example.com", flow: flow)
        var party = Party(credentials: Self.bob, registrations: [registration])
        let register = try sent1(party.pass(.zero))
        let second = try again(party.respond(401, to: register, headers: [Self.challenge(nonce: "r")]))
        #expect(second.method == .register)
        #expect(try isProven(second))
        _ = party.respond(200, to: second, headers: ["Expires: 600"])
        var invitation = Party.invitation
        invitation.flow = flow
        let begun = party.agent.invite(invitation, at: party.now)
        let (id, actions) = try #require(begun)
        let challenge = Self.challenge("b", nonce: "i", proxy: true)
        let invite = try again(party.respond(407, to: try sent1(actions), headers: [challenge]))
        #expect(invite.method == .invite)
        #expect(try isProven(invite, .proxyAuthorization))
        _ = party.respond(200, to: invite, headers: [Party.contact], body: Party.answer)
        let bye = try sent1(party.agent.hangUp(id, reason: nil, at: party.now))
        let last = try again(party.respond(401, to: bye, headers: [Self.challenge("c", nonce: "b")]))
        #expect(last.method == .bye)
        #expect(try isProven(last, at: 1))
        #expect(events(party.respond(200, to: last)) == [.released])
    }

    @Test func `a challenged BYE is sent again`() throws {
        var party = Party(credentials: Self.bob)
        let (id, _) = try party.answeredCall()
        let bye = try sent1(party.agent.hangUp(id, reason: .q850(16), at: party.now))
        let challenged = party.respond(401, to: bye, headers: [Self.challenge(nonce: "n")])
        #expect(events(challenged) == [])
        let second = try again(challenged)
        #expect(second.cseq.number == bye.cseq.number + 1)
        #expect(second.q850Cause == 16)
        #expect(try isProven(second))
        #expect(events(party.respond(200, to: second)) == [.released])
    }

    @Test func `a BYE that nobody wants to believe ends the call all the same`() throws {
        var party = Party(credentials: Self.bob)
        let (id, _) = try party.answeredCall()
        let bye = try sent1(party.agent.hangUp(id, reason: nil, at: party.now))
        let second = try again(party.respond(401, to: bye, headers: [Self.challenge(nonce: "n")]))
        #expect(events(party.respond(401, to: second, headers: [Self.challenge(nonce: "m")])) == [.released])
    }

    @Test func `the nonce that the server announces is the next one`() throws {
        var party = Party(credentials: Self.bob)
        let (id, invite) = try party.invite()
        let proven = try again(party.respond(401, to: invite, headers: [Self.challenge(nonce: "n1")]))
        _ = party.respond(
            200, to: proven, headers: [Party.contact, "Authentication-Info: nextnonce=\"n2\""], body: Party.answer)
        let bye = try sent1(party.agent.hangUp(id, reason: nil, at: party.now))
        #expect(field("nonce", of: bye) == "n2")
        #expect(field("nc", of: bye) == "00000001")
    }

    @Test func `a cancelled call does not answer a challenge`() throws {
        var party = Party(credentials: Self.bob)
        let (id, invite) = try party.invite()
        _ = party.agent.cancel(id, reason: nil, at: party.now)
        let actions = party.respond(401, to: invite, headers: [Self.challenge(nonce: "n")])
        #expect(try allSent(actions).map(\.message.method) == [.ack])
        #expect(events(actions).last == .released)
    }

    @Test func `a CANCEL means the INVITE that was sent last`() throws {
        var party = Party(credentials: Self.bob)
        let (id, invite) = try party.invite()
        let second = try again(party.respond(401, to: invite, headers: [Self.challenge(nonce: "n")]))
        _ = party.respond(180, to: second)
        let cancel = try sent1(party.agent.cancel(id, reason: nil, at: party.now))
        #expect(cancel.topVia.branch == second.topVia.branch)
        #expect(cancel.cseq.number == 2)
        #expect(cancel.headers[.authorization] == nil)
        let done = party.respond(487, to: second)
        #expect(events(done) == [.failed(.cancelled), .released])
        _ = party.pass(.seconds(40))
        #expect(party.agent.counts.sessions == 0)
        #expect(party.agent.counts.transactions.living == 0)
    }

    @Test func `a keyring remembers a limited number of realms`() throws {
        var party = Party(credentials: Self.bob)
        for realm in 0...Keyring.realmLimit {
            let (_, invite) = try party.invite()
            _ = party.respond(401, to: invite, headers: [Self.challenge("r\(realm)", nonce: "n")])
        }
        let (_, last) = try party.invite()
        let realms = last.headers.values(.authorization).compactMap { DigestFields($0)?["realm"] }
        #expect(realms == (1...Keyring.realmLimit).map { "r\($0)" })
    }

    @Test func `a password shows in no description`() {
        #expect(!"\(Self.bob)\(String(reflecting: Self.bob))".contains("zanzibar"))
    }
}
