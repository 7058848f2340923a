import CallModel
import CallSwitching
import SIPSyntax
import SansIO
import Testing

/// When a trunk takes calls: registered where it wants to, not at rest; and where its 3xx lead.
@Suite struct TrunkAvailabilityTests {
    static func registering(_ number: UInt32) -> TrunkSettings {
        var trunk = Stage.trunk(number)
        trunk.account = TrunkAccount(
            user: "acme", password: "hush", registers: true)
        return trunk
    }

    static func redirecting() -> TrunkSettings {
        var trunk = Stage.trunk(1)
        trunk.followsRedirects = true
        return trunk
    }

    func register(on stage: Stage) throws -> SIPMessage {
        try #require(stage.sent.last { $0.message.method == .register && $0.message.isRequest }?.message)
    }

    @Test func `a trunk that wants a registration takes calls once it holds`() throws {
        let stage = Stage(trunks: [Self.registering(1)])
        stage.pass(.zero)
        let early = stage.place()
        #expect(stage.answers(to: early) == [.refused(.noLine)])
        let register = try register(on: stage)
        #expect(register.requestURI?.description == "sip:10.0.0.1:5060")
        #expect(register.to.uri.description == "sip:acme@10.0.0.1")
        stage.respond(200, to: register, headers: ["Expires: 100"])
        stage.place()
        #expect(try stage.invite().from.uri.description == "sip:acme@10.0.0.1")
        stage.oversleep(.seconds(101))
        #expect(stage.answers(to: stage.place()) == [.refused(.noLine)])
    }

    @Test func `without a registration the next trunk is taken`() throws {
        let stage = Stage(trunks: [Self.registering(1), Stage.trunk(2)])
        stage.pass(.zero)
        stage.place()
        _ = try stage.invite()
        #expect(stage.sent.last?.flow == Stage.trunk2)
    }

    @Test func `the registration is taken back when the last call is over`() throws {
        let stage = Stage(trunks: [Self.registering(1)])
        stage.pass(.zero)
        stage.respond(200, to: try register(on: stage), headers: ["Expires: 1000"])
        stage.place()
        let invite = try stage.invite()
        stage.tell(.drain)
        #expect(try register(on: stage).expires != 0)
        stage.respond(486, to: invite)
        #expect(try register(on: stage).expires == 0)
        #expect(stage.occupancy.registrations == 1)
        stage.respond(200, to: try register(on: stage))
        #expect(stage.occupancy.registrations == 0)
    }

    @Test func `a 503 with Retry-After rests the trunk`() throws {
        let stage = Stage(trunks: [Stage.trunk(1), Stage.trunk(2)])
        stage.place()
        stage.respond(503, to: try stage.invite(), headers: ["Retry-After: 30"])
        _ = try stage.invite()
        stage.pass(.milliseconds(29_999))
        stage.place()
        _ = try stage.invite()
        #expect(stage.sent.last?.flow == Stage.trunk2)
        stage.pass(.milliseconds(1))
        stage.place()
        _ = try stage.invite()
        #expect(stage.sent.last?.flow == Stage.trunk1)
    }

    @Test(arguments: [(600, 600), (601, 600), (100_000, 600)])
    func `the rest has a limit`(asked: Int, kept: Int) throws {
        let stage = Stage()
        stage.place()
        stage.respond(503, to: try stage.invite(), headers: ["Retry-After: \(asked)"])
        stage.pass(.seconds(kept) - .milliseconds(1))
        #expect(stage.answers(to: stage.place()) == [.refused(.noLine)])
        stage.pass(.milliseconds(1))
        stage.place()
        #expect(stage.hasNewInvite)
    }

    @Test func `a 503 without a pause rests nothing`() throws {
        let stage = Stage()
        stage.place()
        stage.respond(503, to: try stage.invite())
        stage.place()
        #expect(stage.hasNewInvite)
    }

    @Test func `a redirection is followed on the same trunk`() throws {
        let stage = Stage(trunks: [Self.redirecting(), Stage.trunk(2)])
        stage.place()
        let first = try stage.invite()
        stage.respond(180, to: first)
        stage.respond(302, to: first, headers: ["Contact: <sip:13922223333@elsewhere.example>"])
        let second = try stage.invite()
        #expect(second.requestURI?.description == "sip:13922223333@10.0.0.1:5060")
        #expect(stage.sent.last?.flow == Stage.trunk1)
        stage.respond(200, to: second, body: Stage.description())
        #expect(stage.hasNewInvite, "party 2 is dialled")
        #expect(stage.occupancy.trunkCalls.map(\.calls).reduce(0, +) == 2)
    }

    @Test func `without the wish, a redirection is a refusal`() throws {
        let stage = Stage()
        stage.place()
        stage.respond(302, to: try stage.invite(), headers: ["Contact: <sip:13922223333@elsewhere.example>"])
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .unreachable))
    }

    @Test(arguments: [
        "<sip:+15550001111@h>", "<sip:110@h>", "<sip:13911110001@h>", "<sip:+8613911110002@h>", "<sip:alice@h>",
        "<sip:h>", "<tel:13922223333>", "*",
    ])
    func `a redirection leads nowhere that the client could not call`(contact: String) throws {
        let stage = Stage(trunks: [Self.redirecting()])
        stage.place()
        stage.respond(302, to: try stage.invite(), headers: ["Contact: \(contact)"])
        #expect(!stage.hasNewInvite)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .unreachable))
    }

    @Test func `an app that may call abroad may be led there`() throws {
        let stage = Stage(trunks: [Self.redirecting()])
        var request = Stage.request()
        request.destinations = ["+1"]
        stage.place(request)
        stage.respond(302, to: try stage.invite(), headers: ["Contact: " + "<sip:alice@h>, <sip:+15550001111@h>"])
        #expect(try stage.invite().requestURI?.unescapedUser == "+15550001111")
    }

    @Test func `redirections have a limit`() throws {
        let stage = Stage(trunks: [Self.redirecting()])
        stage.place()
        for step in 0..<5 {
            stage.respond(302, to: try stage.invite(), headers: ["Contact: " + "<sip:1392222333\(step)@h>"])
        }
        stage.respond(302, to: try stage.invite(), headers: ["Contact: " + "<sip:13922223339@h>"])
        #expect(!stage.hasNewInvite)
        #expect(stage.isAtRest)
    }

    @Test func `a redirection to where it came from is no way on`() throws {
        let stage = Stage(trunks: [Self.redirecting()])
        stage.place()
        stage.respond(302, to: try stage.invite(), headers: ["Contact: " + "<sip:13922223333@h>"])
        stage.respond(302, to: try stage.invite(), headers: ["Contact: " + "<sip:13922223333@h>"])
        #expect(!stage.hasNewInvite)
    }
}
