/// Works held against the plain relay, each between two runs of it, since a machine's speed changes from minute to minute.
struct Comparison {
    /// What one work came to.
    struct Outcome {
        let told: FarReport
        /// Of recordings.
        let megabytes: Double
        /// What a packet costs, as a multiple of what one in the plain relay did before and after.
        let ratio: Double

        /// In percent.
        var addition: Double { 100 * (ratio - 1) }
    }

    let legs: Int
    let seconds: Int
    /// What a packet in the plain relay cost the last time.
    private var plain: Double

    /// - Parameter plain: the relay measured last.
    init(legs: Int, seconds: Int, after plain: FarReport) {
        self.legs = legs
        self.seconds = seconds
        self.plain = plain.cost
    }

    mutating func measure(_ work: Work) throws -> Outcome {
        let run = try LoopRun(legs: legs, work: work)
        let told = try run.measure(seconds: seconds)
        let megabytes = run.megabytesWritten()
        run.stop()
        let before = plain
        plain = try Comparison.relay(legs: legs, seconds: min(10, max(1, seconds / 2))).told.cost
        return Outcome(told: told, megabytes: megabytes, ratio: 2 * told.cost / (before + plain))
    }

    /// The plain relay, and how its thread is scheduled.
    static func relay(legs: Int, seconds: Int) throws -> (told: FarReport, scheduling: String) {
        let run = try LoopRun(legs: legs, work: .relay)
        let told = try run.measure(seconds: seconds)
        run.stop()
        return (told, "\(run.urgency)")
    }
}
