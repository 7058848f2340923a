import HTTPTypes

/// Parameters of the contract that are not built yet: they are refused, never silently left out, unless they ask for
/// what happens anyway.
enum UnavailableParameters {
    /// What a parameter may say although it is not built.
    enum Neutral {
        case nothing
        /// This number, in any spelling an integer may have.
        case number(Int)
        /// A list or an object without elements.
        case empty
    }

    static let ofCallback: [String: Neutral] = [
        "request_id": .nothing, "repeat_guard": .number(0),
        "schedule_time": .nothing, "expire_time": .nothing,
        "sip_headers1": .empty, "sip_headers2": .empty,
    ]

    static let ofList: [String: Neutral] = ["number": .nothing, "end_reason": .nothing]

    /// Refuses the first parameter that is one of `names` and asks for something.
    static func refuse(_ names: [String: Neutral], in parameters: Parameters) throws(Refusal) {
        for name in parameters.names {
            guard let neutral = names[name], let value = parameters.given(name) else { continue }
            guard isNeutral(value, neutral) else { throw unavailable(name) }
        }
    }

    static func refuseHeaders(of request: APIRequest) throws(Refusal) {
        guard request.headers.idempotencyKey?.isEmpty ?? true else {
            throw unavailable(HTTPField.Name.idempotencyKey.rawName)
        }
    }

    static func unavailable(_ name: String) -> Refusal { .parameter("not available: \(name)") }

    private static func isNeutral(_ value: JSONValue, _ neutral: Neutral) -> Bool {
        switch neutral {
        case .nothing: false
        case .number(let number): value.wholeNumber == number
        case .empty:
            switch value {
            case .array(let elements): elements.isEmpty
            case .object(let object): object.members.isEmpty
            case .null, .boolean, .number, .string: false
            }
        }
    }
}
