import MediaControl
import SansIO

/// How often values fell into which range.
public struct Histogram: Hashable, Sendable {
    /// The upper ends of the ranges, rising; each is in its range. Beyond the last is one range more.
    public let bounds: [Double]
    /// Of each range; one more than `bounds`.
    public private(set) var counts: [UInt64]
    /// Of all values.
    public private(set) var sum = 0.0

    public init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    public mutating func record(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}

/// How the media of a trunk's legs fared, each leg counted once, at its end.
public struct QualityCounts: Hashable, Sendable {
    private static let lossBounds = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
    private static let jitterBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16]

    /// The part of the packets that was lost, 0 … 1: of those from the far end, and of ours as it reported.
    public private(set) var lossReceived = Histogram(bounds: QualityCounts.lossBounds)
    public private(set) var lossSent = Histogram(bounds: QualityCounts.lossBounds)
    /// In seconds, likewise.
    public private(set) var jitterReceived = Histogram(bounds: QualityCounts.jitterBounds)
    public private(set) var jitterSent = Histogram(bounds: QualityCounts.jitterBounds)
    /// In seconds.
    public private(set) var roundTrip = Histogram(bounds: [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1])
    /// The estimated mean opinion score of what the far end says, 1 … 4.5.
    public private(set) var meanOpinionScore = Histogram(bounds: [2, 2.5, 3, 3.5, 3.8, 4, 4.1, 4.2, 4.3, 4.4])

    /// Packets of encrypted media that were dropped: their authentication failed, or they had come before.
    public private(set) var forged: UInt64 = 0
    public private(set) var replayed: UInt64 = 0

    init() {}

    mutating func record(_ summary: MediaSummary) {
        forged += summary.packetsForged
        replayed += summary.packetsReplayed
        if let quality = summary.quality {
            lossReceived.record(quality.fractionLost)
            jitterReceived.record(quality.jitter.seconds)
            meanOpinionScore.record(quality.meanOpinionScore)
            if let time = quality.roundTrip { roundTrip.record(time.seconds) }
        }
        if let reported = summary.reported {
            lossSent.record(reported.fractionLost)
            jitterSent.record(reported.jitter.seconds)
        }
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(wholeNanoseconds) / 1e9 }
}
