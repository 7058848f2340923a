import CallModel
import MediaControl
import SIPSyntax
import SansIO
import Testing

@testable import CallSwitching

/// The cancel by API, and how a call closes.
@Suite struct CancelTests {
    private static let dialling1 = CancelledCall(state: .dialling1, duration: 0)

    private func placed(_ stage: Stage) throws -> CallID {
        stage.place()
        return try #require(stage.call)
    }

    @Test func `a cancel releases both legs, and no event follows`() throws {
        let stage = Stage()
        let (first, second) = try stage.connected()
        let call = try #require(stage.call)
        stage.pass(.milliseconds(7_999))
        let found = CancelledCall(state: .talking, duration: 7)
        #expect(stage.answers(to: stage.cancel(call)) == [.cancelled(found)])
        stage.pass(.seconds(1))
        #expect(stage.answers(to: stage.cancel(call)) == [.cancelled(found)], "as it was, however often it is asked")
        #expect(stage.requests(.bye, in: first).count == 1 && stage.requests(.bye, in: second).count == 1)
        #expect(stage.ended?.record.ending?.reason == .apiCancel)
        #expect(stage.ended?.events.isEmpty == true)
        #expect(stage.writes.contains(.cancelled(call, .apiCancel)))
    }

    @Test func `before party 1 answers it is cancelled1, before party 2 does cancelled2`() throws {
        let one = Stage()
        let early = try placed(one)
        #expect(one.answers(to: one.cancel(early)) == [.cancelled(Self.dialling1)])
        #expect(one.ended?.record.ending?.reason == .cancelled(.first))
        let two = Stage()
        _ = try two.toParty2()
        let late = CommandAnswer.cancelled(CancelledCall(state: .dialling2, duration: 0))
        #expect(two.answers(to: two.cancel(try #require(two.call))) == [late])
        #expect(two.ended?.record.ending?.reason == .cancelled(.second))
    }

    @Test func `a cancel that succeeded may be repeated for 60 s`() throws {
        let stage = Stage()
        let call = try placed(stage)
        stage.cancel(call)
        stage.pass(CancelTable.memory - .milliseconds(1))
        #expect(stage.answers(to: stage.cancel(call)) == [.cancelled(Self.dialling1)])
        stage.pass(.milliseconds(1))
        #expect(stage.answers(to: stage.cancel(call)) == [.refused(.callUnknown)])
    }

    @Test func `copies that come while the cancel is stored wait for its outcome`() throws {
        let stage = Stage()
        let call = try placed(stage)
        stage.store = .hangs
        let tickets = [stage.cancel(call), stage.cancel(call), stage.cancel(call)]
        #expect(tickets.allSatisfy { stage.answers(to: $0) == nil })
        stage.tell(.committed(try #require(stage.pendingCommits.first)))
        #expect(tickets.allSatisfy { stage.answers(to: $0) == [.cancelled(Self.dialling1)] })
    }

    @Test func `a cancel that cannot be stored is refused, and the event tells of the end`() throws {
        let stage = Stage()
        let call = try placed(stage)
        stage.store = .fails
        #expect(stage.answers(to: stage.cancel(call)) == [.refused(.busy)])
        #expect(stage.ended?.record.ending?.reason == .cancelled(.first))
        #expect(stage.ended?.events.count == 1)
        #expect(stage.answers(to: stage.cancel(call)) == [.refused(.callUnknown)])
    }

    @Test(arguments: [true, false])
    func `the event waits until the store said whether the cancel is durable`(success: Bool) throws {
        let stage = Stage()
        let call = try placed(stage)
        stage.store = .hangs
        stage.cancel(call)
        stage.pass(.seconds(30))
        #expect(stage.ended == nil)
        let commit = try #require(stage.pendingCommits.first)
        stage.tell(success ? .committed(commit) : .commitFailed(commit))
        #expect(stage.ended?.events.count == (success ? 0 : 1))
        #expect(stage.endings == 1)
    }

    @Test func `a store that never answers does not hold a call for ever`() throws {
        let stage = Stage()
        let call = try placed(stage)
        stage.store = .hangs
        stage.cancel(call)
        stage.pass(Closing.patience + Closing.storePatience)
        #expect(stage.ended?.events.count == 1)
        stage.tell(.committed(try #require(stage.pendingCommits.first)))
        #expect(stage.endings == 1)
    }

    @Test func `a limit that is reached comes before a cancel of the same instant`() throws {
        let stage = Stage()
        _ = try stage.connected(Stage.request(talk: .seconds(10)))
        stage.oversleep(.seconds(10))
        #expect(stage.answers(to: stage.cancel(try #require(stage.call))) == [.refused(.callUnknown)])
        #expect(stage.ended?.record.ending?.reason == .maxCallDuration)
        #expect(stage.ended?.record.ending?.duration == 10)
        #expect(stage.ended?.events.count == 1)
    }

    @Test func `whose end is decided cannot be cancelled`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected()
        stage.request("BYE", in: first)
        #expect(stage.answers(to: stage.cancel(try #require(stage.call))) == [.refused(.callUnknown)])
    }

    @Test func `a cancel by another account is refused; the main account may end and repeat a sub-account's`() throws {
        let stage = Stage()
        let sub = CertID(rawValue: "sub")
        stage.place(Stage.request(account: sub))
        let call = try #require(stage.call)
        let stranger = CallScope(mainAccount: sub, app: AppID(rawValue: "app"), subaccount: nil)
        #expect(stage.answers(to: stage.cancel(call, by: stranger)) == [.refused(.callUnknown)])
        let own = CallScope(mainAccount: Stage.account, app: AppID(rawValue: "app"), subaccount: sub)
        #expect(stage.answers(to: stage.cancel(call, by: own)) == [.cancelled(Self.dialling1)])
        #expect(stage.answers(to: stage.cancel(call)) == [.cancelled(Self.dialling1)])
        #expect(stage.answers(to: stage.cancel(call, by: stranger)) == [.refused(.callUnknown)])
    }

    @Test func `a 200 that crosses our CANCEL gets ACK and BYE, and the cancel stands`() throws {
        let stage = Stage()
        stage.place()
        let first = try stage.invite()
        stage.respond(180, to: first)
        stage.cancel(try #require(stage.call))
        stage.respond(200, to: first, body: Stage.description())
        #expect(stage.requests(.ack, in: first).count == 1 && stage.requests(.bye, in: first).count == 1)
        #expect(stage.ended?.record.leg1.answerTime == nil)
        #expect(stage.endings == 1)
        stage.respond(200, to: try #require(stage.requests(.bye, in: first).first))
        #expect(stage.isAtRest)
    }

    @Test func `the final record waits for the media's counts, but not longer than 2 s`() throws {
        let stage = Stage()
        stage.mediaClosing = .hangs
        let (first, _) = try stage.connected()
        stage.request("BYE", in: first)
        stage.pass(Closing.patience - .milliseconds(1))
        #expect(stage.ended == nil)
        stage.pass(.milliseconds(1))
        #expect(stage.ended?.record.leg1.media == nil)
        #expect(stage.ended?.events.count == 1)
    }

    @Test func `counts that come in time are in the record`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected()
        stage.request("BYE", in: first)
        let record = try #require(stage.ended?.record)
        #expect(record.leg1.media?.packetsReceived == 2 && record.leg2.media?.packetsReceived == 3)
        #expect(record.leg1.media?.packetsSent == 7)
    }
}
