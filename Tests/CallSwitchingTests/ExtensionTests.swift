import CallModel
import MediaControl
import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO
import Testing

@testable import CallSwitching

@Suite struct ExtensionTests {
    static let extensions = ["1001", "1002", "alice"].map { Extension(user: $0, password: "secret") }
    static func phone(_ number: UInt32) -> Flow {
        Flow(remote: TransportAddress(ip: .v4(0xC633_6400 + number), port: 40_000))
    }

    /// What an app that may call extensions asks for.
    static func request(_ to1: Destination, _ to2: Destination, extensions: Bool = true, uris: Bool = false)
        -> CallbackRequest
    {
        var request = Stage.request(numbers: ["0755"])
        request.to1 = to1
        request.to2 = to2
        request.mayCallExtensions = extensions
        request.mayCallURIs = uris
        return request
    }

    static func number(_ text: String) throws -> Destination { .number(try #require(PhoneNumber(text))) }

    @Test func `two phones are called back without any trunk`() throws {
        let stage = Stage(trunks: [], extensions: Self.extensions)
        try stage.register("1001", at: Self.phone(1))
        try stage.register("1002", at: Self.phone(2))
        stage.forgetSent()
        stage.place(Self.request(try Self.number("1001"), try Self.number("1002")))
        let first = try stage.invite()
        #expect(first.requestURI?.description == "sip:1001@10.9.9.9:5060")
        #expect(first.to.uri.description == "sip:1001@10.0.0.9")
        #expect(first.from.uri.description == "sip:0755@10.0.0.9")
        #expect(stage.sent.first?.flow == Self.phone(1))
        stage.respond(180, to: first)
        // Its Contact lies behind address translation: ACK and BYE follow the flow of its REGISTER.
        stage.respond(200, to: first, body: Stage.description())
        let second = try stage.invite()
        #expect(second.requestURI?.description == "sip:1002@10.9.9.9:5060")
        stage.respond(200, to: second, body: Stage.description())
        let flows = stage.sent.filter { $0.message.method == .ack }.map(\.flow)
        #expect(flows == [Self.phone(1), Self.phone(2)])
        stage.request("BYE", in: second, from: Self.phone(2))
        #expect(stage.sent.last { $0.message.method == .bye && $0.message.status == nil }?.flow == Self.phone(1))
        stage.answerReleases(of: first)
        #expect(stage.ended?.record.ending?.reason == .hangup(.second))
        #expect(stage.ended?.record.leg1.trunk == .extensions)
        stage.pass(.seconds(60))
        #expect(stage.isAtRest)
    }

    @Test func `media of a phone may come from anywhere`() throws {
        let stage = Stage(trunks: [], extensions: Self.extensions)
        try stage.register("1001", at: Self.phone(1))
        try stage.register("1002", at: Self.phone(2))
        stage.place(Self.request(try Self.number("1001"), try Self.number("1002")))
        let described = try #require(stage.media.compactMap(\.described).first)
        #expect(described.latching.anySource)
    }

    @Test func `an extension comes before trunks, and trunks come after it`() throws {
        let stage = Stage(extensions: Self.extensions)
        try stage.register("1001", at: Self.phone(1))
        stage.forgetSent()
        stage.place(Self.request(try Self.number("1001"), try Self.number("13911110002")))
        #expect(stage.sent.first?.flow == Self.phone(1))
        let first = try stage.invite()
        stage.respond(503, to: first, from: Self.phone(1))
        #expect(try stage.invite().requestURI?.description == "sip:1001@10.0.0.1:5060")
    }

    @Test func `an app without leave calls trunks alone`() throws {
        let stage = Stage(extensions: Self.extensions)
        try stage.register("1001", at: Self.phone(1))
        stage.forgetSent()
        stage.place(Self.request(try Self.number("1001"), try Self.number("13911110002"), extensions: false))
        #expect(stage.sent.first?.flow == Stage.trunk1)
    }

    @Test(arguments: [(true, true), (true, false), (false, true)])
    func `a URI reaches a phone or a trunk, as the app may`(extensions: Bool, uris: Bool) throws {
        let stage = Stage(extensions: Self.extensions)
        try stage.register("alice", at: Self.phone(1))
        stage.forgetSent()
        let alice = Destination.sip(user: "alice", host: "anywhere.example")
        let ticket = stage.place(
            Self.request(alice, try Self.number("13911110002"), extensions: extensions, uris: uris))
        #expect(stage.sent.first?.flow == (extensions ? Self.phone(1) : Stage.trunk1))
        let bob = Destination.sip(user: "bob", host: "anywhere.example")
        let second = stage.place(Self.request(bob, try Self.number("13911110002"), extensions: extensions, uris: uris))
        #expect(stage.answers(to: ticket) != [.refused(.noLine)])
        #expect((stage.answers(to: second) == [.refused(.noLine)]) == !uris)
    }

    @Test func `an extension that is not registered has no line of its own`() throws {
        let stage = Stage(trunks: [], extensions: Self.extensions)
        try stage.register("1001", at: Self.phone(1))
        let ticket = stage.place(Self.request(try Self.number("1001"), try Self.number("1002")))
        #expect(stage.answers(to: ticket) == [.refused(.noLine)])
    }

    /// The same call with and without a flood of strangers around each of its steps: what its parties see is the same,
    /// and the flood leaves nothing.
    @Test func `a flood changes nothing for a running call`() throws {
        let calm = try Self.flooded(by: 0)
        let flooded = try Self.flooded(by: 2_000)
        #expect(calm.sent == flooded.sent)
        #expect(calm.reason == .hangup(.first))
        #expect(flooded.reason == .hangup(.first))
        #expect(flooded.strangers == 4 * 2_000)
        #expect(flooded.challenges <= 1_000)
    }

    private static func flooded(
        by count: UInt32
    ) throws -> (sent: [[UInt8]], reason: EndReason?, strangers: UInt64, challenges: UInt64) {
        let stage = Stage(extensions: extensions)
        func flood() {
            let before = stage.sent.count
            for number in 0..<count {
                let flow = Flow(remote: TransportAddress(ip: .v4(0x0B00_0000 + number * 7), port: 5060))
                for method in ["INVITE", "REGISTER"] {
                    let lines = [
                        "\(method) sip:x@10.0.0.9 SIP/2.0",
                        "Via: SIP/2.0/UDP 11.0.0.1;branch=z9hG4bK\(number)\(method)",
                        "From: <sip:a@b>;tag=1", "To: <sip:x@b>", "Call-ID: \(number)", "CSeq: 1 \(method)",
                        "Contact: <sip:a@11.0.0.1>", "Max-Forwards: 70", "Content-Length: 0",
                    ]
                    stage.tell(.received(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), from: flow))
                }
            }
            for sent in stage.sent[before...] { #expect(sent.message.status == .unauthorized) }
        }
        flood()
        stage.place()
        let first = try stage.invite()
        flood()
        stage.respond(200, to: first, body: Stage.description())
        let second = try stage.invite()
        flood()
        stage.respond(200, to: second, body: Stage.description())
        flood()
        stage.request("BYE", in: first)
        stage.answerReleases(of: second)
        let counts = stage.signalling
        let own = stage.sent.filter { $0.message.status != .unauthorized }.map(\.message.bytes)
        stage.pass(.seconds(60))
        #expect(stage.isAtRest)
        return (own, stage.ended?.record.ending?.reason, counts.drops.strangers, counts.registrar.challenged)
    }
}

extension Stage {
    /// A phone registers from behind address translation.
    func register(_ user: String, at flow: Flow, contact: String? = nil) throws {
        func send(_ sequence: Int, _ headers: [String]) {
            let contact = contact ?? "sip:\(user)@10.9.9.9:5060"
            let lines =
                [
                    "REGISTER sip:10.0.0.9 SIP/2.0",
                    "Via: SIP/2.0/UDP 10.9.9.9;branch=z9hG4bK\(contact.utf8.count)\(sequence);rport",
                    "From: <sip:\(user)@10.0.0.9>;tag=1", "To: <sip:\(user)@10.0.0.9>", "Call-ID: \(flow.remote)",
                    "CSeq: \(sequence) REGISTER", "Contact: <\(contact)>", "Expires: 300", "Max-Forwards: 70",
                ] + headers + ["Content-Length: 0"]
            tell(.received(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), from: flow))
        }
        send(1, [])
        let line = try #require(sent.last?.message.headers.values(.wwwAuthenticate).first)
        let fields = try #require(DigestFields(line))
        let (realm, nonce) = (try #require(fields["realm"]), try #require(fields["nonce"]))
        let response = DigestResponse(
            algorithm: .sha256, realm: realm, nonce: nonce, method: "REGISTER", uri: "sip:x", protection: nil)
        let proof =
            "Authorization: Digest username=\"\(user)\", realm=\"\(realm)\", nonce=\"\(nonce)\", uri=\"sip:x\", "
            + "response=\"\(response.text(user: user, password: "secret"))\", algorithm=SHA-256"
        send(2, [proof])
        #expect(sent.last?.message.status == .ok)
    }
}
