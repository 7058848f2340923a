internal import Audio
internal import Glibc
internal import LinuxIO
internal import Measuring
internal import MediaControl
internal import MediaNetwork
internal import SansIO

/// The packet loop alone, in this process, with the far ends in a process of their own.
///
/// `MediaBenchmark [SECONDS [WORK]...]` measures, everything unless works are named; the plain relay, which they are held
/// against, always, but for no longer than 20 s a time. It starts itself as `MediaBenchmark far WORK LEGS SECONDS`.
@main
struct MediaBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.count == 4, arguments[0] == "far", let work = Work(rawValue: arguments[1]),
            let legs = Int(arguments[2]), let seconds = Int(arguments[3])
        {
            return try listen(legs, work, seconds)
        }
        let seconds = arguments.first.flatMap { Int($0) } ?? 20
        let named = arguments.dropFirst().compactMap { Work(rawValue: $0) }
        let works = named.isEmpty ? Work.allCases : named
        let plain = try relay(calls: 1_000, seconds: min(seconds, 20))
        var comparison = Comparison(legs: 2_000, seconds: seconds, after: plain)
        for work in works {
            switch work {
            case .relay: break
            case .secure: secure(try comparison.measure(work))
            case .translation: translation(try comparison.measure(work))
            case .recording: recording(try comparison.measure(work), calls: 1_000)
            case .tone:
                playing("a tone's", legs: 2_000, try comparison.measure(work))
                try tone(legs: 1_000, seconds: seconds)
            case .voice: playing("a file's", legs: 2_000, try comparison.measure(work))
            }
        }
    }

    /// The load is to keep its time whatever else the machine does.
    private static func listen(_ legs: Int, _ work: Work, _ seconds: Int) throws {
        let thread = try DedicatedThread(name: "far ends", urgency: .realTime) {
            do {
                try FarEnds(legs: legs, work: work).run(seconds: seconds)
            } catch {
                fatalError("\(error)")
            }
        }
        thread.join()
    }

    private static func relay(calls: Int, seconds: Int) throws -> FarReport {
        let (told, scheduling) = try Comparison.relay(legs: 2 * calls, seconds: seconds)
        let notice = "The packet loop's thread is scheduled as \(scheduling).\n"
        write(STDERR_FILENO, notice, notice.utf8.count)
        Figure(
            "packets relayed per processor-second at \(calls) calls", told.packets / told.processorSeconds, "",
            target: .atLeast(165_000)
        ).print()
        Figure("packets lost on the way", told.loss, "%", decimals: 3).print()
        Figure("lateness of the load itself, p99", told.lag99, "ms", decimals: 2).print()
        Figure("time a packet spends in the relay, p50", told.latency50, "ms", decimals: 2).print()
        Figure("time a packet spends in the relay, p99", told.latency99, "ms", decimals: 2).print()
        return told
    }

    private static func secure(_ outcome: Comparison.Outcome) {
        Figure(
            "a relayed SRTP packet beside a plain one", outcome.ratio, "×", decimals: 2, target: .atMost(1.4)
        ).print()
    }

    private static func translation(_ outcome: Comparison.Outcome) {
        Figure(
            "what translating A-law and µ-law adds to it", outcome.addition, "%", decimals: 1, target: .under(10)
        ).print()
    }

    private static func recording(_ outcome: Comparison.Outcome, calls: Int) {
        let told = outcome.told
        Figure(
            "what recording adds to it, the writing included", outcome.addition, "%", decimals: 1, target: .under(20)
        ).print()
        Figure("packets lost at \(calls) recorded calls", told.loss, "%", decimals: 3, target: .exactly(0)).print()
        Figure("lateness of the load itself, p99", told.lag99, "ms", decimals: 2).print()
        Figure("growth of the memory meanwhile", Double(told.growth) / 1000, "MB", decimals: 1).print()
        Figure("recordings written", outcome.megabytes, "MB").print()
    }

    private static func tone(legs: Int, seconds: Int) throws {
        let run = try LoopRun(legs: legs, work: .tone)
        let told = try run.measure(seconds: seconds)
        run.stop()
        Figure(
            "error of the 20 ms between tone packets, p99 of \(legs) legs", told.error99, "ms", decimals: 2,
            target: .atMost(1)
        ).print()
        Figure("tone packets per processor-second", told.packets / told.processorSeconds, "").print()
    }

    private static func playing(_ name: String, legs: Int, _ outcome: Comparison.Outcome) {
        Figure(
            "\(name) packet beside a relayed one, \(legs) legs", outcome.ratio, "×", decimals: 2,
            target: .atMost(1.1)
        ).print()
    }
}

/// What the far ends count, as one line between the processes.
struct FarReport {
    /// That came while it was measured.
    var packets = Double.nan
    /// Sent while it was measured, and of those, come at last.
    var (sent, delivered) = (Double.nan, Double.nan)
    var processorSeconds = Double.nan
    var latency50 = Double.nan
    var latency99 = Double.nan
    var error99 = Double.nan
    /// Of the far ends themselves: when it is high, the machine was busy and the other figures are worse than the loop is.
    var lag99 = Double.nan
    /// Resident at the beginning.
    var kilobytes = 0
    /// Since then.
    var growth = 0

    /// Processor-seconds of a packet.
    var cost: Double { processorSeconds / packets }

    /// In percent.
    var loss: Double { 100 * (1 - delivered / sent) }
}
