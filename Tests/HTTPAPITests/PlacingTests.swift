import CallModel
import Testing

@testable import HTTPAPI

@Suite struct PlacingTests {
    @Test func aSignedRequestPlacesACall() async throws {
        let fixture = Fixture()
        let answer = try await fixture.send(ClientRequest().sent)
        #expect(answer.status == 200)
        #expect(answer.code == "000000")
        #expect(answer.message == "请求成功")
        #expect(answer["callId"]?.text == "00000000000000010000000000000002")
        #expect(answer["user_data"] == nil)
        let placed = try #require(fixture.state.read { $0.placed.first })
        #expect(placed.0.to1.dialled == "13967446745")
        #expect(placed.0.maxCallDuration == .seconds(3600))
        #expect(placed.1?.hmac.count == 32)
        #expect(placed.1?.expires == WallTime(milliseconds: noon.milliseconds + 300_000))
    }
}
