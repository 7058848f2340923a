import CallModel
import CallTracing
import SIPSyntax
import Testing

@testable import CallSwitching

@Suite struct TraceTests {
    @Test func `a call can be traced while it lives and after`() throws {
        let stage = Stage()
        let (first, second) = try stage.connected()
        let call = try #require(stage.call)
        #expect(
            stage.trace(call) == [
                "1 sent INVITE", "1 received 180", "1 received 200", "1 sent ACK", "2 sent INVITE", "2 received 180",
                "2 received 200", "2 sent ACK",
            ])
        stage.request("BYE", in: first)
        stage.answerReleases(of: second)
        stage.pass(.seconds(600))
        #expect(stage.isAtRest)
        #expect(
            stage.trace(call)?.dropFirst(8) == [
                "1 received BYE", "1 sent 200", "2 sent BYE", "2 received 200",
            ])
        stage.pass(.seconds(3600))
        #expect(stage.trace(call) == nil)
    }

    @Test func `nothing is kept of a call that there is not`() {
        #expect(Stage().trace(CallID(high: 1, low: 1)) == nil)
    }
}

extension Stage {
    /// A call's trace in a few words for each message.
    fileprivate func trace(_ call: CallID) -> [String]? {
        traced(call)?.messages.map { message in
            let parsed = try? SIPMessage(parsing: message.bytes)
            let what = parsed?.status.map { "\($0.code)" } ?? parsed.map { "\($0.method)" } ?? "unreadable"
            return "\(message.party.rawValue) \(message.direction) \(what)"
        }
    }
}
