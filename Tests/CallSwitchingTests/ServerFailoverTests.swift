import CallModel
import CallSwitching
import MediaControl
import SIPSyntax
import SIPTransactions
import SansIO
import Testing

/// Trunks of several servers, and servers that are down.
@Suite struct ServerFailoverTests {
    static let second = Flow(remote: TransportAddress(ip: .v4(0x0A00_0101), port: 5060))

    /// A trunk of two servers, in this order, before another trunk.
    private func stage(ping: Duration? = nil) -> Stage {
        var trunk = Stage.trunk(1)
        trunk.targets = [TrunkTarget([Stage.trunk1], priority: 1), TrunkTarget([Self.second], priority: 2)]
        trunk.ping = ping
        return Stage(trunks: [trunk, Stage.trunk(2)])
    }

    private func pings(_ stage: Stage) -> [(message: SIPMessage, flow: Flow)] {
        stage.sent.filter { $0.message.isRequest && $0.message.method == .options }
    }

    @Test func `a call tries every server of a trunk, then the next trunk`() throws {
        let stage = stage()
        stage.place()
        var flows: [Flow] = []
        for _ in 0..<3 {
            let invite = try stage.invite()
            flows.append(try #require(stage.sent.last { $0.message.callID == invite.callID }).flow)
            stage.respond(503, to: invite)
        }
        #expect(flows == [Stage.trunk1, Self.second, Stage.trunk2])
        #expect(stage.ended != nil)
    }

    @Test func `a call goes over from one address family to the other, its media too`() throws {
        let six = Flow(remote: TransportAddress(ip: .v6(0x2001_0DB8 << 32, 1), port: 5060))
        var trunk = Stage.trunk(1)
        trunk.targets = [TrunkTarget([Stage.trunk1, six])]
        trunk.otherMediaAddress = .v6(0x2001_0DB8 << 32, 9)
        let stage = Stage(trunks: [trunk])
        stage.place()
        let first = try stage.invite()
        #expect(String(decoding: first.body, as: UTF8.self).contains("c=IN IP4 10.0.0.9\r\n"))
        stage.respond(503, to: first)
        let next = try stage.invite()
        #expect(stage.sent.last?.flow == six)
        #expect(String(decoding: next.body, as: UTF8.self).contains("c=IN IP6 2001:db8::9\r\n"))
        let answer = String(decoding: Stage.description(), as: UTF8.self)
            .replacing("IP4 10.0.0.1", with: "IP6 2001:db8::1")
        stage.respond(200, to: next, body: Array(answer.utf8), from: six)
        let remote = try #require(stage.media.compactMap(\.described).last { $0.rtp.port != 0 })
        #expect(remote.rtp == TransportAddress(ip: .v6(0x2001_0DB8 << 32, 1), port: 40_000))
        #expect(remote.latching.signallingPeer == six.remote.ip)
    }

    @Test func `a server that is down costs the next call no waiting, until its hold has passed`() throws {
        let stage = stage()
        stage.place()
        _ = try stage.invite()
        stage.tell(.transportFailed(Stage.trunk1))
        stage.respond(180, to: try stage.invite())
        #expect(stage.serverNotes.map(\.isUp) == [false])
        #expect(stage.serverNotes.first?.flow == Stage.trunk1)
        stage.place()
        let other = try stage.invite()
        #expect(stage.sent.last?.flow == Self.second)
        stage.respond(180, to: other)
        stage.pass(.seconds(10))
        stage.place()
        let trial = try stage.invite()
        #expect(stage.sent.last?.flow == Stage.trunk1)
        stage.respond(180, to: trial)
        #expect(stage.serverNotes.map(\.isUp) == [false, true])
    }

    @Test func `a server that asks for a pause gets no call meanwhile`() throws {
        let stage = stage()
        stage.place()
        stage.respond(503, to: try stage.invite(), headers: ["Retry-After: 20"])
        _ = try stage.invite()
        stage.pass(.seconds(19))
        stage.place()
        _ = try stage.invite()
        #expect(stage.sent.last?.flow == Self.second)
        stage.pass(.seconds(1))
        stage.place()
        _ = try stage.invite()
        #expect(stage.sent.last?.flow == Stage.trunk1)
        #expect(stage.serverNotes.isEmpty)
    }

    @Test func `where every server is down the first is tried all the same`() throws {
        let stage = Stage()
        stage.place()
        _ = try stage.invite()
        stage.tell(.transportFailed(Stage.trunk1))
        stage.place()
        _ = try stage.invite()
        #expect(stage.sent.last?.flow == Stage.trunk1)
    }

    @Test func `each server is pinged at its interval, and answers keep it up`() throws {
        let stage = stage(ping: .seconds(30))
        stage.pass(.zero)
        #expect(pings(stage).map(\.flow) == [Stage.trunk1, Self.second])
        #expect(pings(stage)[0].message.requestURI?.text.description == "sip:10.0.0.1:5060")
        for ping in pings(stage) { stage.respond(404, to: ping.message, from: ping.flow) }
        stage.pass(.seconds(29))
        #expect(pings(stage).count == 2)
        stage.pass(.seconds(1))
        #expect(pings(stage).count == 4)
        #expect(stage.serverNotes.isEmpty)
    }

    @Test func `two unanswered pings are down, two answered ones up again`() throws {
        let stage = stage(ping: .seconds(30))
        stage.pass(.seconds(60))
        #expect(Set(stage.serverNotes.map(\.flow)) == [Stage.trunk1, Self.second])
        #expect(stage.serverNotes.allSatisfy { !$0.isUp })
        stage.place()
        _ = try stage.invite()
        #expect(stage.sent.last?.flow == Stage.trunk2)
        var seen = pings(stage).count
        for _ in 0..<4 {
            stage.pass(.seconds(10))
            for ping in pings(stage).dropFirst(seen) where ping.flow == Self.second {
                stage.respond(200, to: ping.message, from: ping.flow)
            }
            seen = pings(stage).count
        }
        #expect(stage.serverNotes.last?.flow == Self.second && stage.serverNotes.last?.isUp == true)
        #expect(stage.occupancy.servers.map(\.isUp) == [false, true, true])
    }

    @Test func `servers found anew take over, and those that stay keep their health`() throws {
        let stage = stage()
        stage.place()
        _ = try stage.invite()
        stage.tell(.transportFailed(Stage.trunk1))
        let third = Flow(remote: TransportAddress(ip: .v4(0x0A00_0103), port: 5060))
        stage.tell(
            .located(
                TrunkName(rawValue: "trunk1"),
                [TrunkTarget([Stage.trunk1], priority: 1), TrunkTarget([third], priority: 2)]))
        #expect(stage.occupancy.servers.map(\.flow) == [Stage.trunk1, third, Stage.trunk2])
        #expect(stage.occupancy.servers.map(\.isUp) == [false, true, true])
        _ = try stage.invite()
        stage.place()
        _ = try stage.invite()
        #expect(stage.sent.last?.flow == third)
    }

    @Test func `a server whose health changed while its line was kept is passed over`() throws {
        let stage = stage()
        stage.place()
        let first = try stage.invite()
        stage.respond(180, to: first)
        stage.place()
        _ = try stage.invite()
        stage.tell(.transportFailed(Stage.trunk1))
        _ = try stage.invite()
        stage.respond(200, to: first, body: Stage.description())
        let second = try stage.invite()
        #expect(stage.sent.last { $0.message.callID == second.callID }?.flow == Self.second)
    }
}
