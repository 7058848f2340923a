import CallModel

/// The cause that a leg is released with (ITU-T Q.850), for `Reason: Q.850;cause=…` (RFC 3326 §2).
public enum Q850Cause: UInt8, Sendable, CaseIterable {
    case unallocatedNumber = 1
    case normalClearing = 16
    case userBusy = 17
    case noAnswer = 19
    case subscriberAbsent = 20
    case callRejected = 21
    case temporaryFailure = 41
    case congestion = 42
    case outgoingCallsBarred = 52
    case incompatibleDestination = 88
    case timerExpiry = 102
}

extension Q850Cause {
    /// What both legs are told of the callback's end: a party's failure as that failure, an end that somebody wanted
    /// (hang-up, cancel, limit) as normal clearing, ours as a temporary failure.
    init(telling reason: EndReason) {
        self =
            switch reason {
            case .hangup, .maxCallDuration, .apiCancel, .cancelled, .callerLeft: .normalClearing
            case .failed(_, let failure): Q850Cause(telling: failure)
            case .mediaTimeout, .playError, .platformRestart, .fault: .temporaryFailure
            }
    }

    private init(telling failure: LegFailure) {
        self =
            switch failure {
            case .busy: .userBusy
            case .noAnswer: .noAnswer
            case .rejected: .callRejected
            case .invalidNumber: .unallocatedNumber
            case .unreachable: .subscriberAbsent
            case .barred: .outgoingCallsBarred
            case .congestion: .congestion
            case .incompatible: .incompatibleDestination
            case .trunkTimeout: .timerExpiry
            case .confirmFailed: .normalClearing
            case .fault: .temporaryFailure
            }
    }
}
