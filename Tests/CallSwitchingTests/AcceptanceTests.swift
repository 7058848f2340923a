import CallModel
import MediaControl
import SIPSyntax
import SansIO
import Testing

@testable import CallSwitching

/// From the request to the first INVITE: sockets, then the durable record, then the answer.
@Suite struct AcceptanceTests {
    @Test func `the answer and the INVITE wait until the call is durable`() throws {
        let stage = Stage()
        stage.store = .hangs
        let ticket = stage.place()
        #expect(stage.answers(to: ticket) == nil && !stage.hasNewInvite)
        let commit = try #require(stage.pendingCommits.first)
        stage.tell(.committed(commit))
        #expect(stage.answers(to: ticket) == [.placed(try #require(stage.call))])
        #expect(stage.hasNewInvite)
    }

    @Test func `a failing store refuses the call, and nothing of it stays`() {
        let stage = Stage()
        stage.store = .fails
        #expect(stage.answers(to: stage.place()) == [.refused(.busy)])
        #expect(stage.isAtRest && !stage.hasNewInvite && stage.deadline == nil)
    }

    @Test func `a store that hangs refuses after 10 s, and a late commit ends the call without an event`() throws {
        let stage = Stage()
        stage.store = .hangs
        let ticket = stage.place()
        stage.pass(Acceptance.patience - .milliseconds(1))
        #expect(stage.answers(to: ticket) == nil)
        stage.pass(.milliseconds(1))
        #expect(stage.answers(to: ticket) == [.refused(.busy)])
        stage.tell(.committed(try #require(stage.pendingCommits.first)))
        #expect(stage.answers(to: ticket)?.count == 1)
        #expect(stage.ended?.events.isEmpty == true)
        #expect(stage.isAtRest && !stage.hasNewInvite && stage.deadline == nil)
    }

    @Test func `an abandoned acceptance whose commit fails leaves nothing`() throws {
        let stage = Stage()
        stage.store = .hangs
        stage.place()
        stage.pass(Acceptance.patience)
        stage.tell(.commitFailed(try #require(stage.pendingCommits.first)))
        #expect(stage.ended == nil)
        #expect(stage.isAtRest && stage.deadline == nil)
    }

    @Test func `an abandoned acceptance is forgotten in the end`() {
        let stage = Stage()
        stage.store = .hangs
        stage.place()
        stage.pass(Acceptance.patience + Acceptance.storePatience)
        #expect(stage.isAtRest && stage.deadline == nil)
    }

    @Test func `a port that another program holds is replaced, up to four times`() throws {
        let stage = Stage()
        stage.heldPorts = [10000, 10004, 10006, 10008]
        stage.place()
        #expect(stage.hasNewInvite)
        stage.heldPorts = Set(10000...10099)
        #expect(stage.answers(to: stage.place()) == [.refused(.busy)])
    }

    @Test func `the fifth held port refuses the call`() {
        let stage = Stage()
        stage.heldPorts = [10000, 10004, 10006, 10008, 10010]
        #expect(stage.answers(to: stage.place()) == [.refused(.busy)])
        #expect(stage.isAtRest)
    }

    @Test func `sockets that are not bound within 10 s refuse the call`() {
        let stage = Stage()
        stage.mediaHangs = true
        let ticket = stage.place()
        stage.pass(Acceptance.patience)
        #expect(stage.answers(to: ticket) == [.refused(.busy)])
        #expect(stage.isAtRest && stage.writes.isEmpty)
    }

    @Test func `without a port for each party the call is refused`() {
        let stage = Stage(ports: 10000...10003)
        stage.place()
        #expect(stage.answers(to: stage.place()) == [.refused(.busy)])
        #expect(stage.occupancy.mediaPorts == 2)
    }

    @Test func `one call more than allowed is refused`() {
        let stage = Stage(maxCalls: 2)
        stage.place()
        stage.place()
        #expect(stage.answers(to: stage.place()) == [.refused(.busy)])
        #expect(stage.counts.refused == [.busy: 1])
    }

    @Test func `a draining server takes no call and goes on with those it has`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected()
        stage.tell(.drain)
        #expect(stage.answers(to: stage.place()) == [.refused(.busy)])
        #expect(stage.requests(.bye, in: first).isEmpty)
    }

    @Test func `a call that becomes durable after everybody was hung up rings nobody, and its event is sent`() throws {
        let stage = Stage()
        stage.store = .hangs
        let ticket = stage.place()
        stage.tell(.hangUpAll)
        stage.tell(.committed(try #require(stage.pendingCommits.first)))
        #expect(stage.answers(to: ticket) == [.placed(try #require(stage.call))])
        #expect(!stage.hasNewInvite)
        #expect(stage.ended?.record.ending?.reason == .platformRestart)
        #expect(stage.ended?.events.count == 1)
        #expect(stage.isAtRest)
    }

    @Test func `a call whose sockets are being bound when everybody is hung up is refused`() {
        let stage = Stage()
        stage.mediaHangs = true
        let ticket = stage.place()
        stage.tell(.hangUpAll)
        #expect(stage.answers(to: ticket) == [.refused(.busy)])
        #expect(stage.isAtRest)
    }

    @Test func `hanging up everybody ends each call as a restart`() throws {
        let stage = Stage()
        let (first, second) = try stage.connected()
        stage.tell(.hangUpAll)
        #expect(stage.requests(.bye, in: first).count == 1)
        #expect(stage.requests(.bye, in: second).count == 1)
        #expect(stage.ended?.record.ending?.reason == .platformRestart)
        stage.answerReleases(of: first, second)
        #expect(stage.isAtRest)
    }
}
