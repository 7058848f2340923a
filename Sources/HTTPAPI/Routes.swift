import HTTPTypes

/// What a request asks for.
enum Route: Hashable {
    /// What needs credentials, under the account in the path.
    case call(Call, account: Substring)
    /// A voice file, whose credentials are checked away from the event loop.
    case upload(account: Substring)
    case alive
    case ready
    case metrics
    case description
    /// A recording, by a link that needs no credentials.
    case download(fileName: Substring)

    enum Call: Hashable {
        case place, cancel, list
        case read(id: Substring)
        case listVoiceFiles
        case deleteVoiceFile(name: Substring)
        case listRecordings, linkRecording
        case trace(id: Substring)
    }

    /// Whether a request's target may be that of an upload, whose body may be long. Asked of every request, twice.
    static func mayBeUpload(_ target: String) -> Bool {
        let end = "/management/voice_file".utf8
        return target.utf8.prefix { $0 != UInt8(ascii: "?") }.suffix(end.count).elementsEqual(end)
    }

    /// A route as the API's description has it.
    struct Template: Hashable {
        let method: HTTPRequest.Method
        let path: String
    }

    /// Every route there is.
    static let templates = [
        Template(method: .post, path: "/v1/account/{account_id}/call/duo_callback"),
        Template(method: .post, path: "/v1/account/{account_id}/call/duo_callback_cancel"),
        Template(method: .get, path: "/v1/account/{account_id}/call/duo_callback/{callId}"),
        Template(method: .get, path: "/v1/account/{account_id}/call/duo_callback"),
        Template(method: .post, path: "/v1/account/{account_id}/management/voice_file"),
        Template(method: .get, path: "/v1/account/{account_id}/management/voice_file"),
        Template(method: .delete, path: "/v1/account/{account_id}/management/voice_file/{name}"),
        Template(method: .get, path: "/v1/account/{account_id}/recording/plist"),
        Template(method: .get, path: "/v1/account/{account_id}/recording/url/gen"),
        Template(method: .get, path: "/recording/{file}"),
        Template(method: .head, path: "/recording/{file}"),
        Template(method: .get, path: "/v1/account/{account_id}/call/{callId}/trace"),
        Template(method: .get, path: "/healthz"),
        Template(method: .get, path: "/readyz"),
        Template(method: .get, path: "/metrics"),
        Template(method: .get, path: "/openapi.yaml"),
    ]

    /// Throws 404 for a path nobody serves and 405 for a method its path does not know.
    static func find(_ method: HTTPRequest.Method, _ path: String) throws(Refusal) -> Route {
        let routes = Self.routes(for: path)
        guard !routes.isEmpty else { throw .http(404, "no such route") }
        guard let found = routes.first(where: { $0.method == method }) else {
            throw .method(allowed: routes.map(\.method.rawValue).sorted().joined(separator: ", "))
        }
        return found.route
    }

    private static func routes(for path: String) -> [(method: HTTPRequest.Method, route: Route)] {
        switch path {
        case "/healthz": return [(.get, .alive)]
        case "/readyz": return [(.get, .ready)]
        case "/metrics": return [(.get, .metrics)]
        case "/openapi.yaml": return [(.get, .description)]
        default: break
        }
        // By bytes: a slash with a combining mark behind it still is a slash.
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            Substring($0)
        }
        if parts.count == 3, parts[0].isEmpty, parts[1] == "recording", !parts[2].isEmpty {
            return [(.get, .download(fileName: parts[2])), (.head, .download(fileName: parts[2]))]
        }
        guard (6...7).contains(parts.count), parts[0].isEmpty, parts[1] == "v1", parts[2] == "account",
            !parts[3].isEmpty
        else { return [] }
        let account = parts[3]
        if parts[4] == "management", parts[5] == "voice_file", parts.count == 6 {
            return [(.post, .upload(account: account)), (.get, .call(.listVoiceFiles, account: account))]
        }
        return calls(below: parts[4...]).map { (method: $0.method, route: .call($0.call, account: account)) }
    }

    /// - Parameter parts: of the path, what follows the account.
    private static func calls(below parts: ArraySlice<Substring>) -> [(method: HTTPRequest.Method, call: Call)] {
        let last = parts[parts.endIndex - 1]
        return switch (parts[4], parts[5], parts.count) {
        case ("call", "duo_callback", 2): [(.post, .place), (.get, .list)]
        case ("call", "duo_callback_cancel", 2): [(.post, .cancel)]
        case ("call", "duo_callback", 3) where !last.isEmpty: [(.get, .read(id: last))]
        case ("call", _, 3) where last == "trace" && !parts[5].isEmpty: [(.get, .trace(id: parts[5]))]
        case ("management", "voice_file", 3) where !last.isEmpty: [(.delete, .deleteVoiceFile(name: last))]
        case ("recording", "plist", 2): [(.get, .listRecordings)]
        case ("recording", "url", 3) where last == "gen": [(.get, .linkRecording)]
        default: []
        }
    }
}
