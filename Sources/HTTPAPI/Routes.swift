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
    static func find(_ method: HTTPRequest.Method, _ path: some StringProtocol) throws(Refusal) -> Route {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map { Substring($0) }
        let routes = Self.routes(for: parts)
        guard !routes.isEmpty else { throw .http(404, "no such route") }
        guard let route = routes[method] else {
            let allowed = routes.keys.map(\.rawValue).sorted().joined(separator: ", ")
            throw .method(allowed: allowed)
        }
        return route
    }

    private static func routes(for parts: [Substring]) -> [HTTPRequest.Method: Route] {
        guard parts.first?.isEmpty == true else { return [:] }
        switch parts.dropFirst() {
        case ["healthz"]: return [.get: .alive]
        case ["readyz"]: return [.get: .ready]
        case ["metrics"]: return [.get: .metrics]
        case ["openapi.yaml"]: return [.get: .description]
        default: break
        }
        guard parts.count >= 6, parts[1...2] == ["v1", "account"], !parts[3].isEmpty,
            parts[4] == "call"
        else { return [:] }
        let account = parts[3]
        switch (parts[5], parts.count) {
        case ("duo_callback", 6): return [.post: .call(.place, account: account), .get: .call(.list, account: account)]
        case ("duo_callback_cancel", 6): return [.post: .call(.cancel, account: account)]
        case ("duo_callback", 7) where !parts[6].isEmpty: return [.get: .call(.read(id: parts[6]), account: account)]
        default: return [:]
        }
    }
}
