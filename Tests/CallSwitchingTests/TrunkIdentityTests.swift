import CallModel
import CallSwitching
import SIPSyntax
import Testing

/// What a trunk is told about the caller and the number, and how it lets us in.
@Suite struct TrunkIdentityTests {
    static let account = TrunkAccount(user: "acme", password: "hush")

    func invite(
        caller: String? = "075589870001", _ change: (inout TrunkSettings) -> Void
    ) throws -> SIPMessage {
        var trunk = Stage.trunk(1)
        change(&trunk)
        let stage = Stage(trunks: [trunk])
        stage.place(Stage.request(from1: caller))
        return try stage.invite()
    }

    @Test func `a trunk that knows our address sees the caller at our host`() throws {
        let invite = try invite { _ in }
        #expect(invite.from.uri.description == "sip:075589870001@10.0.0.9")
        #expect(invite.headers.values(named: "P-Asserted-Identity").isEmpty)
        #expect(invite.headers.values(named: "Remote-Party-ID").isEmpty)
    }

    @Test func `a trunk that knows our account sees the caller at its own`() throws {
        let invite = try invite { $0.account = Self.account }
        #expect(invite.from.uri.description == "sip:075589870001@10.0.0.1")
    }

    @Test func `where no number is shown, the account calls, or nobody`() throws {
        let known = try invite(caller: nil) { $0.account = Self.account }
        #expect(known.from.uri.description == "sip:acme@10.0.0.1")
        let hidden = try invite(caller: nil) { $0.identity = .pai }
        #expect(hidden.from.uri.description == "sip:anonymous@anonymous.invalid")
        #expect(hidden.headers[.privacy]?.description == "id")
        #expect(try invite(caller: nil) { _ in }.headers[.privacy] == nil)
    }

    @Test func `an asserted identity is the caller's`() throws {
        let asserted = try invite { $0.identity = .pai }
        #expect(asserted.headers[.pAssertedIdentity]?.description == "<sip:075589870001@10.0.0.9>")
        let remote = try invite { $0.identity = .rpid }
        #expect(
            remote.headers.values(named: "Remote-Party-ID").map(\.description)
                == ["<sip:075589870001@10.0.0.9>;party=calling;screen=yes;privacy=off"])
    }

    @Test(
        arguments: [
            ([], "13911110001"), ([("139", "+86139")], "+8613911110001"), ([("1", "")], "3911110001"),
            ([("0", "x"), ("*", "9"), ("139", "8")], "913911110001"), ([("13911110001", "110#")], "110#"),
        ] as [([(String, String)], String)])
    func `the first rule that fits rewrites what is dialled`(rules: [(String, String)], dialled: String) throws {
        let invite = try invite { trunk in
            trunk.rewriting = rules.map { RewriteRule(match: $0.0, replacement: $0.1) }
        }
        #expect(invite.requestURI?.unescapedUser == dialled)
        #expect(invite.to.uri.user == invite.requestURI?.user)
    }

    @Test func `a challenged call goes on with a proof`() throws {
        var trunk = Stage.trunk(1)
        trunk.account = Self.account
        let stage = Stage(trunks: [trunk])
        stage.place()
        let challenge = #"WWW-Authenticate: Digest realm="carrier", nonce="n", qop="auth""#
        stage.respond(401, to: try stage.invite(), headers: [challenge])
        let second = try stage.invite()
        #expect(second.headers[.authorization] != nil)
        stage.respond(180, to: second)
        guard case .early(let kept) = stage.progress.last?.leg.signalling else { return #expect(Bool(false)) }
        #expect(kept.sequence == 2)
    }

    @Test func `a wrong password is barred and is tried once`() throws {
        var trunk = Stage.trunk(1)
        trunk.account = Self.account
        let stage = Stage(trunks: [trunk, Stage.trunk(2)])
        stage.place()
        let challenge = #"WWW-Authenticate: Digest realm="carrier", nonce="n", qop="auth""#
        stage.respond(401, to: try stage.invite(), headers: [challenge])
        stage.respond(401, to: try stage.invite(), headers: [challenge])
        #expect(!stage.hasNewInvite)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .barred))
    }
}
