/// What traces may take.
public struct TraceLimits: Hashable, Sendable {
    /// Messages of one call. Of a longer call the first three quarters are kept, and the last ones.
    public var messagesPerCall: Int
    /// Bytes of one call's messages; beyond them as above.
    public var bytesPerCall: Int
    /// Bytes of all calls' messages. Beyond them the call that ended first is forgotten, then the call that began first.
    /// 0: nothing is traced.
    public var bytesInAll: Int
    /// How long a call's trace is kept after its end.
    public var keptFor: Duration

    public init(
        messagesPerCall: Int = 200, bytesPerCall: Int = 131_072, bytesInAll: Int = 16 << 20,
        keptFor: Duration = .seconds(3600)
    ) {
        self.messagesPerCall = messagesPerCall
        self.bytesPerCall = bytesPerCall
        self.bytesInAll = bytesInAll
        self.keptFor = keptFor
    }
}
