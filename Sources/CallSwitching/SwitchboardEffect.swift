public import CallModel
public import CallTracing
public import MediaControl
public import SIPTransactions
public import SIPUserAgent

/// What is to be done now, in the order given.
public enum SwitchboardEffect: Sendable {
    case transmit(Datagram)
    case media(MediaCommand)
    /// Writes to be committed together; where there is a ticket, `committed` or `commitFailed` must follow.
    case store([StoreWrite], CommitTicket?)
    case answer(CommandTicket, CommandAnswer)
    /// A call's state changed: one log line.
    case note(CallNote)
    /// A trunk's server went down or came up: one log line.
    case server(ServerNote)
    /// A recording failed: one log line.
    indirect case recordingFailed(RecordingNote)
    /// Somebody was not let register: one log line.
    indirect case registrationRefused(RegistrationRefusal)
}

/// The answer to a command.
public enum CommandAnswer: Sendable, Equatable {
    /// The call is accepted, and that is durable.
    case placed(CallID)
    /// The call is cancelled, and that is durable.
    case cancelled(CancelledCall)
    /// The call as it stands; `nil` when it is not alive here.
    indirect case described(CallRecord?)
    /// `nil` when no trace of the call is kept.
    case traced(CallTrace?)
    case refused(AnswerCode)
}

/// A call as its cancel found it.
public struct CancelledCall: Sendable, Hashable {
    public var state: CallState
    /// Whole seconds of conversation.
    public var duration: Int

    public init(state: CallState, duration: Int) {
        self.state = state
        self.duration = duration
    }
}

/// Whether a trunk's server is up.
public struct ServerNote: Sendable, Hashable {
    public var trunk: TrunkName
    public var flow: Flow
    public var isUp: Bool
}

/// A change of a call's state, for the log.
public struct CallNote: Sendable, Hashable {
    public var call: CallID
    public var state: CallState
    public var party: Party?
    public var trunk: TrunkName?
    public var sipStatus: Int?
    public var endReason: EndReason?
}

/// A recording that failed, for the log.
public struct RecordingNote: Sendable, Hashable {
    /// Why it failed.
    public enum Reason: Sendable, Hashable {
        /// The packet loop told.
        case media(RecordingFault)
        /// Its file did not become whole in time.
        case overdue
    }

    public var call: CallID
    public var file: String
    public var reason: Reason

    public init(call: CallID, file: String, reason: Reason) {
        self.call = call
        self.file = file
        self.reason = reason
    }
}
