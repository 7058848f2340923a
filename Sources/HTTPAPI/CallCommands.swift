public import CallModel

/// What the API asks of the rest of the server.
public struct CallCommands: Sendable {
    /// Places a call; answers when it is durable or refused. The replay key is stored in the call's own transaction.
    public var place: @Sendable (CallbackRequest, ReplayKey?) async -> PlaceAnswer
    /// Cancels a call within the scope; answers when the cancel is durable.
    public var cancel: @Sendable (CallID, CallScope) async -> CancelAnswer
    /// A call that is going on.
    public var liveCall: @Sendable (CallID) async -> CallRecord?
    /// A call in the store; must not block the thread it is called on.
    public var storedCall: @Sendable (CallID) async throws -> CallRecord?
    /// A page of calls in the store, newest first; must not block the thread it is called on.
    public var storedCalls: @Sendable (CallQuery) async throws -> Page<CallRecord>
    /// What was noted of a call's signalling, without secrets; `nil` when nothing is kept of it.
    public var trace: @Sendable (CallID, TraceFormat) async -> [UInt8]?
    /// Whether calls are taken.
    public var readiness: @Sendable () -> Readiness
    /// What the server counts, besides the API's own requests.
    public var metrics: @Sendable () -> [MetricFamily]

    public init(
        place: @escaping @Sendable (CallbackRequest, ReplayKey?) async -> PlaceAnswer,
        cancel: @escaping @Sendable (CallID, CallScope) async -> CancelAnswer,
        liveCall: @escaping @Sendable (CallID) async -> CallRecord?,
        storedCall: @escaping @Sendable (CallID) async throws -> CallRecord?,
        storedCalls: @escaping @Sendable (CallQuery) async throws -> Page<CallRecord>,
        trace: @escaping @Sendable (CallID, TraceFormat) async -> [UInt8]?,
        readiness: @escaping @Sendable () -> Readiness,
        metrics: @escaping @Sendable () -> [MetricFamily]
    ) {
        self.place = place
        self.cancel = cancel
        self.liveCall = liveCall
        self.storedCall = storedCall
        self.storedCalls = storedCalls
        self.trace = trace
        self.readiness = readiness
        self.metrics = metrics
    }
}

/// How a trace is shown.
public enum TraceFormat: String, Sendable, CaseIterable {
    /// A ladder and the messages, for people to read.
    case text
    /// A capture file for Wireshark and the like.
    case capture = "pcap"
}

public enum PlaceAnswer: Hashable, Sendable {
    case accepted(CallID)
    case refused(AnswerCode)
}

public enum CancelAnswer: Hashable, Sendable {
    /// Now, or within the last 60 s: the state the call was in, and the whole seconds it had been connected.
    case cancelled(state: CallState, duration: Int)
    /// No such call, over already, or out of scope.
    case unknown
    case refused(AnswerCode)
}

/// Whether the server takes calls.
public enum Readiness: Hashable, Sendable {
    case ready
    /// In words for an operator.
    case notReady(String)
}

/// Figures of one name for `GET /metrics`.
public struct MetricFamily: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    public struct Sample: Hashable, Sendable {
        /// What of a histogram it is: what its line has behind the family's name.
        public enum Part: String, Sendable {
            case bucket = "_bucket"
            case sum = "_sum"
            case count = "_count"
        }

        /// `nil` outside histograms.
        public var part: Part?
        /// Names and values, in order.
        public var labels: [Label]
        public var value: Double

        public init(_ value: Double, part: Part? = nil, labels: [Label] = []) {
            self.part = part
            self.labels = labels
            self.value = value
        }
    }

    public struct Label: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Letters, digits and underscores; a counter's ends in `_total`.
    public var name: String
    public var help: String
    public var kind: Kind
    public var samples: [Sample]

    public init(_ name: String, help: String, kind: Kind, samples: [Sample]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }
}
