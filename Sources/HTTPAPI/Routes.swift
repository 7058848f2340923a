import HTTPTypes

/// What a request asks for.
enum Route: Hashable {
    /// What needs credentials, under the account in the path.
    case call(Call, account: Substring)
    case alive
    case ready
    case metrics
    case description

    enum Call: Hashable {
        case place, cancel, list
        case read(id: Substring)
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
        guard (6...7).contains(parts.count), parts[0].isEmpty, parts[1] == "v1", parts[2] == "account",
            !parts[3].isEmpty, parts[4] == "call"
        else { return [] }
        let account = parts[3]
        switch (parts[5], parts.count) {
        case ("duo_callback", 6):
            return [(.post, .call(.place, account: account)), (.get, .call(.list, account: account))]
        case ("duo_callback_cancel", 6): return [(.post, .call(.cancel, account: account))]
        case ("duo_callback", 7) where !parts[6].isEmpty: return [(.get, .call(.read(id: parts[6]), account: account))]
        default: return []
        }
    }
}
