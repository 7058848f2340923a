import CallModel
import CallSwitching
import SIPSyntax
import SansIO
import Testing

/// A start takes up what the last run left behind.
@Suite struct RecoveryTests {
    private static let restart = WallTime(milliseconds: Stage.begin.milliseconds + 100_000)

    /// What the store shows of the stage's call.
    private func interrupted(_ stage: Stage, cancelled: EndReason? = nil) throws -> InterruptedCall {
        var stored: CallRecord?
        for write in stage.writes {
            switch write {
            case .accepted(let record, _): stored = record
            case .progressed(_, let state, let connectTime, let party, let leg):
                stored?.state = state
                if let connectTime { stored?.connectTime = connectTime }
                stored?[party] = leg
            default: break
            }
        }
        return InterruptedCall(record: try #require(stored), cancelled: cancelled)
    }

    @Test func `both parties of a connected call get BYE, and the event tells of the restart`() throws {
        let before = Stage()
        let (first, second) = try before.connected()
        let after = Stage(seed: 2)
        after.tell(.recover([try interrupted(before)], at: Self.restart))
        for invite in [first, second] {
            let bye = try #require(after.requests(.bye, in: invite).first)
            #expect(bye.from.tag == invite.from.tag && bye.to.tag == "far")
            #expect(bye.cseq.number == invite.cseq.number + 1)
        }
        #expect(after.ended?.record.ending?.reason == .platformRestart)
        #expect(after.ended?.record.ending?.duration == 60)
        #expect(after.ended?.record.endTime == Self.restart)
        #expect(after.ended?.events.count == 1)
        #expect(after.occupancy.sessions == 2)
        after.answerReleases(of: first, second)
        #expect(after.isAtRest)
    }

    @Test(arguments: [100, 180])
    func `an INVITE that had a provisional gets CANCEL`(status: Int) throws {
        let before = Stage()
        before.place()
        let invite = try before.invite()
        before.respond(status, to: invite, tag: nil)
        let after = Stage(seed: 2)
        after.tell(.recover([try interrupted(before)], at: Self.restart))
        let cancel = try #require(after.requests(.cancel, in: invite).first)
        #expect(cancel.topVia.branch == invite.topVia.branch)
        after.answerReleases(of: invite)
        #expect(after.isAtRest)
    }

    @Test func `an INVITE that is answered meanwhile gets ACK and BYE`() throws {
        let before = Stage()
        before.place()
        let invite = try before.invite()
        before.respond(180, to: invite)
        let after = Stage(seed: 2)
        after.tell(.recover([try interrupted(before)], at: Self.restart))
        after.respond(200, to: invite, body: Stage.description())
        #expect(after.requests(.ack, in: invite).count == 1 && after.requests(.bye, in: invite).count == 1)
    }

    @Test func `a cancel that was durable sends no event, and may be repeated`() throws {
        let before = Stage()
        _ = try before.connected()
        let call = try #require(before.call)
        let after = Stage(seed: 2)
        after.tell(.recover([try interrupted(before, cancelled: .apiCancel)], at: Self.restart))
        #expect(after.ended?.record.ending?.reason == .apiCancel)
        #expect(after.ended?.events.isEmpty == true)
        let talked = try #require(after.ended?.record.ending?.duration)
        #expect(after.answers(to: after.cancel(call)) == [.cancelled(CancelledCall(state: .talking, duration: talked))])
    }

    @Test func `a clock that was set back puts no time out of order`() throws {
        let before = Stage()
        before.pass(.seconds(1))
        _ = try before.connected()
        let after = Stage(seed: 2)
        after.tell(.recover([try interrupted(before)], at: WallTime(milliseconds: 5)))
        let record = try #require(after.ended?.record)
        #expect(try #require(record.endTime) >= #require(record.connectTime))
        #expect(record.ending?.duration == 0)
    }
}
