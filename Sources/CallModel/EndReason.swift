/// Why one leg could not be connected, in telephony terms.
public enum LegFailure: String, Sendable, Codable, CaseIterable {
    case busy, noAnswer, rejected, invalidNumber, unreachable, barred, congestion, incompatible
    case trunkTimeout
    /// The key that shows a person was not pressed.
    case confirmFailed
    /// Our own fault.
    case fault
}

/// Why a callback ended.
public enum EndReason: Hashable, Sendable {
    /// That party sent BYE while the two were connected.
    case hangup(Party)
    case maxCallDuration
    /// Cancelled by API while the two were connected.
    case apiCancel
    /// Cancelled by API while that leg was being dialled.
    case cancelled(Party)
    /// Party 1 hung up before the connection.
    case callerLeft
    case failed(Party, LegFailure)
    case mediaTimeout
    /// A prompt could not be played.
    case playError
    case platformRestart
    /// Our own fault, outside a leg.
    case fault
}

extension EndReason {
    /// Every reason there is.
    public static var all: [EndReason] {
        let plain: [EndReason] = [
            .hangup(.first), .hangup(.second), .maxCallDuration, .apiCancel, .cancelled(.first),
            .cancelled(.second), .callerLeft, .mediaTimeout, .playError, .platformRestart,
            .fault,
        ]
        return plain
            + Party.allCases.flatMap { party in
                LegFailure.allCases.filter { $0 != .fault }.map { .failed(party, $0) }
            }
    }

    /// The word in `end_reason`.
    public var token: String {
        switch self {
        case .hangup(let party): "hangup\(party.rawValue)"
        case .maxCallDuration: "max_call_duration"
        case .apiCancel: "api_cancel"
        case .cancelled(let party): "cancelled\(party.rawValue)"
        case .callerLeft: "caller_left"
        case .failed(let party, let failure): failure == .fault ? "internal" : "\(failure.token)\(party.rawValue)"
        case .mediaTimeout: "media_timeout"
        case .playError: "play_error"
        case .platformRestart: "platform_restart"
        case .fault: "internal"
        }
    }

    /// The six digits in `error`; `nil` on a normal end.
    public var errorCode: String? {
        switch self {
        case .hangup, .maxCallDuration, .apiCancel: nil
        case .cancelled: "035001"
        case .callerLeft: "035002"
        case .failed(let party, let failure): failure.errorCode(of: party)
        case .mediaTimeout: "035034"
        case .playError: "035035"
        case .platformRestart: "035039"
        case .fault: "000003"
        }
    }

    /// The words in `reason`; `nil` on a normal end.
    public var words: String? {
        switch self {
        case .hangup, .maxCallDuration, .apiCancel: nil
        case .cancelled(let party): "cancelled while party \(party.rawValue) was being dialled"
        case .callerLeft: "party 1 hung up before the connection"
        case .failed(let party, let failure): "party \(party.rawValue): \(failure.words)"
        case .mediaTimeout: "the media of both parties stopped"
        case .playError: "a prompt could not be played"
        case .platformRestart: "the server stopped and the call could not go on"
        case .fault: "internal error"
        }
    }

    public init?(token: String) {
        guard let reason = Self.all.first(where: { $0.token == token }) else { return nil }
        self = reason
    }
}

extension LegFailure {
    fileprivate var token: String {
        switch self {
        case .busy: "busy"
        case .noAnswer: "no_answer"
        case .rejected: "rejected"
        case .invalidNumber: "invalid_number"
        case .unreachable: "unreachable"
        case .barred: "barred"
        case .congestion: "congestion"
        case .incompatible: "incompatible"
        case .trunkTimeout: "trunk_timeout"
        case .confirmFailed: "confirm_failed"
        case .fault: "internal"
        }
    }

    fileprivate var words: String {
        switch self {
        case .busy: "busy"
        case .noAnswer: "no answer"
        case .rejected: "rejected"
        case .invalidNumber: "invalid number"
        case .unreachable: "unreachable"
        case .barred: "barred by the network"
        case .congestion: "network congestion"
        case .incompatible: "incompatible media"
        case .trunkTimeout: "no response from the trunk"
        case .confirmFailed: "the key was not pressed"
        case .fault: "internal error"
        }
    }

    fileprivate func errorCode(of party: Party) -> String {
        let first = party == .first
        return switch self {
        case .busy: first ? "035010" : "035020"
        case .noAnswer: first ? "035011" : "035021"
        case .rejected: first ? "035012" : "035022"
        case .invalidNumber: first ? "035013" : "035023"
        case .unreachable: first ? "035016" : "035026"
        case .barred: first ? "035017" : "035027"
        case .congestion: first ? "035018" : "035028"
        case .incompatible: first ? "035019" : "035029"
        case .trunkTimeout: first ? "035037" : "035038"
        case .confirmFailed: first ? "035032" : "035033"
        case .fault: "000003"
        }
    }
}

extension EndReason: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let token = try container.decode(String.self)
        guard let reason = EndReason(token: token) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an end reason: \(token)")
        }
        self = reason
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(token)
    }
}
