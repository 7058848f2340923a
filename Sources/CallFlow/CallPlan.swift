public import CallModel

/// What a callback was asked to be, reduced to what steers it.
public struct CallPlan: Hashable, Sendable {
    /// From party 1's first INVITE to its 200, failover included.
    public var maxDialDuration1: Duration
    /// The same for party 2.
    public var maxDialDuration2: Duration
    /// From the connection on; whole seconds.
    public var maxCallDuration: Duration
    /// How long both parties' media may be silent while connected; `nil` for ever.
    public var mediaTimeout: Duration?
    @Shared public var sounds: CallSounds

    public init(
        maxDialDuration1: Duration, maxDialDuration2: Duration, maxCallDuration: Duration, mediaTimeout: Duration?,
        sounds: CallSounds = .none
    ) {
        self.maxDialDuration1 = maxDialDuration1
        self.maxDialDuration2 = maxDialDuration2
        self.maxCallDuration = maxCallDuration
        self.mediaTimeout = mediaTimeout
        _sounds = sounds.shared
    }

    public init(_ request: CallbackRequest) {
        self.init(
            maxDialDuration1: request.maxDialDuration1, maxDialDuration2: request.maxDialDuration2,
            maxCallDuration: request.maxCallDuration,
            mediaTimeout: request.mediaTimeout > .zero ? request.mediaTimeout : nil)
        _sounds = request.$sounds
    }

    /// Whether the recording, if any, starts so.
    func records(from start: RecordingStart) -> Bool { sounds.recording?.start == start }
}
