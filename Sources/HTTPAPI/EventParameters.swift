import CallModel

/// Reads the parameters of `POST call/duo_callback` that say what is told, and to whom.
struct EventParameters {
    static let maxURL = 2048

    let parameters: Parameters

    /// The events that are wanted: names, with `duo_callback.` before them or without, or `all` alone.
    func events() throws(Refusal) -> EventSelection {
        guard let given = parameters.given("events") else { return .none }
        guard case .array(let elements) = given else { throw Self.notEvents }
        if elements == [.string("all")] { return .all }
        var names: [EventName] = []
        for element in elements {
            guard case .string(let text) = element, let name = Self.name(text) else { throw Self.notEvents }
            names.append(name)
        }
        return EventSelection(names)
    }

    private static func name(_ text: String) -> EventName? {
        let prefix = "duo_callback."
        return EventName(token: text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...])
    }

    private static var notEvents: Refusal {
        .parameter("events must be a list of event names, or [\"all\"]")
    }

    /// A receiver for this call alone; whether it may be reached is judged at each delivery.
    func callbackURL() throws(Refusal) -> String? {
        guard let url = try parameters.text("callback_url", atMost: Self.maxURL) else { return nil }
        let lower = url.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lower.hasPrefix) else { throw Self.notAURL }
        let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@"), url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Self.notAURL
        }
        return url
    }

    private static var notAURL: Refusal {
        .parameter("callback_url must be an http or https URL without user information")
    }
}
