import CallModel
import Testing

@testable import HTTPAPI

@Suite struct ReplayTests {
    private func key(_ byte: UInt8 = 1, account: String = "main", expires seconds: Int64 = 300) -> ReplayKey {
        ReplayKey(
            account: CertID(rawValue: account), hmac: Array(repeating: byte, count: 32),
            expires: WallTime(milliseconds: noon.milliseconds + seconds * 1000))
    }

    private let accepted = ReplayTable.Outcome.success(AcceptedCall(id: Fixture.callID, userData: "x"))

    @Test func aCopyGetsTheFirstAnswerAndPlacesNoCall() async throws {
        let fixture = Fixture()
        var request = ClientRequest()
        request.body.replace(#""to1""#, with: #""user_data":"7","to1""#)
        let first = try await fixture.send(request.sent)
        fixture.state.change { $0.placeAnswer = .refused(.noLine) }
        let second = try await fixture.send(request.sent)
        #expect(first.code == "000000")
        #expect(second == first)
        #expect(second["user_data"]?.text == "7")
        #expect(fixture.state.read(\.placed.count) == 1)
    }

    @Test func anotherByteIsAnotherRequest() async throws {
        let fixture = Fixture()
        for user in ["1", "2"] {
            var request = ClientRequest()
            request.body.replace(#""to1""#, with: "\"user_data\":\"\(user)\",\"to1\"")
            #expect(try await fixture.send(request.sent).code == "000000")
        }
        #expect(fixture.state.read(\.placed.count) == 2)
    }

    @Test func errorsAreNotRemembered() async throws {
        let fixture = Fixture()
        fixture.state.change { $0.placeAnswer = .refused(.noLine) }
        #expect(try await fixture.send(ClientRequest().sent).code == "020002")
        fixture.state.change { $0.placeAnswer = .accepted(Fixture.callID) }
        #expect(try await fixture.send(ClientRequest().sent).code == "000000")
        #expect(fixture.state.read(\.placed.count) == 2)
    }

    @Test func theWhiteListComesBeforeAStoredAnswer() async throws {
        let fixture = Fixture(directory: Fixture.directory { $0.ipWhiteList = ["127.0.0.1"] })
        #expect(try await fixture.send(ClientRequest().sent).code == "000000")
        var elsewhere = ClientRequest()
        elsewhere.peer = "203.0.113.5"
        #expect(try await fixture.send(elsewhere.sent).code == "010004")
    }

    @Test func aStoredAnswerComesBeforeTheBody() async throws {
        let fixture = Fixture()
        let first = try await fixture.send(ClientRequest().sent)
        fixture.tenants.replace(with: Fixture.directory { $0.destinations = [] })
        #expect(try await fixture.send(ClientRequest().sent) == first)
    }

    @Test func otherRoutesAreEvaluatedAnew() async throws {
        let fixture = Fixture()
        var request = ClientRequest()
        request.path += "_cancel"
        request.body = #"{"callId":"00000000000000010000000000000002"}"#
        for _ in 0..<2 { #expect(try await fixture.send(request.sent).code == "000000") }
        #expect(fixture.state.read(\.cancelled.count) == 2)
    }

    @Test func whatWasAcceptedBeforeARestartIsKnownAfterIt() async throws {
        let first = Fixture()
        _ = try await first.send(ClientRequest().sent)
        let key = try #require(first.state.read { $0.placed.first?.1 })
        let second = Fixture(remembered: [RememberedCall(key: key, call: CallID(high: 9, low: 9), userData: "before")])
        let answer = try await second.send(ClientRequest().sent)
        #expect(answer["callId"]?.text == CallID(high: 9, low: 9).description)
        #expect(answer["user_data"]?.text == "before")
        #expect(second.state.read(\.placed.isEmpty))
    }

    @Test func copiesWaitForTheFirst() async throws {
        let table = ReplayTable()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let placed = Shared(0)
        let outcomes = await withTaskGroup(of: ReplayTable.Outcome.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    await table.outcome(of: key(), now: noon) {
                        placed.change { $0 += 1 }
                        for await _ in gate { break }
                        return accepted
                    }
                }
            }
            while placed.read({ $0 }) == 0 { await Task.yield() }
            open.yield()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(placed.read { $0 } == 1)
        #expect(outcomes == Array(repeating: accepted, count: 10))
    }

    @Test func copiesThatWaitedForARefusalAreRefusedOrTryThemselves() async throws {
        let table = ReplayTable()
        let outcomes = await withTaskGroup(of: ReplayTable.Outcome.self) { group in
            for _ in 0..<10 {
                group.addTask { await table.outcome(of: key(), now: noon) { .failure(.code(.noLine)) } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes == Array(repeating: .failure(.code(.noLine)), count: 10))
        #expect(table.count == 0)
    }

    @Test func accountsAreKeptApart() async throws {
        let table = ReplayTable()
        _ = await table.outcome(of: key(account: "main"), now: noon) { accepted }
        let other = await table.outcome(of: key(account: "sub"), now: noon) { .failure(.code(.noLine)) }
        #expect(other == .failure(.code(.noLine)))
    }

    @Test func everyByteOfTheCodeCounts() async throws {
        let table = ReplayTable()
        _ = await table.outcome(of: key(), now: noon) { accepted }
        for index in 0..<32 {
            var other = key()
            other.hmac[index] ^= 0x80
            let outcome = await table.outcome(of: other, now: noon) { .failure(.code(.noLine)) }
            #expect(outcome == .failure(.code(.noLine)))
        }
    }

    @Test func whatExpiredIsForgotten() async throws {
        let table = ReplayTable()
        for byte in 0..<100 as Range<UInt8> {
            _ = await table.outcome(of: key(byte, expires: Int64(byte) * 3), now: noon) { accepted }
        }
        #expect(table.count == 100)
        let later = WallTime(milliseconds: noon.milliseconds + 400_000)
        _ = await table.outcome(of: key(200, expires: 500), now: later) { accepted }
        #expect(table.count == 1)
    }

    @Test func aRequestInWorkOutlivesItsExpiry() async throws {
        let table = ReplayTable()
        let later = WallTime(milliseconds: noon.milliseconds + 400_000)
        let outcome = await table.outcome(of: key(), now: noon) {
            _ = await table.outcome(of: key(2, expires: 600), now: later) { accepted }
            #expect(table.count == 2)
            return accepted
        }
        #expect(outcome == accepted)
        _ = await table.outcome(of: key(3, expires: 600), now: later) { accepted }
        #expect(table.count == 2)
    }

    @Test func theAnswerIsKeptUntilTheRequestExpires() async throws {
        let table = ReplayTable()
        _ = await table.outcome(of: key(), now: noon) { accepted }
        let last = WallTime(milliseconds: noon.milliseconds + 300_000)
        #expect(await table.outcome(of: key(), now: last) { .failure(.code(.noLine)) } == accepted)
    }

    @Test func theTableIsBounded() async throws {
        let table = ReplayTable(limits: .init(entries: 2, waiters: 0))
        for byte in [1, 2] as [UInt8] { _ = await table.outcome(of: key(byte), now: noon) { accepted } }
        #expect(await table.outcome(of: key(3), now: noon) { accepted } == .failure(.code(.busy)))
        #expect(await table.outcome(of: key(1), now: noon) { .failure(.code(.noLine)) } == accepted)
    }

    @Test func waitersAreBounded() async throws {
        let table = ReplayTable(limits: .init(entries: 10, waiters: 0))
        let outcome = await table.outcome(of: key(), now: noon) {
            #expect(await table.outcome(of: key(), now: noon) { accepted } == .failure(.code(.busy)))
            return accepted
        }
        #expect(outcome == accepted)
    }
}
