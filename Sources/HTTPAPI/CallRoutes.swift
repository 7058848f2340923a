import CallModel
import HTTPTypes
import Logging

/// The routes under `…/call/`.
struct CallRoutes: Sendable {
    let commands: CallCommands
    let replays: ReplayTable
    let country: String
    let zone: TimestampZone
    /// For the names in requests.
    let voiceFiles: CurrentVoiceFiles
    let logger: Logger

    func place(_ request: APIRequest, _ grant: AuthenticatedRequest, now: WallTime) async throws(Refusal) -> Answer {
        let outcome: ReplayTable.Outcome
        if let key = grant.replay {
            outcome = await replays.outcome(of: key, now: now) { await placed(request, grant) }
        } else {
            outcome = await placed(request, grant)
        }
        let call = try outcome.get()
        return .envelope(.success) { text in
            text.object { text in
                text.member("callId", call.id.description)
                if let userData = call.userData { text.member("user_data", userData) }
            }
        }
    }

    private func placed(_ request: APIRequest, _ grant: AuthenticatedRequest) async -> ReplayTable.Outcome {
        do throws(Refusal) {
            try UnavailableParameters.refuseHeaders(of: request)
            let parameters = try Parameters(body: request.body)
            let callback = try CallbackParameters(parameters, grant: grant, country: country, voiceFiles: voiceFiles)
                .request()
            switch await commands.place(callback, grant.replay) {
            case .accepted(let id): return .success(AcceptedCall(id: id, userData: callback.userData))
            case .refused(let code): return .failure(.code(code))
            }
        } catch {
            return .failure(error)
        }
    }

    func cancel(_ request: APIRequest, _ grant: AuthenticatedRequest) async throws(Refusal) -> Answer {
        let parameters = try Parameters(body: request.body)
        let given = try parameters.required("callId", parameters.text("callId"))
        guard try parameters.integer("cancel_flag", in: 0...4) ?? 0 == 0 else {
            throw UnavailableParameters.unavailable("cancel_flag")
        }
        guard let id = CallID(given) else { throw .code(.callUnknown) }
        switch await commands.cancel(id, grant.scope) {
        case .cancelled(let state, let duration):
            return .envelope(.success) { text in
                text.object { text in
                    text.member("callId", id.description)
                    text.member("state", state.rawValue)
                    text.member("duration", duration)
                }
            }
        case .unknown: throw .code(.callUnknown)
        case .refused(let code): throw .code(code)
        }
    }

    func read(_ given: Substring, _ grant: AuthenticatedRequest) async throws(Refusal) -> Answer {
        guard let id = CallID(given), let call = try await call(id), grant.scope.covers(call.request) else {
            throw .code(.callUnknown)
        }
        return .envelope(.success) { $0.call(call) }
    }

    func trace(
        _ given: Substring, _ request: APIRequest, _ grant: AuthenticatedRequest
    ) async throws(Refusal) -> Answer {
        let name = try Parameters(query: request.query).text("format") ?? TraceFormat.text.rawValue
        guard let format = TraceFormat(rawValue: name) else { throw .parameter("format must be text or pcap") }
        guard let id = CallID(given), let call = try await call(id), grant.scope.covers(call.request),
            let bytes = await commands.trace(id, format)
        else { throw .code(.callUnknown) }
        var answer = Answer(status: .ok, contentType: format.contentType, body: bytes, code: .success)
        if format == .capture {
            answer.headers[.contentDisposition] = "attachment; filename=\"\(id).pcap\""
        }
        return answer
    }

    /// A call may leave the living between the two looks, but then it is in the store.
    private func call(_ id: CallID) async throws(Refusal) -> CallRecord? {
        if let live = await commands.liveCall(id) { return live }
        do { return try await commands.storedCall(id) } catch { throw storeFailed(error) }
    }

    func list(_ request: APIRequest, _ grant: AuthenticatedRequest) async throws(Refusal) -> Answer {
        let parameters = try Parameters.ofList(request)
        let place = try PageRequest(parameters)
        let query = try CallQuery(parameters, place, scope: grant.scope, zone: zone)
        let page: Page<CallRecord>
        do { page = try await commands.storedCalls(query) } catch { throw storeFailed(error) }
        return .envelope(.success) { $0.page(page, place) { $0.call($1) } }
    }

    private func storeFailed(_ error: any Error) -> Refusal {
        logger.error("the store cannot be read", metadata: ["error": "\(error)"])
        return .code(.internalError)
    }
}

extension TraceFormat {
    fileprivate var contentType: String {
        switch self {
        case .text: "text/plain; charset=utf-8"
        case .capture: "application/vnd.tcpdump.pcap"
        }
    }
}

extension AuthenticatedRequest {
    var scope: CallScope {
        CallScope(
            mainAccount: caller.mainAccount, app: app.app.id,
            subaccount: caller.account.parent == nil ? nil : caller.account.id)
    }
}

extension CallQuery {
    fileprivate init(
        _ parameters: Parameters, _ place: PageRequest, scope: CallScope, zone: TimestampZone
    ) throws(Refusal) {
        self.init(
            mainAccount: scope.mainAccount, app: scope.app, account: scope.subaccount, page: place.number,
            pageSize: place.size)
        start = try parameters.time("start", in: zone)
        end = try parameters.endOfTime("end", in: zone)
        state = try parameters.integer("state", in: 0...9).flatMap { CallState(rawValue: $0) }
        try UnavailableParameters.refuse(UnavailableParameters.ofList, in: parameters)
    }
}

extension Parameters {
    /// The moment of `yyyy-MM-dd HH:mm:ss` in `zone`.
    func time(_ name: String, in zone: TimestampZone) throws(Refusal) -> WallTime? {
        guard let text = try text(name) else { return nil }
        guard let civil = CivilTime(spaced: text) else { throw .parameter("\(name) must be yyyy-MM-dd HH:mm:ss") }
        return zone.moment(civil)
    }

    /// The end of a range: the whole of the second that is named belongs to it.
    func endOfTime(_ name: String, in zone: TimestampZone) throws(Refusal) -> WallTime? {
        try time(name, in: zone).map { WallTime(milliseconds: $0.milliseconds + 999) }
    }

    /// The parameters of a list: in the query, or as a JSON object in the body where there is no query.
    static func ofList(_ request: APIRequest) throws(Refusal) -> Parameters {
        let inBody = request.query.isEmpty && !request.body.isEmpty
        return try inBody ? Parameters(body: request.body) : Parameters(query: request.query)
    }
}
