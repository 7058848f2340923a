import CallModel
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct TraceTests {
    private func request(_ id: String, query: String = "", as certID: String = "main") -> ClientRequest {
        var request = ClientRequest()
        request.method = .get
        request.path = "/v1/account/main/call/\(id)/trace"
        request.query = query
        request.body = ""
        request.certID = certID
        request.secret = "\(certID) secret"
        return request
    }

    /// A call of the main account that the store has, with a trace.
    private func fixture() throws -> Fixture {
        let fixture = Fixture()
        let number = Destination.number(try #require(PhoneNumber("13967446745")))
        let call = CallbackRequest(
            account: Fixture.main, mainAccount: Fixture.main, app: AppID(rawValue: "app"), to1: number, to2: number,
            maxCallDuration: .seconds(60))
        fixture.state.change {
            $0.stored[Fixture.callID] = CallRecord(
                id: Fixture.callID, request: call, beginTime: WallTime(milliseconds: 1))
            $0.traces[Fixture.callID] = "it"
        }
        return fixture
    }

    @Test(arguments: [
        ("", "text of it", "text/plain; charset=utf-8"), ("format=text", "text of it", "text/plain; charset=utf-8"),
        ("format=pcap", "capture of it", "application/vnd.tcpdump.pcap"),
    ])
    func `a call's trace comes as it was asked for`(query: String, body: String, type: String) async throws {
        let request = request(Fixture.callID.description, query: query).sent
        let answer = try await fixture().api.answer(request) { _ in .success([]) }
        #expect(String(decoding: answer.body, as: UTF8.self) == body)
        #expect(answer.contentType == type)
        #expect((answer.headers[.contentDisposition] == nil) != query.hasSuffix("pcap"))
    }

    @Test func `no trace is 020000, and so is somebody else's call`() async throws {
        let fixture = try fixture()
        let id = Fixture.callID.description
        #expect(try await fixture.send(request(id, as: "sub").sent).code == "020000")
        #expect(try await fixture.send(request(CallID(high: 3, low: 3).description).sent).code == "020000")
        #expect(try await fixture.send(request("nonsense").sent).code == "020000")
        fixture.state.change { $0.traces = [:] }
        #expect(try await fixture.send(request(id).sent).code == "020000")
    }

    @Test func `an unknown format is refused`() async throws {
        let answer = try await fixture().send(request(Fixture.callID.description, query: "format=html").sent)
        #expect(answer.message == "参数错误: format must be text or pcap")
    }
}
