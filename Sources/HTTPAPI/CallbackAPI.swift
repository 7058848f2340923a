import CallModel
import HTTPTypes
import Logging

/// The API without its HTTP server: one request in, one answer out.
struct CallbackAPI: Sendable {
    let authenticator: Authenticator
    let calls: CallRoutes
    let voiceFiles: VoiceFileRoutes
    let recordings: RecordingRoutes
    let commands: CallCommands
    let gate: RequestGate
    let counts = AnswerCounts()
    let metricsToken: String?
    let clock: @Sendable () -> WallTime
    let logger: Logger

    /// - Parameters:
    ///   - request: the request without its body
    ///   - body: reads a body of so many bytes at most, once it is known that the route exists
    func answer(
        _ request: APIRequest, body: (Int) async throws -> Result<[UInt8], Refusal>
    ) async throws -> Answer {
        let route: Route
        do { route = try Route.find(request.method, request.path) } catch { return counted(.refusal(error), "none") }
        guard case .upload(let account) = route else {
            return counted(try await answer(route, request, body, upTo: APIResponder.maxBody), route.name)
        }
        do throws(Refusal) {
            try authenticator.precheck(request, account: account, now: clock())
            try voiceFiles.uploads.enter()
        } catch {
            return counted(.refusal(error), route.name)
        }
        defer { voiceFiles.uploads.leave() }
        return counted(try await answer(route, request, body, upTo: APIResponder.maxUpload), route.name)
    }

    private func answer(
        _ route: Route, _ request: APIRequest, _ body: (Int) async throws -> Result<[UInt8], Refusal>, upTo limit: Int
    ) async throws -> Answer {
        var request = request
        switch try await body(limit) {
        case .success(let bytes): request.body = bytes
        case .failure(let refusal): return .refusal(refusal)
        }
        return await answer(route, request)
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
        case .upload(let account): return try await upload(request, to: account)
        case .download(let fileName): return try await recordings.download(fileName, request, now: clock())
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
        case .listVoiceFiles: try voiceFiles.list(request, grant)
        case .deleteVoiceFile(let name): try await voiceFiles.delete(name, grant)
        case .listRecordings: try await recordings.list(request, grant)
        case .linkRecording: try await recordings.link(request, grant, now: now)
        case .trace(let id): try await calls.trace(id, request, grant)
        }
    }

    private func upload(_ request: APIRequest, to account: Substring) async throws(Refusal) -> Answer {
        try gate.enter()
        defer { gate.leave() }
        let now = clock()
        let (grant, upload) = try await voiceFiles.read(request, account: account, now: now)
        try gate.count(grant.app.app.id, now: now)
        return try await voiceFiles.add(upload)
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
        case .upload, .call(.listVoiceFiles, _), .call(.deleteVoiceFile, _): "voice_file"
        case .call(.listRecordings, _): "recording_plist"
        case .call(.linkRecording, _): "recording_url_gen"
        case .download: "recording"
        case .call(.trace, _): "trace"
        case .alive: "healthz"
        case .ready: "readyz"
        case .metrics: "metrics"
        case .description: "openapi"
        }
    }
}
