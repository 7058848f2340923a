import SIPTransactions
import SansIO
import Testing

@testable import SIPNetwork

@Suite struct ConnectionTableTests {
    typealias Action = ConnectionTable.Action

    static let remote = TransportAddress(ip: .v4(0x0A00_0001), port: 5060)
    static let flow = Flow(listener: 1, transport: .tcp, remote: remote)
    static let first = ConnectionID(number: 1)
    static let start = Instant(nanoseconds: 0)
    static let limits = StreamLimits(connections: 4, foreignConnections: 3, queuedMessages: 2, flows: 2)

    var table = ConnectionTable(limits: limits)

    func datagram(_ text: String, on flow: Flow = flow) -> Datagram { Datagram(bytes: Array(text.utf8), flow: flow) }

    mutating func open() {
        _ = table.send(datagram("a"), at: Self.start)
        _ = table.opened(Self.first, at: Self.start)
    }

    @Test mutating func `the first message opens a connection, and those behind it wait their turn`() {
        #expect(table.send(datagram("a"), at: Self.start) == [.open(Self.first, .tcp, Self.remote)])
        #expect(table.send(datagram("b"), at: Self.start) == [])
        #expect(table.send(datagram("c"), at: Self.start) == [.undelivered(Self.flow)])
        #expect(
            table.opened(Self.first, at: Self.start)
                == [.write(Self.first, Array("a".utf8)), .write(Self.first, Array("b".utf8))])
        #expect(table.send(datagram("d"), at: Self.start) == [.write(Self.first, Array("d".utf8))])
    }

    @Test mutating func `TCP and TLS to one address are two connections`() {
        open()
        let tls = Flow(listener: 2, transport: .tls, remote: Self.remote)
        #expect(
            table.send(datagram("a", on: tls), at: Self.start) == [.open(ConnectionID(number: 2), .tls, Self.remote)])
    }

    @Test mutating func `a connection that cannot be opened in time fails everything that waits for it`() {
        _ = table.send(datagram("a"), at: Self.start)
        let named = Flow(transport: .tcp, connection: ConnectionID(number: 99), remote: Self.remote)
        #expect(table.send(datagram("b", on: named), at: Self.start) == [])
        #expect(table.deadline == Self.start + .seconds(4))
        #expect(
            table.timeOut(at: Self.start + .seconds(4))
                == [
                    .failed(
                        Flow(listener: 1, transport: .tcp, connection: Self.first, remote: Self.remote),
                        reason: "not connected in time"), .undelivered(Self.flow), .undelivered(named),
                    .close(Self.first),
                ])
        #expect(table.ended(Self.first, reason: "late") == [])
        #expect(table.deadline == nil)
    }

    @Test mutating func `a message with less patience fails sooner`() {
        _ = table.send(Datagram(bytes: [1], flow: Self.flow, patience: .seconds(1)), at: Self.start)
        #expect(table.deadline == Self.start + .seconds(1))
    }

    @Test mutating func `a broken connection is told to every flow it carried, and the next message opens another`() {
        open()
        let other = Self.flow.redirected(to: TransportAddress(ip: Self.remote.ip, port: 5070))
        _ = table.send(
            datagram("x", on: Flow(transport: .tcp, connection: Self.first, remote: other.remote)), at: Self.start)
        #expect(table.ended(Self.first, reason: "broken").count == 2)
        #expect(table.send(datagram("a"), at: Self.start) == [.open(ConnectionID(number: 2), .tcp, Self.remote)])
    }

    @Test mutating func `an answer takes the connection its request came on, or a new one when that has gone`() throws {
        let accepted = table.accept(.tcp, at: 1, from: Self.remote, at: Self.start)
        let id = try #require(accepted)
        table.received(id, messages: 1, isInside: false, at: Self.start)
        let source = try #require(table.flow(of: id))
        #expect(source == Flow(listener: 1, transport: .tcp, connection: id, remote: Self.remote))
        let answer = source.redirected(to: TransportAddress(ip: Self.remote.ip, port: 5090))
        #expect(table.send(datagram("200", on: answer), at: Self.start) == [.write(id, Array("200".utf8))])
        #expect(table.ended(id, reason: "broken") == [.broken(answer)])
        #expect(
            table.send(datagram("200", on: answer), at: Self.start)
                == [.open(ConnectionID(number: 2), .tcp, answer.remote)])
    }

    @Test mutating func `requests come back on a connection with an alias, but not over TLS`() throws {
        let source = TransportAddress(ip: Self.remote.ip, port: 40_000)
        for (transport, isUsed) in [(Transport.tcp, true), (.tls, false)] {
            let accepted = table.accept(transport, at: 1, from: source, at: Self.start)
            let id = try #require(accepted)
            table.setAlias(id, port: 5060)
            let flow = Flow(listener: 1, transport: transport, remote: Self.remote)
            let actions = table.send(datagram("a", on: flow), at: Self.start)
            #expect(actions.contains(.write(id, Array("a".utf8))) == isUsed)
        }
    }

    @Test mutating func `far ends leave room for connections of our own`() {
        let ids = (0..<4).map { port in
            table.accept(
                .tcp, at: 1, from: TransportAddress(ip: Self.remote.ip, port: 40_000 + port), at: Self.start)
        }
        #expect(ids.map { $0 == nil } == [false, false, false, true])
        #expect(table.send(datagram("a"), at: Self.start).count == 1)
        let elsewhere = Flow(transport: .tcp, remote: TransportAddress(ip: Self.remote.ip, port: 1))
        #expect(table.send(datagram("a", on: elsewhere), at: Self.start) == [.undelivered(elsewhere)])
    }

    @Test mutating func `who connects and sends no whole message is closed`() throws {
        let accepted = table.accept(.tcp, at: 1, from: Self.remote, at: Self.start)
        let id = try #require(accepted)
        table.received(id, messages: 0, isInside: true, at: Self.start + .seconds(9))
        #expect(table.timeOut(at: Self.start + .seconds(10)) == [.close(id)])
    }

    @Test mutating func `a message that has begun must end, however slowly its bytes come`() throws {
        let accepted = table.accept(.tcp, at: 1, from: Self.remote, at: Self.start)
        let id = try #require(accepted)
        table.received(id, messages: 1, isInside: true, at: Self.start)
        table.received(id, messages: 0, isInside: true, at: Self.start + .seconds(15))
        #expect(table.timeOut(at: Self.start + .seconds(20)) == [.close(id)])
    }

    @Test mutating func `a far end's connection lives while bytes come`() throws {
        let accepted = table.accept(.tcp, at: 1, from: Self.remote, at: Self.start)
        let id = try #require(accepted)
        table.received(id, messages: 1, isInside: false, at: Self.start)
        table.received(id, messages: 0, isInside: false, at: Self.start + .seconds(500))
        #expect(table.timeOut(at: Self.start + .seconds(1_099)) == [])
        #expect(table.timeOut(at: Self.start + .seconds(1_100)) == [.close(id)])
    }

    @Test mutating func `a connection of ours is kept alive by pings until an hour passes without a message`() {
        open()
        var now = Self.start
        var pings = 0
        loop: while let due = table.deadline {
            now = due
            for action in table.timeOut(at: now) {
                if action == .write(Self.first, ConnectionTable.ping) { pings += 1 }
                if action == .close(Self.first) { break loop }
            }
            table.received(Self.first, messages: 0, isInside: false, at: now)
        }
        #expect(now == Self.start + .seconds(3_600))
        #expect(pings == 35)
    }

    @Test mutating func `the flows remembered for a connection are bounded`() {
        open()
        for port in UInt16(1)...5 {
            let flow = Flow(
                transport: .tcp, connection: Self.first, remote: TransportAddress(ip: Self.remote.ip, port: port))
            _ = table.send(datagram("a", on: flow), at: Self.start)
        }
        #expect(table.ended(Self.first, reason: "broken").count == 2)
    }
}
