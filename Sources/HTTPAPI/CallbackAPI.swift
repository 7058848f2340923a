import CallModel
import HTTPTypes
import Logging

/// The API without its HTTP server: one request in, one answer out.
struct CallbackAPI: Sendable {
    let authenticator: Authenticator
    let calls: CallRoutes
    let commands: CallCommands
    let gate: RequestGate
    let counts = AnswerCounts()
    let metricsToken: String?
    let clock: @Sendable () -> WallTime
    let logger: Logger

    /// - Parameters:
    ///   - request: the request without its body
    ///   - body: reads the body, once it is known that the route exists
    func answer(
        _ request: APIRequest, body: () async throws -> Result<[UInt8], Refusal>
    ) async throws -> Answer {
        let route: Route
        do { route = try Route.find(request.method, request.path) } catch { return counted(.refusal(error), "none") }
        var request = request
        switch try await body() {
        case .success(let bytes): request.body = bytes
        case .failure(let refusal): return counted(.refusal(refusal), route.name)
        }
        return counted(await answer(route, request), route.name)
    }

    private func counted(_ answer: Answer, _ route: String) -> Answer {
        counts.count(route, answer.status.code, answer.code)
        return answer
    }

    private func answer(_ route: Route, _ request: APIRequest) async -> Answer {
        do throws(Refusal) {
            return try await perform(route, request)
        } catch {
            if case .credentials(let fault) = error {
                logger.debug("credentials refused", metadata: ["fault": "\(fault)", "path": "\(request.path)"])
            }
            return .refusal(error)
        }
    }

    private func perform(_ route: Route, _ request: APIRequest) async throws(Refusal) -> Answer {
        switch route {
        case .call(let route, let account): return try await perform(route, of: account, request)
        case .alive: return .envelope(.success)
        case .ready: return ready()
        case .metrics: return try metrics(request)
        case .description:
            return Answer(
                status: .ok, contentType: "application/yaml; charset=utf-8", body: Array(OpenAPIDocument.text.utf8),
                code: .success)
        }
    }

    private func perform(
        _ route: Route.Call, of account: Substring, _ request: APIRequest
    ) async throws(Refusal) -> Answer {
        try gate.enter()
        defer { gate.leave() }
        let now = clock()
        let grant = try authenticator.authenticate(request, account: account, now: now)
        try gate.count(grant.app.app.id, now: now)
        return switch route {
        case .place: try await calls.place(request, grant, now: now)
        case .cancel: try await calls.cancel(request, grant)
        case .read(let id): try await calls.read(id, grant)
        case .list: try await calls.list(request, grant)
        }
    }

    private func ready() -> Answer {
        switch commands.readiness() {
        case .ready: return .envelope(.success)
        case .notReady(let why):
            return .envelope(.busy, message: "\(AnswerCode.busy.message): \(why)", status: .serviceUnavailable)
        }
    }

    private func metrics(_ request: APIRequest) throws(Refusal) -> Answer {
        if let metricsToken {
            let given = request.headers.authorization ?? ""
            guard equalInConstantTime(given.utf8, "Bearer \(metricsToken)".utf8) else {
                throw .credentials(.metricsToken)
            }
        } else {
            let from = ClientAddress(
                peer: request.peer, forwarded: request.headers.forwardedFor,
                trustedProxies: authenticator.trustedProxies)
            guard from.isLoopback else { throw .http(403, "metrics are for loopback unless metrics_token is set") }
        }
        let text = MetricsText.write(commands.metrics() + [counts.family, gate.family, calls.replays.family])
        return Answer(status: .ok, contentType: MetricsText.contentType, body: Array(text.utf8), code: .success)
    }
}

extension Route {
    /// What the route is called in the metrics.
    var name: String {
        switch self {
        case .call(.place, _): "duo_callback"
        case .call(.cancel, _): "duo_callback_cancel"
        case .call(.read, _): "read"
        case .call(.list, _): "list"
        case .alive: "healthz"
        case .ready: "readyz"
        case .metrics: "metrics"
        case .description: "openapi"
        }
    }
}
