/// An identity of 128 bits, written as 32 lower-case hex digits. All of them are random, or all behind a time.
public protocol RandomIdentity: Hashable, Sendable, Codable, CustomStringConvertible {
    var high: UInt64 { get }
    var low: UInt64 { get }

    init(high: UInt64, low: UInt64)
}

extension RandomIdentity {
    /// Draws a new identity.
    public init(using generator: inout some RandomNumberGenerator) {
        self.init(high: generator.next(), low: generator.next())
    }

    /// Draws a new identity that begins with a time in milliseconds and has 80 random bits behind it, as those of
    /// RFC 9562 §5.7 do: what is made one after another lies side by side in the store's indexes.
    public init(at time: WallTime, using generator: inout some RandomNumberGenerator) {
        let beginning = UInt64(truncatingIfNeeded: time.milliseconds) << 16
        self.init(high: beginning | generator.next() >> 48, low: generator.next())
    }

    /// Reads 32 hex digits of either case; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let digits = text.utf8
        guard digits.count == 32, digits.allSatisfy(\.isHexDigit),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.dropFirst(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// Each call is named a dozen times, in answers, log lines and events: no texts are joined for it.
    public var description: String {
        let (high, low) = (high, low)
        return String(unsafeUninitializedCapacity: 32) { digits in
            for place in 0..<32 {
                let half = place < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - place % 16 * 4)) & 15
                digits.initializeElement(at: place, to: digit < 10 ? 48 + digit : 87 + digit)
            }
            return 32
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id: \(text)")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (48...57).contains(self) || (65...70).contains(self) || (97...102).contains(self)
    }
}

/// A call's identity.
public struct CallID: RandomIdentity {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// A voice file's identity, from which its files on disk have their names.
public struct VoiceFileID: RandomIdentity {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// A recording's identity, from which its file has its name.
public struct RecordingID: RandomIdentity {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// The identity of an account (main or sub), as its clients send it in `CertID`.
public struct CertID: Hashable, Sendable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The identity of an application, as its clients send it in `AppID`.
public struct AppID: Hashable, Sendable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a trunk in the configuration.
public struct TrunkName: Hashable, Sendable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// One of the two people on the phone, in dialling order.
public enum Party: UInt8, Sendable, Codable, CaseIterable {
    case first = 1
    case second = 2

    public var other: Party { self == .first ? .second : .first }
}

/// A time of day: milliseconds since 1970-01-01T00:00:00Z. Only for records and events; durations are measured on the monotonic clock.
public struct WallTime: Hashable, Comparable, Sendable, Codable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (earlier: WallTime, later: WallTime) -> Bool { earlier.milliseconds < later.milliseconds }
}
