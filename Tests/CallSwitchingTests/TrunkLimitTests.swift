import CallModel
import CallSwitching
import SIPSyntax
import SansIO
import Testing

/// `max_calls` and `max_cps` of trunks, and the caller number shown there.
@Suite struct TrunkLimitTests {
    @Test func `a call takes two of a trunk's places, and one place too few refuses it`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, maxCalls: 3)])
        stage.place()
        let refused = stage.place()
        #expect(stage.answers(to: refused) == [.refused(.noLine)])
        #expect(stage.occupancy.trunkCalls.map(\.calls) == [2])
    }

    @Test func `a refused call leaves no place taken`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, maxCalls: 2)])
        let (first, second) = try stage.connected()
        stage.request("BYE", in: first)
        stage.answerReleases(of: second)
        #expect(stage.isAtRest)
        #expect(stage.answers(to: stage.place())?.count == 1)
        #expect(stage.occupancy.trunkCalls.map(\.calls) == [2])
    }

    @Test func `both parties find their place where there is one on each trunk`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, maxCalls: 1), Stage.trunk(2, maxCalls: 1)])
        let ticket = stage.place()
        #expect(stage.answers(to: ticket) == [.placed(try #require(stage.call))])
        #expect(stage.occupancy.trunkCalls.map(\.calls) == [1, 1])
    }

    @Test func `party 1 makes way where party 2 has but one trunk`() throws {
        var shared = Stage.trunk(1, maxCalls: 1)
        shared.prefixes = ["13911110001", "13911110002"]
        var toFirst = Stage.trunk(2)
        toFirst.prefixes = ["13911110001"]
        let stage = Stage(trunks: [shared, toFirst])
        stage.place()
        #expect(stage.occupancy.trunkCalls.map(\.calls) == [1, 1])
        #expect(try stage.invite().requestURI?.text.description == "sip:13911110001@10.0.0.2:5060")
    }

    @Test func `a full trunk is passed over when a call fails over`() throws {
        let stage = Stage(trunks: [Stage.trunk(1), Stage.trunk(2, maxCalls: 1), Stage.trunk(3)])
        stage.place()
        stage.place()
        stage.respond(503, to: try stage.invite())
        stage.respond(503, to: try stage.invite())
        #expect(stage.occupancy.trunkCalls.map(\.calls) == [2, 1, 1])
    }

    @Test func `INVITEs wait for their turn, each of them a second after the last but so many`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, pace: 2)])
        for _ in 0..<2 { stage.place() }
        let (one, two) = (try stage.invite(), try stage.invite())
        stage.pass(.milliseconds(400))
        stage.respond(200, to: one, body: Stage.description())
        stage.respond(200, to: two, body: Stage.description())
        #expect(!stage.hasNewInvite)
        stage.pass(.milliseconds(599))
        #expect(!stage.hasNewInvite)
        stage.pass(.milliseconds(1))
        _ = (try stage.invite(), try stage.invite())
    }

    @Test func `a call whose party 1 has no turn now is refused`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, pace: 1)])
        stage.place()
        let refused = stage.place()
        #expect(stage.answers(to: refused) == [.refused(.noLine)])
        stage.pass(.seconds(1))
        #expect(stage.answers(to: stage.place())?.first != .refused(.noLine))
    }

    @Test func `a call that ends while a party waits for its turn is over at once`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, pace: 1)])
        stage.place()
        let first = try stage.invite()
        stage.respond(200, to: first, body: Stage.description())
        stage.request("BYE", in: first)
        #expect(stage.ended?.record.ending?.reason == .callerLeft)
        #expect(stage.ended?.record.leg2.dialTime == nil)
        #expect(stage.isAtRest)
        stage.pass(.seconds(2))
        #expect(!stage.hasNewInvite)
    }

    @Test func `each leg shows the number that its trunk takes`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, callers: ["075511111111"]), Stage.trunk(2)])
        stage.place(Stage.request(numbers: ["075522222222", "075511111111"]))
        let first = try stage.invite()
        #expect(first.from.uri.user?.description == "075511111111")
        stage.respond(503, to: first)
        #expect(try stage.invite().from.uri.user?.description == "075522222222")
    }

    @Test func `a number that no trunk takes finds no line`() {
        let stage = Stage(trunks: [Stage.trunk(1, callers: ["075511111111"])])
        #expect(stage.answers(to: stage.place(Stage.request(from1: "075533333333"))) == [.refused(.noLine)])
    }
}
