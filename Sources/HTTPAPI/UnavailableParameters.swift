import HTTPTypes

/// Parameters of the contract that are not built yet: they are refused, never silently left out, unless they ask for
/// what happens anyway.
enum UnavailableParameters {
    /// What a parameter may say although it is not built.
    enum Neutral {
        case nothing
        /// This number, in any spelling an integer may have.
        case number(Int)
        /// False, in any spelling a boolean may have.
        case no
        /// A list or an object without elements.
        case empty
    }

    static let ofCallback: [String: Neutral] = [
        "greeting1": .nothing, "greeting2": .nothing,
        "confirm1": .no, "confirm2": .no,
        "confirm_key1": .number(1), "confirm_key2": .number(1),
        "confirm_timeout1": .number(5), "confirm_timeout2": .number(5),
        "confirm_file1": .nothing, "confirm_file2": .nothing,
        "countdown_time": .nothing, "countdown_voice": .nothing, "countdown_to": .number(0),
        "busy_voice": .nothing,
        "record_channels": .number(2), "record_format": .number(2),
        "record_hint": .nothing, "record_hint_to": .number(0),
        "callback_url": .nothing, "events": .empty, "notify_on_cancel": .no,
        "user_data1": .nothing, "user_data2": .nothing,
        "request_id": .nothing, "repeat_guard": .number(0),
        "schedule_time": .nothing, "expire_time": .nothing,
        "sip_headers1": .empty, "sip_headers2": .empty,
    ]

    static let ofList: [String: Neutral] = ["number": .nothing, "end_reason": .nothing]

    /// Refuses the first parameter that is one of `names` and asks for something.
    static func refuse(_ names: [String: Neutral], in parameters: Parameters) throws(Refusal) {
        for name in parameters.names {
            guard let neutral = names[name], let value = parameters.given(name) else { continue }
            guard try isNeutral(value, neutral, name, parameters) else { throw unavailable(name) }
        }
    }

    static func refuseHeaders(of request: APIRequest) throws(Refusal) {
        guard request.headers.idempotencyKey?.isEmpty ?? true else {
            throw unavailable(HTTPField.Name.idempotencyKey.rawName)
        }
    }

    static func unavailable(_ name: String) -> Refusal { .parameter("not available: \(name)") }

    private static func isNeutral(
        _ value: JSONValue, _ neutral: Neutral, _ name: String, _ parameters: Parameters
    ) throws(Refusal) -> Bool {
        switch neutral {
        case .nothing: return false
        case .number(let number): return value.wholeNumber == number
        case .no: return try parameters.boolean(name) == false
        case .empty:
            switch value {
            case .array(let elements): return elements.isEmpty
            case .object(let object): return object.members.isEmpty
            case .null, .boolean, .number, .string: return false
            }
        }
    }
}
