import Audio
import CallModel
import CallSwitching
import MediaControl
import SIPSyntax
import SansIO
import Testing

/// Session descriptions: early ones, forks, the answer, and new offers in the dialog.
@Suite struct DescriptionTests {
    private func dialled() throws -> (Stage, SIPMessage) {
        let stage = Stage()
        stage.place()
        let invite = try stage.invite()
        stage.forgetMedia()
        return (stage, invite)
    }

    private func described(_ stage: Stage) -> [UInt16] { stage.media.compactMap { $0.described?.rtp.port } }

    @Test func `media may come from the trunk before any description, but is sent nothing`() throws {
        let stage = Stage()
        stage.place()
        let remote = try #require(stage.media.compactMap(\.described).first)
        #expect(remote.accepts.map(\.codec) == [.pcma, .pcmu])
        #expect(!remote.mayReceive && remote.maySend)
        #expect(remote.latching == LatchPolicy(anySource: false, signallingPeer: .v4(0x0A00_0001)))
    }

    @Test func `a trunk behind NAT may send from anywhere`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, nat: true)])
        stage.place()
        #expect(stage.media.compactMap(\.described).first?.latching.anySource == true)
    }

    @Test func `a repeated early description changes nothing; another one or another fork describes anew`() throws {
        let (stage, invite) = try dialled()
        stage.respond(183, to: invite, tag: "a", body: Stage.description(port: 40000))
        stage.respond(183, to: invite, tag: "a", body: Stage.description(port: 40000))
        #expect(described(stage) == [40000])
        stage.respond(183, to: invite, tag: "a", body: Stage.description(port: 40002))
        stage.respond(183, to: invite, tag: "b", body: Stage.description(port: 40002))
        #expect(described(stage) == [40000, 40002, 40002])
    }

    @Test func `a 183 without To tag describes too`() throws {
        let (stage, invite) = try dialled()
        stage.respond(183, to: invite, tag: nil, body: Stage.description(port: 40010))
        #expect(described(stage) == [40010])
    }

    @Test func `an unusable early description is passed over`() throws {
        let (stage, invite) = try dialled()
        stage.respond(183, to: invite, body: Stage.description("18"))
        stage.respond(183, to: invite, body: Array("nonsense".utf8))
        #expect(described(stage).isEmpty && stage.ended == nil)
    }

    @Test func `the answer wins over an early description; the same one changes nothing`() throws {
        let (same, one) = try dialled()
        same.respond(183, to: one, body: Stage.description(port: 40000))
        same.respond(200, to: one, body: Stage.description(port: 40000))
        #expect(described(same) == [40000, 0])  // The last is party 2's leg.
        let (other, two) = try dialled()
        other.respond(183, to: two, body: Stage.description(port: 40000))
        other.respond(200, to: two, body: Stage.description("0", port: 40002))
        #expect(described(other) == [40000, 40002, 0])
        #expect(other.media.compactMap(\.described)[1].sends.codec == .pcmu)
    }

    @Test func `another fork's 200 describes anew even with the same text`() throws {
        let (stage, invite) = try dialled()
        stage.respond(183, to: invite, tag: "a", body: Stage.description())
        stage.respond(200, to: invite, tag: "b", body: Stage.description())
        #expect(described(stage) == [40000, 40000, 0])
    }

    @Test(arguments: [[], Array("v=0".utf8), Stage.description("18"), Stage.description(port: 0)])
    func `a 200 without a usable description gets ACK and BYE`(body: [UInt8]) throws {
        let (stage, invite) = try dialled()
        stage.respond(200, to: invite, body: body)
        #expect(stage.requests(.ack, in: invite).count == 1 && stage.requests(.bye, in: invite).count == 1)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .incompatible))
        #expect(stage.ended?.record.leg1.answerTime == nil)
        #expect(!stage.hasNewInvite)
        stage.answerReleases(of: invite)
        #expect(stage.isAtRest)
    }

    @Test func `a second fork's 200 gets ACK and BYE, and the call goes on`() throws {
        let (stage, invite) = try dialled()
        stage.respond(200, to: invite, tag: "a", body: Stage.description())
        stage.respond(200, to: invite, tag: "b", body: Stage.description(port: 40008))
        #expect(stage.requests(.ack, in: invite).count == 2 && stage.requests(.bye, in: invite).count == 1)
        #expect(stage.ended == nil && described(stage) == [40000, 0])
    }

    @Test(arguments: [("8", "8 0"), ("0", "0 8")])
    func `party 2 is offered first what party 1 speaks`(spoken: String, offered: String) throws {
        let stage = Stage()
        let (_, second) = try stage.toParty2(speaking: Stage.description(spoken))
        #expect(String(decoding: second.body, as: UTF8.self).contains("RTP/AVP \(offered) 101"))
    }

    @Test(arguments: [
        ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive"), ("sendrecv", "sendrecv"),
    ])
    func `a new offer is answered with its direction mirrored`(offered: String, answered: String) throws {
        let stage = Stage()
        let (first, _) = try stage.connected()
        stage.forgetMedia()
        stage.request("INVITE", in: first, body: Stage.description("8", port: 40020, offered))
        let answer = try #require(stage.sent.last?.message)
        #expect(answer.status == .ok)
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(answered == "sendrecv" ? !text.contains("only") : text.contains("a=\(answered)"))
        #expect(described(stage) == [40020])
    }

    @Test func `time on hold does not count for the dead-media watchdog`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected(Stage.request(talk: .seconds(600)))
        stage.forgetMedia()
        stage.request("INVITE", in: first, body: Stage.description("8", port: 40000, "sendonly"))
        #expect(stage.media.filter { $0.watch == .nothing }.count == 2)
        stage.forgetMedia()
        stage.request("UPDATE", in: first, sequence: 2, body: Stage.description())
        #expect(stage.media.filter { $0.watch == .liveness(idleAfter: .seconds(60)) }.count == 2)
    }

    @Test(arguments: ["sendonly", "recvonly", "inactive"])
    func `while a party holds, the other hears what it sends, else silence, until it resumes`(direction: String) throws
    {
        let stage = Stage()
        let (first, _) = try stage.connected()
        stage.forgetMedia()
        stage.request("INVITE", in: first, body: Stage.description("8", port: 40000, direction))
        stage.request("ACK", in: first)
        let sends = direction == "sendonly"
        #expect(stage.media.compactMap(\.fed) == (sends ? [] : [.silence]))
        #expect(stage.media.compactMap(\.described).map(\.mayReceive) == [direction == "recvonly"])
        stage.forgetMedia()
        stage.request("UPDATE", in: first, sequence: 2, body: Stage.description())
        #expect(stage.media.compactMap(\.fed) == (sends ? [] : [.leg(MediaLegID(number: 2))]))
        #expect(stage.media.compactMap(\.described).map(\.mayReceive) == [true])
    }

    @Test func `who answers mute is not heard, but the other's stream runs`() throws {
        let stage = Stage()
        let (_, second) = try stage.toParty2()
        stage.forgetMedia()
        stage.respond(200, to: second, body: Stage.description("8", port: 40000, "inactive"))
        let feeds = stage.media.compactMap(\.fed)
        #expect(feeds.contains(.silence) && !feeds.contains(.leg(MediaLegID(number: 3))))
        #expect(feeds.contains(.leg(MediaLegID(number: 2))))
    }

    @Test func `a party that answers on hold is on hold`() throws {
        let stage = Stage()
        let (_, second) = try stage.toParty2()
        stage.respond(200, to: second, body: Stage.description("8", port: 40000, "inactive"))
        #expect(!stage.media.contains { $0.watch == .liveness(idleAfter: .seconds(60)) })
    }

    @Test func `an offer without a common codec gets 488, and the session stays as it is`() throws {
        let stage = Stage()
        let (first, second) = try stage.connected()
        stage.forgetMedia()
        stage.request("INVITE", in: first, body: Stage.description("18"))
        #expect(stage.statuses(.invite, in: first) == [488])
        #expect(stage.sent.last?.message.headers[.warning]?.description == "305 duocall \"Incompatible media format\"")
        #expect(stage.media.isEmpty && stage.ended == nil)
        stage.request("BYE", in: second)
        #expect(stage.ended?.record.ending?.reason == .hangup(.second))
    }

    @Test func `a re-INVITE without an offer gets ours, and the ACK's answer takes effect`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected()
        stage.request("INVITE", in: first)
        #expect(stage.sent.last.map { String(decoding: $0.message.body, as: UTF8.self) }?.contains("8 0 101") == true)
        stage.forgetMedia()
        stage.request("ACK", in: first, body: Stage.description(port: 40030))
        #expect(described(stage) == [40030])
    }

    @Test func `an unusable answer to it ends the leg as incompatible`() throws {
        let stage = Stage()
        let (first, second) = try stage.connected()
        stage.request("INVITE", in: first)
        stage.request("ACK", in: first, body: Stage.description("18"))
        #expect(stage.requests(.bye, in: first).count == 1 && stage.requests(.bye, in: second).count == 1)
        #expect(
            stage.ended?.record.ending
                == CallEnding(reason: .failed(.first, .incompatible), hangupBy: nil, duration: 0))
    }

    @Test func `a party whose ACK never comes is lost, and has not hung up`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected()
        stage.request("INVITE", in: first, body: Stage.description())
        stage.pass(.seconds(32))
        #expect(stage.requests(.bye, in: first).count == 1)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .congestion))
        #expect(stage.ended?.record.ending?.hangupBy == nil)
    }
}

extension MediaCommand {
    fileprivate var fed: MediaFeed? {
        if case .feed(_, let feed, _) = self { feed } else { nil }
    }

    fileprivate var watch: MediaWatch? {
        if case .watch(_, let watch) = self { watch } else { nil }
    }
}
