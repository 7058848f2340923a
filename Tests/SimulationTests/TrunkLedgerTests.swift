import CallSwitching
import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import Simulation

/// The checker of trunk limits, for which no switchboard is broken on purpose.
@Suite struct TrunkLedgerTests {
    private let trunk = Scenario(seed: 0, calls: 0).settings.trunks[1]
    private var most: Int { trunk.maxCallsPerSecond ?? 0 }

    private func message(_ method: String, _ call: Int) throws -> SIPMessage {
        let lines = [
            "\(method) sip:1@10.0.0.2 SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK\(call)", "Max-Forwards: 70",
            "From: <sip:a@10.0.0.9>;tag=1", "To: <sip:1@10.0.0.2>", "Call-ID: \(call)", "CSeq: 1 \(method)",
            "Contact: <sip:10.0.0.9>", "Content-Length: 0",
        ]
        return try SIPMessage(parsing: Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    }

    private func violations(calls: Int, each pause: Duration, hangingUp: Bool = false) throws -> [Rule] {
        var ledger = TrunkLedger([trunk])
        var now = Instant(nanoseconds: 0)
        for call in 0..<calls {
            ledger.sent(try message("INVITE", call), to: trunk.flow.remote, at: now)
            if hangingUp { ledger.sent(try message("CANCEL", call), to: trunk.flow.remote, at: now) }
            now = now + pause
        }
        return ledger.violations.map(\.rule)
    }

    @Test func `one INVITE more in a second than allowed is seen`() throws {
        #expect(try violations(calls: most, each: .zero) == [])
        #expect(try violations(calls: most + 1, each: .zero) == [.trunkLimits])
        #expect(try violations(calls: most * 3, each: .seconds(1) / most) == [])
    }

    @Test func `one call more than allowed is seen`() throws {
        let calls = try #require(trunk.maxCalls)
        #expect(try violations(calls: calls, each: .seconds(1)) == [])
        #expect(try violations(calls: calls + 1, each: .seconds(1)) == [.trunkLimits])
        #expect(try violations(calls: calls + 1, each: .seconds(1), hangingUp: true) == [])
    }
}
