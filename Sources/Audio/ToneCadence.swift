/// A tone that repeats: a sine, on for a while, then off for a while.
public struct ToneCadence: Hashable, Sendable {
    /// Hertz.
    public var frequency: Int
    /// dBm0, at most 0.
    public var level: Int
    public var on: Duration
    public var off: Duration

    public init(frequency: Int, level: Int, on: Duration, off: Duration) {
        self.frequency = frequency
        self.level = level
        self.on = on
        self.off = off
    }
}
