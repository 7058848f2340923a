import LinuxIO
import SIPTransactions
import SansIO
import Testing

@testable import SIPNetwork

@Suite("Asking a trunk whether it is there")
struct TrunkProbeTests {
    private static let loopback = TransportAddress(ip: .v4(0x7F00_0001), port: 0)

    /// Answers the first request with `status` and what must be repeated of it.
    private func answer(_ status: String, at trunk: SignallingSockets) throws {
        let poller = try Poller()
        try trunk.watch(by: poller)
        _ = poller.wait(.seconds(5))
        var arrivals: [SignallingSockets.Arrival] = []
        try trunk.receive(at: 0, limit: 1, into: &arrivals)
        guard case .datagram(let bytes, let flow) = arrivals.first else { return }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let repeated = lines.filter { line in
            ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].contains { line.hasPrefix($0) }
        }
        let text = (["SIP/2.0 \(status)"] + repeated.map(String.init) + ["Content-Length: 0", "", ""])
        let response = Datagram(bytes: Array(text.joined(separator: "\r\n").utf8), flow: flow)
        try trunk.send(response, arrivals: &arrivals)
    }

    @Test func `any final response will do`() throws {
        let trunk = try SignallingSockets(listen: [Self.loopback])
        let address = trunk.addresses[0]
        let probe = try TrunkProbe(host: "127.0.0.1:\(address.port)", at: address, token: "abc")
        nonisolated(unsafe) let answering = trunk
        let thread = try DedicatedThread(name: "trunk") {
            do { try answer("404 Not Found", at: answering) } catch { Issue.record(error) }
        }
        defer { thread.join() }
        guard case .answered(404, "Not Found", let time) = try probe.run() else {
            Issue.record("no answer")
            return
        }
        #expect(time < TrunkProbe.limit)
    }

    @Test func `a port where nobody listens is unreachable`() throws {
        let nobody = try SignallingSockets(listen: [Self.loopback]).addresses[0]
        #expect(try TrunkProbe(host: "127.0.0.1", at: nobody, token: "abc").run() == .unreachable)
    }
}
