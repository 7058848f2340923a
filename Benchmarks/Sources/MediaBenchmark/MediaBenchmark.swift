internal import Audio
internal import Glibc
internal import LinuxIO
internal import Measuring
internal import MediaControl
internal import MediaNetwork
internal import SansIO

/// The packet loop alone, in this process, with the far ends in a process of their own.
///
/// `MediaBenchmark [SECONDS]` measures; it starts itself as `MediaBenchmark far relay|tone LEGS SECONDS`.
@main
struct MediaBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "far", let legs = arguments.dropFirst(2).first.flatMap({ Int($0) }),
            let seconds = arguments.last.flatMap({ Int($0) })
        {
            let far = try FarEnds(legs: legs, sends: arguments.dropFirst().first == "relay")
            try far.run(seconds: seconds)
            return
        }
        let seconds = arguments.first.flatMap { Int($0) } ?? 20
        try relay(calls: 1_000, seconds: seconds)
        try tone(legs: 1_000, seconds: seconds)
    }

    private static func relay(calls: Int, seconds: Int) throws {
        let run = try LoopRun(legs: 2 * calls, plays: false)
        let told = try run.measure(seconds: seconds)
        run.stop()
        let expected = Double(100 * calls * seconds)
        Figure(
            "packets relayed per processor-second at \(calls) calls", told.packets / told.processorSeconds, "",
            target: .atLeast(165_000)
        ).print()
        Figure("packets lost on the way", 100 * max(0, 1 - told.packets / expected), "%", decimals: 3).print()
        Figure("time a packet spends in the relay, p50", told.latency50, "ms", decimals: 2).print()
        Figure("time a packet spends in the relay, p99", told.latency99, "ms", decimals: 2).print()
    }

    private static func tone(legs: Int, seconds: Int) throws {
        let run = try LoopRun(legs: legs, plays: true)
        let told = try run.measure(seconds: seconds)
        run.stop()
        Figure("error of the 20 ms between tone packets, p99 of \(legs) legs", told.error99, "ms", decimals: 2).print()
        Figure("tone packets per processor-second", told.packets / told.processorSeconds, "").print()
    }
}

/// What the far ends count, as one line between the processes.
struct FarReport {
    var packets: Double
    var processorSeconds: Double
    var latency50: Double
    var latency99: Double
    var error99: Double
}
