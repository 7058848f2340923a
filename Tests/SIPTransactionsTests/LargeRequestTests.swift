import SIPSyntax
import SansIO
import Testing

@testable import SIPTransactions

@Suite struct LargeRequestTests {
    static let origin = Instant(nanoseconds: 0)
    static let udp = Flow(listener: 2, remote: TransportAddress(ip: .v4(0x7F00_0001), port: 5070))
    static let tcp = Flow(listener: 2, transport: .tcp, remote: udp.remote)

    func table(_ largeRequests: LargeRequests = .byTCP()) -> TransactionTable {
        TransactionTable(timers: SIPTimers(), serverLimit: 10, largeRequests: largeRequests)
    }

    /// A request of so many bytes.
    func request(_ method: SIPMethod = .invite, branch: UInt64 = 1, bytes: Int = 1_301) -> [UInt8] {
        func text(_ padding: Int) -> [UInt8] {
            Array(
                """
                \(method) sip:a@b SIP/2.0\r
                Via: SIP/2.0/UDP 127.0.0.1:5060;branch=\(WireToken(shard: 0, number: branch).branch);rport\r
                From: <sip:a@b>;tag=1\r
                To: <sip:a@b>\r
                Call-ID: x\r
                CSeq: 1 \(method)\r
                Subject: \(String(repeating: "s", count: padding))\r
                Content-Length: 0\r
                \r

                """.utf8)
        }
        return text(bytes - text(0).count)
    }

    func start(_ table: inout TransactionTable, bytes: Int = 1_301, branch: UInt64 = 1, at now: Instant = origin)
        -> Datagram
    {
        table.startInvite(
            request(branch: branch, bytes: bytes), branch: branch, to: Self.udp, owner: 1, limit: .seconds(60), at: now)
    }

    func transport(of datagram: Datagram) throws -> String {
        try SIPMessage(parsing: datagram.bytes).topVia.transport.description
    }

    @Test func `what is longer than 1300 bytes goes by TCP, and is not sent again there`() throws {
        var table = table()
        let short = start(&table, bytes: 1_300)
        #expect(short == Datagram(bytes: request(bytes: 1_300), flow: Self.udp))
        var other = self.table()
        let long = start(&other)
        #expect(long.flow == Self.tcp && long.patience == .seconds(1))
        #expect(try transport(of: long) == "TCP")
        #expect(other.deadline == Self.origin + .seconds(32))
    }

    @Test func `where TCP is not spoken, or UDP was asked for, it goes by UDP`() {
        for choice in [LargeRequests.byUDP, .byTCP(except: [Self.udp.remote])] {
            var table = table(choice)
            #expect(start(&table).flow == Self.udp)
        }
    }

    @Test func `refused by TCP it goes by UDP at once, and so do the next ones for ten minutes`() throws {
        var table = table()
        _ = start(&table)
        let soon = Self.origin + .seconds(1)
        let events = table.transportFailed(Self.tcp, at: soon)
        #expect(events == [.transmit(Datagram(bytes: request(), flow: Self.udp))])
        #expect(table.deadline == soon + .milliseconds(500))
        #expect(start(&table, branch: 2, at: soon + .seconds(599)).flow == Self.udp)
        #expect(start(&table, branch: 3, at: soon + .seconds(600)).flow == Self.tcp)
    }

    @Test func `refused by UDP too it has failed`() {
        var table = table()
        _ = start(&table)
        _ = table.transportFailed(Self.tcp, at: Self.origin)
        let id = ClientTransactionID(branch: 1, isInvite: true)
        #expect(table.transportFailed(Self.udp, at: Self.origin) == [.unreachable(owner: 1, id)])
    }

    @Test func `a CANCEL follows its INVITE, and the ACK of a failure too`() throws {
        var table = table()
        let invite = try SIPMessage(parsing: start(&table).bytes)
        let cancel = table.start(
            request(.cancel, bytes: 400), method: .cancel, branch: 1, to: Self.udp, owner: 1, at: Self.origin)
        #expect(cancel.flow == Self.tcp)
        #expect(try transport(of: cancel) == "TCP")
        let response = try SIPMessage(
            parsing: Array(
                ("SIP/2.0 487 Gone\r\nVia: \(invite.topVia.text)\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
                    + "Call-ID: x\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n").utf8))
        let event = table.receive(response: response, status: .requestTerminated, at: Self.origin)
        guard case .response(_, _, let acknowledgement?) = event else {
            Issue.record("\(event)")
            return
        }
        #expect(acknowledgement.flow == Self.tcp)
        #expect(try transport(of: acknowledgement) == "TCP")
    }

    @Test func `requests other than INVITE do the same`() {
        var table = table()
        let sent = table.start(request(.options), method: .options, branch: 1, to: Self.udp, owner: 1, at: Self.origin)
        #expect(sent.flow == Self.tcp)
        #expect(
            table.transportFailed(Self.tcp, at: Self.origin)
                == [.transmit(Datagram(bytes: request(.options), flow: Self.udp))])
    }

    @Test func `only so many destinations are remembered`() {
        var choice = LargeRequests.byTCP()
        let addresses = (0...LargeRequests.memoryLimit).map { TransportAddress(ip: .v4(UInt32($0)), port: 5060) }
        for address in addresses { choice.refused(by: address, at: Self.origin) }
        func isRefusing(_ address: TransportAddress, at now: Instant) -> Bool {
            choice.flow(insteadOf: Flow(remote: address), bytes: 2_000, at: now) == nil
        }
        #expect(addresses.filter { isRefusing($0, at: Self.origin) }.count == LargeRequests.memoryLimit)
        let later = Self.origin + .seconds(600)
        choice.refused(by: addresses[0], at: later)
        #expect(addresses.filter { isRefusing($0, at: later) } == [addresses[0]])
    }
}
