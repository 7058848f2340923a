import LinuxIO
import SIPTransactions
import SansIO
import Testing

@testable import SIPNetwork

private let loopback = IPAddress.v4(0x7F00_0001)

@Suite("The signalling sockets")
struct SignallingSocketsTests {
    private typealias Arrival = SignallingSockets.Arrival

    private func sockets(_ count: Int = 1, longest: Int = 65_535) throws -> SignallingSockets {
        let addresses = Array(repeating: TransportAddress(ip: loopback, port: 0), count: count)
        return try SignallingSockets(listen: addresses, longest: longest)
    }

    /// Waits until something arrives; loopback needs no more than the wait's first moment.
    private func arrivals(at sockets: SignallingSockets, limit: Int = 64) throws -> [Arrival] {
        let poller = try Poller()
        try sockets.watch(by: poller)
        var arrivals: [Arrival] = []
        for index in 0..<poller.wait(.seconds(5)) {
            try sockets.receive(at: Int(poller.event(at: index).token), limit: limit, into: &arrivals)
        }
        return arrivals
    }

    private func send(_ text: String, from sender: SignallingSockets, to address: TransportAddress) throws -> [Arrival]
    {
        var arrivals: [Arrival] = []
        try sender.send(Datagram(bytes: Array(text.utf8), flow: Flow(remote: address)), arrivals: &arrivals)
        return arrivals
    }

    @Test func `a datagram arrives with its listener and its sender`() throws {
        let (sender, receiver) = (try sockets(), try sockets(2))
        #expect(try send("hello", from: sender, to: receiver.addresses[1]).isEmpty)
        let flow = Flow(listener: 1, remote: sender.addresses[0])
        #expect(try arrivals(at: receiver) == [.datagram(Array("hello".utf8), from: flow)])
        #expect(sender.counts.sent == 1)
        #expect(receiver.counts.received == 1)
    }

    @Test func `no more than the limit is taken at a time`() throws {
        let (sender, receiver) = (try sockets(), try sockets())
        for text in ["1", "2", "3"] { _ = try send(text, from: sender, to: receiver.addresses[0]) }
        #expect(try arrivals(at: receiver, limit: 2).count == 2)
        #expect(try arrivals(at: receiver, limit: 2).count == 1)
    }

    @Test func `an over-long datagram is dropped and counted`() throws {
        let (sender, receiver) = (try sockets(), try sockets(longest: 5))
        _ = try send("123456", from: sender, to: receiver.addresses[0])
        _ = try send("12345", from: sender, to: receiver.addresses[0])
        let flow = Flow(remote: sender.addresses[0])
        #expect(try arrivals(at: receiver) == [.datagram(Array("12345".utf8), from: flow)])
        #expect(receiver.counts.overlong == 1)
    }

    @Test func `what nobody received comes back with its destination`() throws {
        let sender = try sockets()
        // A socket that is closed again leaves a port where nobody listens.
        let nobody = try sockets().addresses[0]
        #expect(try send("hello", from: sender, to: nobody).isEmpty)
        #expect(try arrivals(at: sender) == [.undelivered(Flow(remote: nobody))])
    }

    @Test func `an earlier failure does not lose the next datagram`() throws {
        let (sender, receiver) = (try sockets(), try sockets())
        let nobody = try sockets().addresses[0]
        _ = try send("lost", from: sender, to: nobody)
        #expect(try send("hello", from: sender, to: receiver.addresses[0]) == [.undelivered(Flow(remote: nobody))])
        #expect(try arrivals(at: receiver).count == 1)
    }

    @Test func `an address of another family is undeliverable`() throws {
        let sender = try sockets()
        let other = TransportAddress(ip: .v6(0, 1), port: 5060)
        #expect(try send("hello", from: sender, to: other) == [.undelivered(Flow(remote: other))])
        #expect(sender.counts.undelivered == 1)
    }

    @Test func `a taken address is an error`() throws {
        let taken = try sockets()
        #expect(throws: SystemError.self) { try SignallingSockets(listen: taken.addresses) }
    }
}

@Suite("Routes")
struct RouteTests {
    @Test func `the listener on the route's address is chosen, or one that hears everything`() throws {
        func listener(_ texts: [String]) throws -> Int? {
            let addresses = texts.compactMap { IPAddress($0).map { TransportAddress(ip: $0, port: 5060) } }
            return try Route.listener(towards: loopback, among: addresses)
        }
        #expect(try Route.localAddress(towards: loopback) == loopback)
        #expect(try listener(["::1", "192.0.2.1", "0.0.0.0", "127.0.0.1"]) == 3)
        #expect(try listener(["::1", "192.0.2.1", "0.0.0.0"]) == 2)
        #expect(try listener(["::1", "192.0.2.1"]) == 1)
        #expect(try listener(["::1"]) == nil)
    }
}
