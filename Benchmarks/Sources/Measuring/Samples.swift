/// Durations in whole microseconds, counted rather than kept, so that recording one is a single addition.
public struct Samples: Sendable {
    /// Longer ones are counted as this long.
    public static let longest = 2_000_000

    private var counts = [UInt32](repeating: 0, count: longest + 1)
    /// How many were recorded.
    public private(set) var count = 0

    public init() {}

    public mutating func record(nanoseconds: Int64) {
        counts[Int(min(max(0, nanoseconds / 1000), Int64(Samples.longest)))] += 1
        count += 1
    }

    /// The value, in milliseconds, that this part of the samples does not exceed; not a number when there is none.
    public func milliseconds(at part: Double) -> Double {
        guard count > 0 else { return .nan }
        let wanted = part * Double(count)
        var seen = 0
        for (value, number) in counts.enumerated() where number > 0 {
            seen += Int(number)
            if Double(seen) >= wanted { return Double(value) / 1000 }
        }
        return Double(Samples.longest) / 1000
    }
}
