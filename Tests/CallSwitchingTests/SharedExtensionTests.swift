import CallModel
import MediaControl
import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO
import Testing

@testable import CallSwitching

/// Several phones of one extension: all ring, and one has the call.
@Suite struct SharedExtensionTests {
    static func phone(_ number: UInt32) -> Flow { ExtensionTests.phone(number) }

    /// A call to 1001, whose phones 1 and 3 both ring; 3 registered last and is party 1's speaker.
    func called(trunks: [TrunkSettings] = []) throws -> (stage: Stage, last: SIPMessage, first: SIPMessage) {
        let stage = Stage(trunks: trunks, extensions: ExtensionTests.extensions)
        try stage.register("1001", at: Self.phone(1))
        try stage.register("1001", at: Self.phone(3), contact: "sip:1001@10.9.9.8:5060")
        try stage.register("1002", at: Self.phone(2))
        stage.forgetSent()
        stage.place(
            ExtensionTests.request(try ExtensionTests.number("1001"), try ExtensionTests.number("1002")))
        let last = try stage.invite()
        let first = try stage.invite()
        #expect(stage.sent.map(\.flow) == [Self.phone(3), Self.phone(1)])
        #expect(last.callID != first.callID)
        return (stage, last, first)
    }

    /// Plays the call to its end from party 1's answer on.
    func end(_ stage: Stage, after invite: SIPMessage) throws {
        let second = try stage.invite()
        #expect(second.requestURI?.user?.description == "1002")
        stage.respond(200, to: second, body: Stage.description())
        stage.request("BYE", in: invite)
        stage.answerReleases(of: second)
        #expect(stage.ended?.record.ending?.reason == .hangup(.first))
    }

    @Test(arguments: [false, true])
    func `the phone that answers has the call, the other is cancelled and told why`(rangFirst: Bool) throws {
        let (stage, last, first) = try called()
        stage.respond(180, to: rangFirst ? first : last)
        stage.respond(180, to: rangFirst ? last : first)
        stage.respond(200, to: first, body: Stage.description())
        let cancel = try #require(stage.requests(.cancel, in: last).first)
        #expect(try cancel.reasons == [.answeredElsewhere])
        #expect(stage.requests(.cancel, in: first).isEmpty)
        #expect(stage.requests(.ack, in: first).count == 1)
        stage.respond(200, to: cancel)
        stage.respond(487, to: last)
        try end(stage, after: first)
        #expect(stage.ended?.record.leg1.sipCallID == first.callID.description)
        #expect(stage.ended?.record.leg1.trunk == .extensions)
        stage.pass(.seconds(60))
        #expect(stage.isAtRest)
    }

    @Test func `a phone that answers while the other does is hung up`() throws {
        let (stage, last, first) = try called()
        for phone in [last, first] { stage.respond(180, to: phone) }
        stage.respond(200, to: last, body: Stage.description())
        stage.respond(200, to: first, body: Stage.description())
        #expect(stage.requests(.ack, in: first).count == 1)
        let bye = try #require(stage.requests(.bye, in: first).first)
        stage.respond(200, to: bye)
        try end(stage, after: last)
        stage.pass(.seconds(60))
        #expect(stage.isAtRest)
    }

    @Test func `a busy phone leaves the others ringing`() throws {
        let (stage, last, first) = try called()
        stage.respond(180, to: last)
        stage.respond(180, to: first)
        stage.respond(486, to: last)
        stage.respond(200, to: first, body: Stage.description())
        try end(stage, after: first)
    }

    @Test(arguments: [(486, 480, LegFailure.unreachable), (480, 486, .busy)])
    func `when all have failed the last refusal tells why`(one: Int, other: Int, failure: LegFailure) throws {
        let (stage, last, first) = try called()
        stage.respond(one, to: last)
        stage.respond(other, to: first)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, failure))
        stage.pass(.seconds(60))
        #expect(stage.isAtRest)
    }

    @Test func `a refusal counts for more than a phone that cannot be reached`() throws {
        let (stage, _, first) = try called()
        stage.respond(486, to: first)
        stage.tell(.transportFailed(Self.phone(3)))
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .busy))
    }

    @Test(arguments: [true, false])
    func `who declines declines for all`(isSpeaker: Bool) throws {
        let (stage, last, first) = try called()
        for phone in [last, first] { stage.respond(180, to: phone) }
        let (decliner, other) = isSpeaker ? (last, first) : (first, last)
        stage.respond(603, to: decliner)
        let cancel = try #require(stage.requests(.cancel, in: other).first)
        stage.respond(200, to: cancel)
        stage.respond(487, to: other)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .rejected))
        stage.pass(.seconds(60))
        #expect(stage.isAtRest)
    }

    @Test func `a phone that says nothing does not end those that ring`() throws {
        let (stage, _, first) = try called(trunks: [Stage.trunk(1)])
        stage.respond(100, to: first, tag: nil)
        stage.pass(.seconds(5))
        #expect(!stage.hasNewInvite)
        stage.respond(180, to: first)
        stage.respond(200, to: first, body: Stage.description())
        try end(stage, after: first)
    }

    @Test func `where all phones are silent the trunk is next`() throws {
        let (stage, last, first) = try called(trunks: [Stage.trunk(1)])
        stage.pass(.seconds(4))
        let third = try stage.invite()
        #expect(stage.sent.last?.flow == Stage.trunk1)
        stage.respond(180, to: first)
        #expect(stage.requests(.cancel, in: first).count == 1, "too late")
        stage.respond(200, to: third, body: Stage.description())
        try end(stage, after: third)
        _ = last
    }

    @Test func `an API cancel stops all phones`() throws {
        let (stage, last, first) = try called()
        for phone in [last, first] { stage.respond(180, to: phone) }
        stage.cancel(try #require(stage.call))
        for phone in [last, first] {
            let cancel = try #require(stage.requests(.cancel, in: phone).first)
            stage.respond(200, to: cancel)
            stage.respond(487, to: phone)
        }
        #expect(stage.ended?.record.ending?.reason == .cancelled(.first))
        stage.pass(.seconds(60))
        #expect(stage.isAtRest)
    }
}
