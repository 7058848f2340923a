import LinuxIO
import SansIO
import Testing

/// Waits until a descriptor has something, five seconds at most.
func firstEvent(_ poller: borrowing Poller) throws -> Poller.Event {
    let deadline = MonotonicClock.now() + .seconds(5)
    while MonotonicClock.now() < deadline {
        if poller.wait(.seconds(1)) > 0 { return poller.event(at: 0) }
    }
    throw NothingCame()
}

struct NothingCame: Error {}

func sent(_ text: String, from socket: borrowing UDPSocket, to destination: TransportAddress) throws {
    let outcome = Array(text.utf8).withUnsafeBytes { socket.send($0, to: destination) }
    try #require(outcome == .sent)
}

func read(_ socket: borrowing UDPSocket, into buffer: inout [UInt8]) -> UDPSocket.Received {
    buffer.withUnsafeMutableBytes { socket.receive(into: $0) }
}

struct UDPSocketTests {
    static let loopbacks = [TransportAddress(ip: .v4(0x7F00_0001), port: 0), TransportAddress(ip: .v6(0, 1), port: 0)]

    @Test("A datagram arrives whole and with its source", arguments: loopbacks)
    func exchanges(over loopback: TransportAddress) throws {
        let sender = try UDPSocket(boundTo: loopback)
        let receiver = try UDPSocket(boundTo: loopback)
        let poller = try Poller()
        try poller.add(receiver.descriptor, token: 7)
        try sent("hello", from: sender, to: receiver.localAddress())
        let event = try firstEvent(poller)
        #expect(event.token == 7 && event.isReadable)

        var buffer = [UInt8](repeating: 0, count: 64)
        var source = loopback
        let received = buffer.withUnsafeMutableBytes { receiver.receive(into: $0, source: &source) }
        #expect(received == .datagram(5))
        #expect(String(decoding: buffer.prefix(5), as: UTF8.self) == "hello")
        let expected = try sender.localAddress()
        #expect(source == expected)
        let outcome = read(receiver, into: &buffer)
        #expect(outcome == .nothing)
    }

    @Test("A socket of both families exchanges with either, connected or not", arguments: loopbacks)
    func servesBoth(peer loopback: TransportAddress) throws {
        // A port that the kernel chose would not outlast `disconnect`.
        let port = try UDPSocket(boundTo: Self.loopbacks[0]).localAddress().port
        let socket = try UDPSocket(boundTo: TransportAddress(ip: .v6(0, 0), port: port), servesBothFamilies: true)
        let peer = try UDPSocket(boundTo: loopback)
        let peerAddress = try peer.localAddress()
        let poller = try Poller()
        try poller.add(socket.descriptor, token: 1)
        var buffer = [UInt8](repeating: 0, count: 64)
        var source = TransportAddress(ip: .v4(0), port: 0)
        for round in 0..<3 {
            try sent("in", from: peer, to: TransportAddress(ip: loopback.ip, port: port))
            _ = try firstEvent(poller)
            let received = buffer.withUnsafeMutableBytes { socket.receive(into: $0, source: &source) }
            #expect(received == .datagram(2))
            #expect(source == peerAddress)
            if round == 1 { try socket.connect(to: peerAddress) }
            if round == 2 { try socket.disconnect() }
            try sent("out", from: socket, to: peerAddress)
            let answers = try Poller()
            try answers.add(peer.descriptor, token: 2)
            _ = try firstEvent(answers)
            let answer = read(peer, into: &buffer)
            #expect(answer == .datagram(3))
        }
        let kept = try socket.localAddress().port
        #expect(kept == port)
    }

    @Test func aDatagramLongerThanTheBufferTellsItsLength() throws {
        let socket = try UDPSocket(boundTo: Self.loopbacks[0])
        try sent("0123456789", from: socket, to: socket.localAddress())
        var buffer = [UInt8](repeating: 0, count: 4)
        let outcome = read(socket, into: &buffer)
        #expect(outcome == .datagram(10))
        #expect(buffer == Array("0123".utf8))
    }

    @Test("A connected socket hears only its peer, and everybody again once disconnected", arguments: loopbacks)
    func filters(over loopback: TransportAddress) throws {
        let socket = try UDPSocket(boundTo: addressNobodyHears(like: loopback))
        let peer = try UDPSocket(boundTo: loopback)
        let stranger = try UDPSocket(boundTo: loopback)
        let address = try socket.localAddress()
        var buffer = [UInt8](repeating: 0, count: 64)
        try socket.connect(to: peer.localAddress())
        try sent("from a stranger", from: stranger, to: address)
        try sent("peer", from: peer, to: address)
        let outcome = read(socket, into: &buffer)
        #expect(outcome == .datagram(4))
        let second = read(socket, into: &buffer)
        #expect(second == .nothing)

        try socket.disconnect()
        let kept = try socket.localAddress()
        #expect(kept == address)
        try sent("from a stranger", from: stranger, to: address)
        let third = read(socket, into: &buffer)
        #expect(third == .datagram(15))
    }

    @Test("The error queue tells which destination refused", arguments: loopbacks)
    func learnsRefusals(over loopback: TransportAddress) throws {
        let socket = try UDPSocket(boundTo: loopback)
        try socket.keepErrors()
        let poller = try Poller()
        try poller.add(socket.descriptor, token: 1)
        let closed = try addressNobodyHears(like: loopback)
        let before = try socket.nextError()
        #expect(before == nil)
        try sent("anybody there?", from: socket, to: closed)
        let event = try firstEvent(poller)
        #expect(event.hasError)
        let first = try socket.nextError()
        let error = try #require(first)
        #expect(error.destination == closed)
        #expect(error.code == 111)
        let after = try socket.nextError()
        #expect(after == nil)
    }

    @Test func aTakenPortIsAnErrorThatSaysWhatWasTried() throws {
        let first = try UDPSocket(boundTo: Self.loopbacks[0])
        let address = try first.localAddress()
        do throws(SystemError) {
            _ = try UDPSocket(boundTo: address)
            Issue.record("bound twice")
        } catch {
            #expect(error.isAddressInUse)
            #expect(error.description == "bind \(address): Address already in use")
        }
    }

    private func addressNobodyHears(like loopback: TransportAddress) throws -> TransportAddress {
        let gone = try UDPSocket(boundTo: loopback)
        return try gone.localAddress()
    }
}
