import LinuxIO
import SIPTransactions
import SansIO
import TestMaterials
import Testing

@testable import SIPNetwork

@Suite("TCP")
struct SignallingStreamsTests {
    /// A request of about `size` bytes.
    static func options(_ number: Int = 1, size: Int = 0, parameter: String = "") -> [UInt8] {
        let body = String(repeating: "b", count: size)
        return Array(
            ("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5090;branch=z9hG4bK\(number)\(parameter)\r\n"
                + "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: \(number)\r\nCSeq: 1 OPTIONS\r\n"
                + "Content-Length: \(size)\r\n\r\n\(body)").utf8)
    }

    /// Containers often have IPv4 only.
    private static var loopbacks: [IPAddress] {
        [IPAddress.v4(0x7F00_0001), .v6(0, 1)].filter { (try? Route.localAddress(towards: $0)) != nil }
    }

    @Test(arguments: loopbacks)
    func `messages go both ways on one connection`(ip: IPAddress) throws {
        let (caller, callee) = (try StreamStage(ip: ip), try StreamStage(ip: ip))
        try caller.send(Self.options(1), to: callee.address)
        try caller.send(Self.options(2, size: 60_000), to: callee.address)
        _ = try callee.wait(for: 2)
        #expect(callee.messages == [Self.options(1), Self.options(2, size: 60_000)])
        let source = try callee.flow(ofMessage: 2)
        #expect(source.transport == .tcp && source.connection != nil && source.remote.ip == ip)
        let answer = source.redirected(to: TransportAddress(ip: ip, port: 5090))
        try callee.send(Self.options(3), on: answer)
        #expect(try caller.flow(ofMessage: 1).remote == callee.address)
        #expect(caller.messages == [Self.options(3)])
        #expect(callee.sockets.counts.streams.accepted == 1)
        #expect(caller.sockets.counts.streams.opened == 1)
    }

    @Test func `a stream that comes byte by byte is understood`() throws {
        let callee = try StreamStage()
        let client = try BareClient(to: callee.address)
        for byte in Self.options(1) + Self.options(2) { client.write([byte]) }
        _ = try callee.wait(for: 2)
        #expect(callee.messages == [Self.options(1), Self.options(2)])
    }

    @Test func `a ping is answered with one empty line`() throws {
        let callee = try StreamStage()
        let client = try BareClient(to: callee.address)
        client.write("\r\n\r\n".utf8)
        #expect(try client.read() == [13, 10])
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}",
        "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 4294967296\r\n\r\n",
        "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 65536\r\n\r\n",
    ])
    func `garbage and lengths beyond every limit end the connection`(garbage: String) throws {
        let callee = try StreamStage()
        let client = try BareClient(to: callee.address)
        client.write(Self.options(1))
        client.write(garbage.utf8)
        #expect(try client.read() == [])
        _ = try callee.wait(for: 1)
        #expect(callee.messages == [Self.options(1)])
        #expect(callee.sockets.counts.streams.garbled == 1)
    }

    @Test func `a half message is not delivered when its connection ends`() throws {
        let callee = try StreamStage()
        do {
            let client = try BareClient(to: callee.address)
            client.write(Self.options(1) + Self.options(2).dropLast())
            _ = try callee.wait(for: 1)
        }
        let other = try BareClient(to: callee.address)
        other.write(Self.options(3))
        _ = try callee.wait(for: 2)
        #expect(callee.messages == [Self.options(1), Self.options(3)])
    }

    @Test func `where nobody listens nothing is delivered, and the reason is told`() throws {
        let caller = try StreamStage()
        let nobody = try StreamStage().address
        let gone = TransportAddress(ip: nobody.ip, port: 1)
        try caller.send(Self.options(1), to: gone)
        let arrivals = try caller.wait(for: 2)
        guard case .notConnected(let flow, _) = arrivals.first else {
            Issue.record("\(arrivals)")
            return
        }
        #expect(flow.remote == gone)
        #expect(arrivals.last == .undelivered(Flow(transport: .tcp, remote: gone)))
        #expect(caller.sockets.counts.streams.failed == 1)
    }

    @Test func `a broken connection is told, and the next message opens another`() throws {
        let caller = try StreamStage()
        var callee: StreamStage? = try StreamStage()
        let address = try #require(callee?.address)
        try caller.send(Self.options(1), to: address)
        let source = try #require(try callee?.flow(ofMessage: 1))
        try callee?.send(Array("garbage".utf8) + [0, 13, 10, 13, 10], on: source)
        #expect(try caller.wait(for: 1) == [.broken(Flow(transport: .tcp, remote: address))])
        try caller.send(Self.options(2), to: address)
        // Both messages, and that the garbage's connection has gone.
        _ = try callee?.wait(for: 3)
        #expect(callee?.messages == [Self.options(1), Self.options(2)])
        callee = nil
    }

    @Test func `requests to a peer with an alias go back on its connection`() throws {
        let callee = try StreamStage()
        let client = try BareClient(to: callee.address)
        client.write(Self.options(1, parameter: ";alias"))
        _ = try callee.wait(for: 1)
        try callee.send(Self.options(2), to: TransportAddress(ip: callee.address.ip, port: 5090))
        #expect(try client.read() == Self.options(2))
    }

    @Test func `who does not read is closed before too much waits for it`() throws {
        let callee = try StreamStage()
        let client = try BareClient(to: callee.address)
        client.write(Self.options(1))
        let source = try callee.flow(ofMessage: 1)
        let answer = Self.options(2, size: 60_000)
        for _ in 0..<400 { try callee.send(answer, on: source) }
        let arrivals = try callee.wait(for: 2)
        #expect(arrivals.last == .broken(source))
        #expect(callee.sockets.counts.streams.stalled == 1)
        _ = try client.read()
    }

    @Test func `a thousand connections each bring their message`() throws {
        try ProcessLimits.raiseOpenFiles()
        let callee = try StreamStage()
        let clients = try (0..<1_000).map { _ in try BareClient(to: callee.address) }
        for (number, client) in clients.enumerated() { client.write(Self.options(number)) }
        let connections = Set(
            try callee.wait(for: 1_000).map { arrival in
                guard case .datagram(_, let flow) = arrival else { return nil as ConnectionID? }
                return flow.connection
            })
        #expect(connections.count == 1_000)
        #expect(callee.sockets.counts.streams.connections == 1_000)
    }

    @Test func `a taken address is an error`() throws {
        let taken = try StreamStage()
        #expect(throws: SystemError.self) {
            try SignallingSockets(listen: [ListenAddress(taken.address, over: .tcp)], identity: TLSIdentity())
        }
    }
}

@Suite("TLS")
struct SecureStreamTests {
    private func callee(_ files: TLSFiles) throws -> StreamStage {
        try StreamStage([ListenAddress(StreamStage.loopback, over: .tls)], identity: TLSIdentity(files))
    }

    private func caller(_ files: TLSFiles) throws -> StreamStage {
        try StreamStage([ListenAddress(StreamStage.loopback)], identity: TLSIdentity(files))
    }

    @Test func `a certificate that bears the name or the address is accepted, and messages go both ways`() throws {
        try TestIdentity.withFiles { files in
            for name in [nil, "sip.test"] {
                let callee = try callee(files)
                let caller = try caller(TLSFiles(authorities: files.authorities))
                caller.sockets.expect([callee.address: TLSPeer(name: name)])
                try caller.send(SignallingStreamsTests.options(1), over: .tls, to: callee.address)
                let source = try callee.flow(ofMessage: 1)
                #expect(source.transport == .tls)
                try callee.send(SignallingStreamsTests.options(2), on: source)
                _ = try caller.wait(for: 1)
                #expect(caller.messages == [SignallingStreamsTests.options(2)])
            }
        }
    }

    @Test(arguments: [("other.test", true), (nil, true), ("sip.test", false)])
    func `another name, an address it does not bear and an unknown authority are refused`(
        name: String?, isKnown: Bool
    ) throws {
        try TestIdentity.withFiles(of: TestIdentity.namedCertificate) { files in
            let callee = try callee(files)
            let caller = try caller(TLSFiles(authorities: isKnown ? files.authorities : nil))
            caller.sockets.expect([callee.address: TLSPeer(name: name)])
            try caller.send(SignallingStreamsTests.options(1), over: .tls, to: callee.address)
            let arrivals = try caller.wait(for: 2)
            guard case .notConnected(_, let reason) = arrivals.first else {
                Issue.record("\(arrivals)")
                return
            }
            #expect(!reason.isEmpty)
            #expect(arrivals.last == .undelivered(Flow(transport: .tls, remote: callee.address)))
        }
    }

    @Test func `a peer that is not to be verified needs no authority`() throws {
        try TestIdentity.withFiles { files in
            let (callee, caller) = (try callee(files), try caller(TLSFiles()))
            caller.sockets.expect([callee.address: TLSPeer(name: "other.test", isVerified: false)])
            try caller.send(SignallingStreamsTests.options(1), over: .tls, to: callee.address)
            #expect(try callee.flow(ofMessage: 1).transport == .tls)
        }
    }

    @Test func `files that cannot be used are named`() throws {
        try TestIdentity.withFiles { files in
            let key = try #require(files.key)
            #expect(throws: TLSIdentityError(file: "/nowhere", reason: "cannot be read as certificates in PEM")) {
                try TLSIdentity(TLSFiles(certificate: "/nowhere", key: key))
            }
            #expect(throws: TLSIdentityError(file: "/nowhere", reason: "cannot be read as a private key in PEM")) {
                try TLSIdentity(TLSFiles(certificate: files.certificate, key: "/nowhere"))
            }
            #expect(throws: TLSIdentityError(file: "/nowhere", reason: "cannot be read as certificates in PEM")) {
                try TLSIdentity(TLSFiles(authorities: "/nowhere"))
            }
        }
    }
}
