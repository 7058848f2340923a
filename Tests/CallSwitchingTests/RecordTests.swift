import CallModel
import CallSwitching
import SIPSyntax
import SansIO
import Testing

/// What is written of a call, and when.
@Suite struct RecordTests {
    private func after(_ duration: Duration) -> WallTime {
        WallTime(milliseconds: Stage.begin.milliseconds + duration.components.seconds * 1000)
    }

    @Test func `times, numbers and delays of a whole call`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, callers: ["075511111111"])])
        stage.place(Stage.request(numbers: ["075511111111"]))
        let first = try stage.invite()
        stage.pass(.seconds(1))
        stage.respond(180, to: first)
        stage.pass(.seconds(1))
        stage.respond(200, to: first, body: Stage.description())
        let second = try stage.invite()
        stage.pass(.seconds(2))
        stage.respond(183, to: second)
        stage.pass(.seconds(1))
        stage.respond(180, to: second)
        stage.pass(.seconds(1))
        stage.respond(200, to: second, body: Stage.description("0"))
        stage.pass(.milliseconds(9_999))
        stage.request("BYE", in: second, headers: ["Reason: Q.850;cause=16"])
        let record = try #require(stage.ended?.record)
        #expect(record.beginTime == Stage.begin && record.leg1.dialTime == Stage.begin)
        #expect(record.leg1.ringTime == after(.seconds(1)) && record.leg1.answerTime == after(.seconds(2)))
        #expect(record.leg2.dialTime == after(.seconds(2)) && record.leg2.ringTime == after(.seconds(5)))
        #expect(record.leg2.answerTime == after(.seconds(6)) && record.connectTime == after(.seconds(6)))
        #expect(record.leg1.postDialDelay == .seconds(1) && record.leg2.postDialDelay == .seconds(2))
        #expect(record.leg1.from == "075511111111" && record.leg2.trunk?.rawValue == "trunk1")
        #expect(record.leg1.codec == "PCMA" && record.leg2.codec == "PCMU")
        #expect(record.leg1.sipStatus == 200 && record.leg2.q850 == 16)
        #expect(record.leg1.sipCallID == first.callID.description)
        #expect(record.ending == CallEnding(reason: .hangup(.second), hangupBy: .second, duration: 9))
        #expect(record.leg1.endTime == record.endTime && record.leg2.endTime == record.endTime)
        #expect(record.state == .ended)
        #expect(record.leg1.signalling == nil && record.leg2.signalling == nil)
    }

    @Test func `a refusal is kept as it was received`() throws {
        let stage = Stage()
        let (first, second) = try stage.toParty2()
        stage.respond(480, to: second, headers: ["Reason: Q.850;cause=20"])
        let leg = try #require(stage.ended?.record.leg2)
        #expect(leg.sipStatus == 480 && leg.sipReason == "Phrase" && leg.q850 == 20)
        #expect(stage.ended?.record.ending?.reason == .failed(.second, .unreachable))
        #expect(stage.ended?.record.leg2.answerTime == nil)
        let bye = try #require(stage.requests(.bye, in: first).first)
        #expect(bye.headers.values(.reason).map(\.description) == ["Q.850;cause=20"])
    }

    @Test func `a leg is written when it can be cancelled, when it rings and when it answers, and no oftener`() throws {
        let stage = Stage()
        stage.place()
        let first = try stage.invite()
        stage.respond(100, to: first, tag: nil)
        stage.respond(100, to: first, tag: nil)
        #expect(stage.progress.count == 1)
        guard case .early(let invite) = stage.progress[0].leg.signalling else {
            Issue.record("a leg after its first provisional can be cancelled")
            return
        }
        #expect(invite.callID == first.callID.description)
        #expect(invite.via == first.topVia.text.description)
        for status in [183, 180, 180, 181, 183] { stage.respond(status, to: first) }
        #expect(stage.progress.count == 2)
        #expect(stage.progress[1].state == .ringing1 && stage.progress[1].leg.ringTime != nil)
        stage.respond(200, to: first, body: Stage.description())
        #expect(stage.progress.count == 3)
        guard case .confirmed(let dialog) = stage.progress[2].leg.signalling else {
            Issue.record("an answered leg has its dialog")
            return
        }
        #expect(dialog.remoteTag == "far")
        let (local, remote) = (dialog.localDescription, dialog.remoteDescription)
        #expect(String(decoding: remote, as: UTF8.self).contains("m=audio 40000"))
        #expect(String(decoding: local, as: UTF8.self).contains("m=audio 10000"))
    }

    @Test func `an INVITE to the next trunk is written as the first was`() throws {
        let stage = Stage(trunks: [Stage.trunk(1), Stage.trunk(2)])
        stage.place()
        let first = try stage.invite()
        stage.respond(100, to: first, tag: nil)
        stage.respond(503, to: first)
        stage.respond(100, to: try stage.invite(), tag: nil, from: Stage.trunk2)
        guard case .early(let invite) = stage.progress.last?.leg.signalling else {
            Issue.record("the second INVITE can be cancelled")
            return
        }
        #expect(invite.destination == "10.0.0.2:5060")
    }

    @Test func `the log tells each state once, with its trunk and status`() throws {
        let stage = Stage()
        let (_, second) = try stage.toParty2()
        stage.respond(180, to: second)
        stage.respond(180, to: second)
        stage.respond(486, to: second)
        #expect(stage.notes.map(\.state) == [.dialling1, .ringing1, .dialling2, .ringing2, .ended])
        #expect(stage.notes.map(\.sipStatus) == [nil, 180, nil, 180, 486])
        #expect(stage.notes.map(\.party) == [.first, .first, .second, .second, .second])
        #expect(stage.notes.allSatisfy { $0.trunk?.rawValue == "trunk1" })
        #expect(stage.notes.last?.endReason == .failed(.second, .busy))
    }

    @Test func `a 200 at the instant of the ring limit comes too late`() throws {
        let stage = Stage()
        stage.place(Stage.request(ring: .seconds(5)))
        let first = try stage.invite()
        stage.respond(180, to: first)
        stage.oversleep(.seconds(5))
        stage.respond(200, to: first, body: Stage.description())
        #expect(stage.requests(.ack, in: first).count == 1 && stage.requests(.bye, in: first).count == 1)
        #expect(stage.requests(.cancel, in: first).isEmpty)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .noAnswer))
        #expect(stage.ended?.record.leg1.answerTime == nil)
        stage.answerReleases(of: first)
        #expect(stage.isAtRest)
    }

    @Test func `BYEs that cross are one hang-up, and the times stay in order`() throws {
        let stage = Stage()
        stage.mediaClosing = .hangs
        let (first, second) = try stage.connected()
        stage.request("BYE", in: first)
        stage.pass(.seconds(1))
        stage.request("BYE", in: second)
        stage.answerReleases(of: second)
        stage.pass(.seconds(1))
        let record = try #require(stage.ended?.record)
        #expect(record.ending?.hangupBy == .first)
        #expect(record.leg2.endTime == record.endTime)
        #expect(stage.statuses(.bye, in: second) == [200])
        #expect(stage.isAtRest)
    }

    @Test func `at rest nothing waits`() throws {
        let stage = Stage()
        let (first, second) = try stage.connected()
        stage.request("BYE", in: second)
        stage.answerReleases(of: first)
        #expect(stage.isAtRest)
        stage.pass(.seconds(120))
        #expect(stage.deadline == nil)
        #expect(stage.occupancy.rememberedSessions == 0)
        #expect(stage.occupancy.transactions == 0)
    }
}
