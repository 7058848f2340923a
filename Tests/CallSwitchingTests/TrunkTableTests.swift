import CallModel
import SIPTransactions
import SansIO
import Testing

@testable import CallSwitching

@Suite struct TrunkTableTests {
    let start = Instant(nanoseconds: 0)

    private func trunk(
        _ name: String, prefixes: [String] = ["*"], callers: [String] = [], calls: Int? = nil, pace: Int? = nil
    ) -> TrunkSettings {
        TrunkSettings(
            name: TrunkName(rawValue: name), host: "\(name).example",
            flow: Flow(remote: TransportAddress(ip: .v4(0x7F00_0001), port: 5070)), mediaAddress: .v4(0x7F00_0001),
            prefixes: prefixes, callerIDs: callers.map { PhoneNumber($0)! }, maxCalls: calls, maxCallsPerSecond: pace)
    }

    private func request(to: String, from: String? = nil, numbers: [String] = []) -> CallbackRequest {
        let account = CertID(rawValue: "a")
        return CallbackRequest(
            account: account, mainAccount: account, app: AppID(rawValue: "b"), to1: .number(PhoneNumber(to)!),
            to2: .number(PhoneNumber("13900000000")!), from1: from.map { PhoneNumber($0)! },
            callerNumbers: numbers.map { PhoneNumber($0)! }, maxCallDuration: .seconds(60))
    }

    private func names(_ table: TrunkTable, _ request: CallbackRequest) -> [String] {
        lines(table, request).compactMap { $0.trunk.map { table.trunks[$0].name.rawValue } }
    }

    private func lines(_ table: TrunkTable, _ request: CallbackRequest) -> [Line] {
        var entropy = Entropy(seed: 1)
        return table.lines(for: .first, of: request, at: start, using: &entropy)
    }

    @Test func `the longest prefix comes first, then the order of configuration`() {
        let table = TrunkTable(
            trunks: [trunk("any"), trunk("mobile", prefixes: ["13"]), trunk("fixed", prefixes: ["07"]), trunk("more")],
            country: "86")
        #expect(names(table, request(to: "13912345678")) == ["mobile", "any", "more"])
        #expect(names(table, request(to: "10086")) == ["any", "more"])
    }

    @Test func `prefixes match the digits as given`() {
        let table = TrunkTable(trunks: [trunk("plus", prefixes: ["+86"])], country: "86")
        #expect(names(table, request(to: "+8613912345678")) == ["plus"])
        #expect(names(table, request(to: "13912345678")) == [])
    }

    @Test func `a caller number that was asked for skips trunks that do not list it`() {
        let table = TrunkTable(
            trunks: [trunk("one", callers: ["0755111"]), trunk("two", callers: ["075589877675"]), trunk("three")],
            country: "86")
        let lines = self.lines(table, request(to: "139123", from: "+8675589877675"))
        #expect(lines.map(\.trunk) == [1, 2])
        #expect(lines.map(\.caller?.dialled) == ["+8675589877675", "+8675589877675"])
    }

    @Test func `without one the first number that both sides have is shown`() {
        let table = TrunkTable(
            trunks: [trunk("one", callers: ["0755222222", "0755333333"]), trunk("two")], country: "86")
        let lines = self.lines(table, request(to: "139123", numbers: ["0755111111", "0755333333"]))
        #expect(lines.map(\.caller?.dialled) == ["0755333333", "0755111111"])
    }

    @Test func `an app without numbers shows the trunk's own`() {
        let table = TrunkTable(trunks: [trunk("one", callers: ["0755222222"]), trunk("two")], country: "86")
        #expect(lines(table, request(to: "139123")).map(\.caller?.dialled) == ["0755222222", nil])
    }

    @Test func `room ends at the limit and comes back with the end of a call`() {
        var table = TrunkTable(trunks: [trunk("one", calls: 2)], country: "86")
        let line = Line(trunk: 0, flow: Flow(remote: TransportAddress(ip: .v4(0x7F00_0001), port: 5070)), caller: nil)
        table.occupy(line)
        #expect(table.hasRoom(on: line))
        #expect(!table.hasRoom(on: line, beside: 1))
        table.occupy(line)
        #expect(!table.hasRoom(on: line))
        table.vacate(line)
        #expect(table.hasRoom(on: line))
    }

    @Test func `in no second there are more turns than allowed`() {
        var pace = CallPace(perSecond: 2)
        pace.takeTurn(at: start)
        pace.takeTurn(at: start + .milliseconds(400))
        #expect(pace.nextTurn(at: start + .milliseconds(500)) == start + .seconds(1))
        pace.takeTurn(at: start + .seconds(1))
        #expect(pace.nextTurn(at: start + .seconds(1)) == start + .milliseconds(1400))
        #expect(pace.nextTurn(at: start + .seconds(2)) == start + .seconds(2))
    }
}
