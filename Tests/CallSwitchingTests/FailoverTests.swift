import CallModel
import CallSwitching
import MediaControl
import SIPSyntax
import SansIO
import Testing

/// To the next trunk on transport failure, 500, 502, 503, 504 or silence; never after an 18x.
@Suite struct FailoverTests {
    private func twoTrunks() -> Stage { Stage(trunks: [Stage.trunk(1), Stage.trunk(2)]) }

    @Test(arguments: [500, 502, 503, 504])
    func `a trunk's failure sends the call to the next trunk`(status: Int) throws {
        let stage = twoTrunks()
        stage.place()
        let first = try stage.invite()
        stage.respond(100, to: first, tag: nil)
        stage.respond(status, to: first)
        let again = try stage.invite()
        #expect(stage.sent.last?.flow == Stage.trunk2)
        #expect(again.requestURI?.text.description == "sip:13911110001@10.0.0.2:5060")
        #expect(again.callID != first.callID)
    }

    @Test(arguments: [486, 404, 403, 501, 505, 603])
    func `a callee's refusal does not`(status: Int) throws {
        let stage = twoTrunks()
        stage.place()
        stage.respond(status, to: try stage.invite())
        #expect(!stage.hasNewInvite)
        #expect(stage.ended?.record.leg1.sipStatus == status)
    }

    @Test(arguments: [180, 181, 183])
    func `after an 18x the call stays with its trunk`(provisional: Int) throws {
        let stage = twoTrunks()
        stage.place()
        let first = try stage.invite()
        stage.respond(provisional, to: first)
        stage.respond(503, to: first)
        #expect(!stage.hasNewInvite)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .congestion))
    }

    @Test func `a refused datagram sends the call on at once`() throws {
        let stage = twoTrunks()
        stage.place()
        _ = try stage.invite()
        stage.tell(.transportFailed(Stage.trunk1))
        _ = try stage.invite()
        stage.tell(.transportFailed(Stage.trunk2))
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .trunkTimeout))
        #expect(stage.ended?.record.leg1.trunk?.rawValue == "trunk2")
        #expect(stage.isAtRest)
    }

    @Test func `a silent trunk is left after 4 s, not before`() throws {
        let stage = twoTrunks()
        stage.place()
        _ = try stage.invite()
        stage.pass(.milliseconds(3999))
        #expect(!stage.hasNewInvite)
        stage.pass(.milliseconds(1))
        #expect(stage.hasNewInvite)
    }

    @Test func `a trunk that said 100 is not silent`() throws {
        let stage = twoTrunks()
        stage.place()
        stage.respond(100, to: try stage.invite(), tag: nil)
        stage.pass(.seconds(10))
        #expect(!stage.hasNewInvite)
    }

    @Test func `the silent trunk's INVITE stays, and is cancelled when a provisional comes`() throws {
        let stage = twoTrunks()
        stage.place()
        let old = try stage.invite()
        stage.pass(.seconds(4))
        let new = try stage.invite()
        #expect(stage.requests(.cancel, in: old).isEmpty)
        #expect(stage.occupancy.trunkCalls.map(\.calls) == [2, 1])
        stage.respond(180, to: old)
        #expect(stage.requests(.cancel, in: old).count == 1)
        stage.respond(200, to: try #require(stage.requests(.cancel, in: old).first))
        stage.respond(487, to: old)
        #expect(stage.occupancy.trunkCalls.map(\.calls) == [1, 1])
        stage.respond(180, to: new, from: Stage.trunk2)
        #expect(stage.notes.last?.trunk?.rawValue == "trunk2")
        #expect(stage.ended == nil)
    }

    @Test func `a late 200 of the silent trunk gets ACK and BYE, and changes nothing`() throws {
        let stage = twoTrunks()
        stage.place()
        let old = try stage.invite()
        stage.pass(.seconds(4))
        let new = try stage.invite()
        stage.respond(200, to: old, body: Stage.description())
        #expect(stage.requests(.ack, in: old).count == 1)
        #expect(stage.requests(.bye, in: old).count == 1)
        stage.respond(200, to: new, body: Stage.description(), from: Stage.trunk2)
        #expect(try stage.invite().requestURI?.text.description.hasPrefix("sip:13911110002@") == true)
        #expect(stage.requests(.bye, in: new).isEmpty)
    }

    @Test func `without another trunk the INVITE stays until Timer B`() throws {
        let stage = Stage()
        stage.place()
        _ = try stage.invite()
        stage.pass(.milliseconds(31_999))
        #expect(stage.ended == nil)
        stage.pass(.milliseconds(1))
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .trunkTimeout))
    }

    @Test func `the ring limit over a trunk that never responded is a trunk's time-out`() throws {
        let stage = Stage()
        stage.place(Stage.request(ring: .seconds(5)))
        _ = try stage.invite()
        stage.pass(.seconds(5))
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .trunkTimeout))
    }

    @Test func `only the last trunk tried decides whether it is a trunk's time-out`() throws {
        let stage = twoTrunks()
        stage.place(Stage.request(ring: .seconds(10)))
        _ = try stage.invite()
        stage.pass(.seconds(4))
        stage.respond(100, to: try stage.invite(), tag: nil, from: Stage.trunk2)
        stage.pass(.seconds(6))
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .noAnswer))
    }

    @Test func `a trunk's failure before a silent last trunk does not count`() throws {
        let stage = twoTrunks()
        stage.place(Stage.request(ring: .seconds(10)))
        stage.respond(503, to: try stage.invite(), headers: ["Reason: Q.850;cause=42"])
        _ = try stage.invite()
        stage.pass(.seconds(10))
        let record = try #require(stage.ended?.record)
        #expect(record.ending?.reason == .failed(.first, .trunkTimeout))
        #expect(record.leg1.trunk?.rawValue == "trunk2")
        #expect(record.leg1.sipStatus == nil && record.leg1.q850 == nil)
    }

    @Test func `the ring limit runs from the first INVITE on, however many trunks are tried`() throws {
        let stage = twoTrunks()
        stage.place(Stage.request(ring: .seconds(6)))
        _ = try stage.invite()
        stage.pass(.seconds(4))
        let second = try stage.invite()
        stage.respond(180, to: second, from: Stage.trunk2)
        stage.pass(.milliseconds(1999))
        #expect(stage.ended == nil)
        stage.pass(.milliseconds(1))
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .noAnswer))
        #expect(stage.requests(.cancel, in: second).count == 1)
    }

    @Test func `no INVITE goes to the next trunk at the instant the ring limit ends`() throws {
        let stage = twoTrunks()
        stage.place(Stage.request(ring: .seconds(4)))
        _ = try stage.invite()
        stage.pass(.seconds(4))
        #expect(!stage.hasNewInvite)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .trunkTimeout))
    }

    @Test func `party 2 is sent on as party 1 is`() throws {
        let stage = twoTrunks()
        let (_, second) = try stage.toParty2()
        stage.respond(503, to: second)
        let again = try stage.invite()
        #expect(again.requestURI?.text.description == "sip:13911110002@10.0.0.2:5060")
        stage.respond(200, to: again, body: Stage.description(), from: Stage.trunk2)
        #expect(stage.notes.last?.state == .talking)
    }

    @Test func `another trunk's media is described anew, open to that trunk alone`() throws {
        let stage = twoTrunks()
        stage.place()
        stage.respond(503, to: try stage.invite())
        let described = stage.media.compactMap(\.described)
        #expect(described.map(\.latching.signallingPeer) == [.v4(0x0A00_0001), .v4(0x0A00_0002)])
    }
}
