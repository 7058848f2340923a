import CallModel

/// How a leg's final response reads in telephony terms (the table of end reasons in the HTTP contract).
enum FailureMapping {
    /// A listed Q.850 cause in the response (RFC 6432) comes first, then the SIP status.
    static func failure(status: Int, q850: Int?, rang: Bool) -> LegFailure {
        q850.flatMap(failure(q850:)) ?? failure(status: status, rang: rang)
    }

    /// `nil` for causes that say less than the status does (16, 31, 127 and all unlisted ones).
    static func failure(q850 cause: Int) -> LegFailure? {
        switch cause {
        case 17: .busy
        case 18, 19: .noAnswer
        case 21: .rejected
        case 1, 2, 3, 22, 28: .invalidNumber
        case 20, 27: .unreachable
        case 52, 53, 54, 55, 57: .barred
        case 34, 38, 41, 42, 44, 47: .congestion
        case 58, 65, 79, 88: .incompatible
        case 102: .trunkTimeout
        default: nil
        }
    }

    static func failure(status: Int, rang: Bool) -> LegFailure {
        switch status {
        case 486, 600: .busy
        case 408, 487: .noAnswer
        case 480: rang ? .noAnswer : .unreachable
        case 603, 607, 608: .rejected
        case 403: rang ? .rejected : .barred
        case 404, 410, 484, 485, 604: .invalidNumber
        case 401, 402, 407, 433: .barred
        case 488, 415, 606, 501, 505, 513, 580: .incompatible
        case 300..<400: .unreachable
        case 400, 481, 482, 483, 491, 500..<600: .congestion
        case 600..<700: .rejected
        default: .incompatible
        }
    }

    /// Whether another trunk may succeed where this one answered so.
    static func isTrunkFailure(status: Int) -> Bool {
        [500, 502, 503, 504].contains(status)
    }
}
