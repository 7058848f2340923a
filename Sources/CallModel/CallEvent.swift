/// A fact about a call that is told to the application.
public struct CallEvent: Hashable, Sendable, Codable {
    /// Unique per event, the same in every delivery attempt: 32 hex digits.
    public var id: CallID
    public var call: CallID
    /// From 1 per call, without holes.
    public var sequence: Int
    public var time: WallTime
    public var kind: Kind

    /// What happened.
    public enum Kind: Hashable, Sendable, Codable {
        /// `duo_callback.end`; the call record carries everything the body tells.
        indirect case end(CallRecord)
        /// What the application asked to be told on the way.
        indirect case progress(CallProgress, of: CallRecord)
        /// `recording.url_generate`: a recording of the call is ready, and who asked for its link gets it.
        indirect case recordingLink(OwedLink, of: CallRecord)
    }

    public init(id: CallID, call: CallID, sequence: Int, time: WallTime, kind: Kind) {
        self.id = id
        self.call = call
        self.sequence = sequence
        self.time = time
        self.kind = kind
    }
}

/// An event on its way to its receiver.
public struct OutboxEntry: Hashable, Sendable {
    /// The store's own number, growing in the order of commitment.
    public var number: Int64
    public var event: CallEvent
    public var target: EventTarget
    /// Attempts made so far.
    public var attempts: Int
    /// Not before this time.
    public var due: WallTime
    /// Why the last attempt failed.
    public var lastError: String?

    public init(
        number: Int64, event: CallEvent, target: EventTarget, attempts: Int = 0, due: WallTime, lastError: String? = nil
    ) {
        self.number = number
        self.event = event
        self.target = target
        self.attempts = attempts
        self.due = due
        self.lastError = lastError
    }
}
