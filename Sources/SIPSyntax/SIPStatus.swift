/// The code of a response, 100 to 699 (RFC 3261 §7.2).
public struct SIPStatus: Hashable, Sendable {
    /// 100...699.
    public let code: UInt16

    /// `nil` unless `code` is within 100...699.
    public init?(_ code: Int) {
        guard (100...699).contains(code) else { return nil }
        self.code = UInt16(code)
    }

    private init(known code: UInt16) {
        self.code = code
    }

    /// 100 to 199: the request is being worked on.
    public var isProvisional: Bool { code < 200 }
    /// 200 to 699.
    public var isFinal: Bool { code >= 200 }
    /// 200 to 299.
    public var isSuccess: Bool { code / 100 == 2 }
    /// 300 to 399.
    public var isRedirection: Bool { code / 100 == 3 }
    /// 300 to 699: final, and not a success.
    public var isFailure: Bool { code >= 300 }
}

extension SIPStatus {
    public static let trying = Self(known: 100)
    public static let ringing = Self(known: 180)
    public static let ok = Self(known: 200)
    public static let badRequest = Self(known: 400)
    public static let unauthorized = Self(known: 401)
    public static let forbidden = Self(known: 403)
    public static let notFound = Self(known: 404)
    public static let methodNotAllowed = Self(known: 405)
    public static let proxyAuthenticationRequired = Self(known: 407)
    public static let notAcceptable = Self(known: 406)
    public static let requestTimeout = Self(known: 408)
    public static let unsupportedMediaType = Self(known: 415)
    public static let unsupportedURIScheme = Self(known: 416)
    public static let badExtension = Self(known: 420)
    public static let intervalTooSmall = Self(known: 422)
    public static let intervalTooBrief = Self(known: 423)
    public static let temporarilyUnavailable = Self(known: 480)
    public static let noSuchTransaction = Self(known: 481)
    public static let busyHere = Self(known: 486)
    public static let requestTerminated = Self(known: 487)
    public static let notAcceptableHere = Self(known: 488)
    public static let requestPending = Self(known: 491)
    public static let serverInternalError = Self(known: 500)
    public static let notImplemented = Self(known: 501)
    public static let serviceUnavailable = Self(known: 503)
    public static let gatewayTimeout = Self(known: 504)
    public static let versionNotSupported = Self(known: 505)
    public static let requestURITooLong = Self(known: 414)
    public static let messageTooLarge = Self(known: 513)
}

extension SIPStatus: CustomStringConvertible {
    public var description: String { String(code) }
}
