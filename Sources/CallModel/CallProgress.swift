/// What happens to a call before its end, for those who ask to be told.
public enum CallProgress: Hashable, Sendable, Codable {
    /// The party's first INVITE was sent.
    case dial(Party)
    /// The party's first 180 came.
    case ring(Party)
    case answer(Party)
    /// The party could not be had.
    case fail(Party, LegFailure)
    /// BYE from the party, after it had answered.
    case hangup(Party)
    case connected
    /// The party pressed the key that it had to press, or did not.
    case confirm(Party, isGiven: Bool)
    /// The warning begins, so long before the limit.
    case countdown(Duration)
    /// Nothing is heard of the party any more.
    case mediaAlert(Party)
    case recordEnd(RecordedFile)
    /// The recording broke off; what was written before is kept.
    case recordFail(RecordedFile)

    public var name: EventName {
        switch self {
        case .dial: .dial
        case .ring: .ring
        case .answer: .answer
        case .fail: .fail
        case .hangup: .hangup
        case .connected: .connected
        case .confirm: .confirm
        case .countdown: .countdown
        case .mediaAlert: .mediaAlert
        case .recordEnd: .recordEnd
        case .recordFail: .recordFail
        }
    }

    public var party: Party? {
        switch self {
        case .dial(let party), .ring(let party), .answer(let party), .fail(let party, _), .hangup(let party),
            .confirm(let party, _), .mediaAlert(let party):
            party
        case .connected, .countdown, .recordEnd, .recordFail: nil
        }
    }
}

/// What a recording came to.
public struct RecordedFile: Hashable, Sendable, Codable {
    public var name: String
    /// Per channel, at 8 kHz.
    public var samples: Int64
    public var bytes: Int64

    public init(name: String, samples: Int64, bytes: Int64) {
        self.name = name
        self.samples = samples
        self.bytes = bytes
    }
}

/// The events of a call; the numbers are those of the store.
public enum EventName: UInt8, Sendable, Codable, CaseIterable {
    case end = 0
    case dial = 1
    case ring = 2
    case answer = 3
    case fail = 4
    case hangup = 5
    case connected = 6
    case confirm = 7
    case countdown = 8
    case mediaAlert = 9
    case recordEnd = 10
    case recordFail = 11

    /// The word in `event`, after `duo_callback.`.
    public var token: String {
        switch self {
        case .end: "end"
        case .dial: "dial"
        case .ring: "ring"
        case .answer: "answer"
        case .fail: "fail"
        case .hangup: "hangup"
        case .connected: "connected"
        case .confirm: "confirm"
        case .countdown: "countdown"
        case .mediaAlert: "media_alert"
        case .recordEnd: "record_end"
        case .recordFail: "record_fail"
        }
    }

    public init?(token: some StringProtocol) {
        guard let name = Self.allCases.first(where: { $0.token == token }) else { return nil }
        self = name
    }
}

/// Which events an application wants of a call.
public struct EventSelection: Hashable, Sendable, Codable, RawRepresentable {
    /// One bit for each name, at its number.
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public init(_ names: some Sequence<EventName>) {
        rawValue = names.reduce(0) { $0 | 1 << UInt16($1.rawValue) }
    }

    /// Nothing was asked for.
    public static let none = EventSelection(rawValue: 0)
    public static let all = EventSelection(EventName.allCases)

    public var isEmpty: Bool { rawValue == 0 }

    public func contains(_ name: EventName) -> Bool { rawValue & 1 << UInt16(name.rawValue) != 0 }
}
