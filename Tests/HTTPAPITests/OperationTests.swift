import CallModel
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct OperationTests {
    private func get(_ path: String, peer: String? = "127.0.0.1", headers: HTTPFields = [:]) -> APIRequest {
        APIRequest(
            method: .get, path: path, query: "", headers: RequestHeaders(headers), body: [],
            peer: peer.flatMap { NetworkAddress($0) })
    }

    private func answer(_ fixture: Fixture, _ request: APIRequest) async throws -> Answer {
        try await fixture.api.answer(request) { _ in .success([]) }
    }

    @Test func aLiveServerSaysSo() async throws {
        let answer = try await Fixture().send(get("/healthz", peer: nil))
        #expect(answer.status == 200)
        #expect(answer.code == "000000")
    }

    @Test func readinessIsTold() async throws {
        let fixture = Fixture()
        #expect(try await fixture.send(get("/readyz")).status == 200)
        fixture.state.change { $0.readiness = .notReady("the store is full") }
        let answer = try await fixture.send(get("/readyz"))
        #expect(answer.status == 503)
        #expect(answer.code == "000004")
        #expect(answer.message == "系统繁忙: the store is full")
    }

    @Test func metricsAreWrittenForPrometheus() async throws {
        let fixture = Fixture()
        fixture.state.change {
            $0.metrics = [
                MetricFamily(
                    "duocall_calls", help: "Calls\nby \\ state.", kind: .gauge,
                    samples: [
                        .init(2, labels: [.init("state", "a\"b\\c\nd"), .init("x", "")]), .init(0.5),
                        .init(.infinity), .init(.nan),
                    ]),
                MetricFamily(
                    "duocall_time", help: "Times.", kind: .histogram,
                    samples: [
                        .init(1, part: .bucket, labels: [.init("le", "+Inf")]), .init(0.25, part: .sum),
                        .init(1, part: .count),
                    ]),
            ]
        }
        _ = try await fixture.send(ClientRequest().sent)
        _ = try await fixture.send(get("/nowhere"))
        let metrics = try await answer(fixture, get("/metrics"))
        #expect(metrics.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(
            String(decoding: metrics.body, as: UTF8.self) == #"""
                # HELP duocall_calls Calls\nby \\ state.
                # TYPE duocall_calls gauge
                duocall_calls{state="a\"b\\c\nd",x=""} 2
                duocall_calls 0.5
                duocall_calls +Inf
                duocall_calls NaN
                # HELP duocall_time Times.
                # TYPE duocall_time histogram
                duocall_time_bucket{le="+Inf"} 1
                duocall_time_sum 0.25
                duocall_time_count 1
                # HELP duocall_http_answers_total Answers of the API by route, HTTP status and code.
                # TYPE duocall_http_answers_total counter
                duocall_http_answers_total{route="duo_callback",status="200",code="000000"} 1
                duocall_http_answers_total{route="none",status="404",code="000001"} 1
                # HELP duocall_http_requests_in_work Requests that are being answered.
                # TYPE duocall_http_requests_in_work gauge
                duocall_http_requests_in_work 0
                # HELP duocall_http_requests_remembered Accepted requests whose copies get the same answer.
                # TYPE duocall_http_requests_remembered gauge
                duocall_http_requests_remembered 1

                """#)
    }

    @Test func metricsAreForLoopbackWithoutAToken() async throws {
        let fixture = Fixture(trustedProxies: [AddressBlock("127.0.0.1")!])
        #expect(try await answer(fixture, get("/metrics", peer: "::1")).status == .ok)
        #expect(try await answer(fixture, get("/metrics", peer: "203.0.113.5")).status == .forbidden)
        let forwarded = get("/metrics", headers: [.forwardedFor: "203.0.113.5"])
        #expect(try await answer(fixture, forwarded).status == .forbidden)
    }

    @Test func metricsWithATokenAreForItsBearers() async throws {
        let fixture = Fixture(metricsToken: "token")
        for (header, status) in [
            ("Bearer token", HTTPResponse.Status.ok), ("Bearer tokens", .unauthorized), ("token", .unauthorized),
            ("", .unauthorized),
        ] {
            let request = get("/metrics", peer: "203.0.113.5", headers: [.authorization: header])
            #expect(try await answer(fixture, request).status == status)
        }
        #expect(try await answer(fixture, get("/metrics")).status == .unauthorized)
    }

    // MARK: Routes

    @Test(arguments: [
        "/", "", "/v1", "/v1/account/main/call", "/v1/account/main/call/duo_callback/",
        "/v1/account//call/duo_callback",
        "/v1/account/main/call/duo_callback/x/y", "/v1/account/main/call/duo_callback_cancel/x",
        "/v2/account/main/call/duo_callback",
        "/x/v1/account/main/call/duo_callback", "v1/account/main/call/duo_callback", "/HEALTHZ", "/healthz/",
        "//healthz",
        "/v1/account/main/call/notify_call", "x/healthz", "/recording", "/recording/", "/recording/a/b",
        "/v1/account/main/recording/url", "/v1/account/main/recording/url/x", "/v1/account/main/management/voice_file/",
        "/v1/account/main/management/voice_file/a/b",
    ])
    func anUnknownRouteIs404(path: String) async throws {
        let answer = try await Fixture().send(get(path))
        #expect(answer.status == 404)
        #expect(answer.code == "000001")
        #expect(answer.message == "参数错误: no such route")
    }

    @Test(arguments: [
        ("/healthz", "GET"), ("/readyz", "GET"), ("/metrics", "GET"), ("/openapi.yaml", "GET"),
        ("/v1/account/a/call/duo_callback", "GET, POST"), ("/v1/account/a/call/duo_callback_cancel", "POST"),
        ("/v1/account/a/call/duo_callback/b", "GET"), ("/v1/account/a/management/voice_file", "GET, POST"),
        ("/v1/account/a/recording/plist", "GET"), ("/v1/account/a/recording/url/gen", "GET"),
        ("/recording/b", "GET, HEAD"),
    ])
    func aWrongMethodIs405AndNamesTheRightOnes(path: String, allowed: String) async throws {
        for method in [HTTPRequest.Method.delete, .put, .patch, .options, HTTPRequest.Method("BREW")!] {
            var request = get(path)
            request.method = method
            let answer = try await answer(Fixture(), request)
            #expect(answer.status == .methodNotAllowed)
            #expect(answer.headers[.allow] == allowed)
            #expect(try Received(answer).code == "000001")
        }
    }

    @Test func aBodyIsNotReadForAnUnknownRoute() async throws {
        var request = get("/nowhere")
        request.method = .post
        let answer = try await Fixture().api.answer(request) { _ in
            #expect(Bool(false))
            return .success([])
        }
        #expect(answer.status == .notFound)
    }

    @Test func theDescriptionNamesEveryRouteAndNoOther() async throws {
        let answer = try await answer(Fixture(), get("/openapi.yaml"))
        #expect(answer.contentType.hasPrefix("application/yaml"))
        let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
        let paths = try #require(lines.firstIndex(of: "paths:"))
        let components = try #require(lines.firstIndex(of: "components:"))
        var described: Set<Route.Template> = []
        var path = ""
        for line in lines[paths..<components] where line.hasSuffix(":") {
            if line.hasPrefix("  /") { path = String(line.dropFirst(2).dropLast()) }
            let method = line.dropFirst(4).dropLast().uppercased()
            if line.hasPrefix("    "), ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"].contains(method) {
                described.insert(Route.Template(method: HTTPRequest.Method(method)!, path: path))
            }
        }
        #expect(described == Set(Route.templates))
        for template in Route.templates {
            _ = try Route.find(template.method, template.path)
        }
    }

    @Test func theDescriptionNamesEveryParameterThatIsBuilt() {
        for name in [
            "to1", "to2", "from1", "from2", "ring_tone", "ring_tone_mode", "max_dial_duration", "max_dial_duration1",
            "max_dial_duration2", "max_call_duration", "media_timeout", "recording", "record_mode", "user_data",
            "greeting1", "greeting2", "confirm1", "confirm2", "confirm_key1", "confirm_key2", "confirm_timeout1",
            "confirm_timeout2", "confirm_file1", "confirm_file2", "countdown_time", "countdown_voice", "countdown_to",
            "busy_voice", "record_channels", "record_format", "record_hint", "record_hint_to", "callback_url", "events",
            "notify_on_cancel", "user_data1", "user_data2",
        ] {
            #expect(OpenAPIDocument.text.contains("\n        \(name):"), "\(name)")
        }
    }

    // MARK: Bounds

    @Test func requestsInWorkAreBounded() async throws {
        let gate = RequestGate(limits: .init(inWork: 2, perSecondAndApp: 100))
        let fixture = Fixture(gate: gate)
        try gate.enter()
        #expect(try await fixture.send(read(app: "app")).code == "020000")
        try gate.enter()
        #expect(try await fixture.send(get("/healthz")).code == "000000")
        let refused = try await fixture.send(ClientRequest().sent)
        #expect(refused.status == 200)
        #expect(refused.code == "000004")
        gate.leave()
        #expect(try await fixture.send(ClientRequest().sent).code == "000000")
    }

    @Test func anAppsRequestsPerSecondAreBounded() async throws {
        let fixture = Fixture(gate: RequestGate(limits: .init(inWork: 10, perSecondAndApp: 3)))
        for expected in ["020000", "020000", "020000", "000004"] {
            #expect(try await fixture.send(read(app: "app")).code == expected)
        }
        #expect(try await fixture.send(read(app: "other")).code == "020000")
        fixture.state.change { $0.now = WallTime(milliseconds: noon.milliseconds + 1000) }
        #expect(try await fixture.send(read(app: "app")).code == "020000")
    }

    private func read(app: String) -> APIRequest {
        var request = ClientRequest()
        request.method = .get
        request.path += "/" + Fixture.callID.description
        request.body = ""
        request.appID = app
        return request.sent
    }
}
