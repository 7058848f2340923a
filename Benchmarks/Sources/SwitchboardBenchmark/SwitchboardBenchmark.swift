internal import CountedMalloc
internal import Measuring

/// Leads plain callbacks through a switchboard, from their placement to the last response, without any socket or file.
@main
struct SwitchboardBenchmark {
    private static let rounds = 41
    private static let callsPerRound = 200
    private static let callsAtOnce = 1_000

    static func main() {
        var stage = Stage()
        for _ in 0..<5 { stage.lead(callsPerRound) }
        var times: [Double] = []
        let before = stage.cost
        for _ in 0..<rounds {
            let start = stage.cost.nanoseconds
            stage.lead(callsPerRound)
            times.append((stage.cost.nanoseconds - start) / Double(callsPerRound) / 1000)
        }
        times.sort()
        let allocations = stage.cost.allocations - before.allocations
        Figure("a callback inside the switchboard", times[rounds / 2], "µs", target: .under(120)).print()
        Figure("the same in the quickest of \(rounds) rounds", times[0], "µs").print()
        Figure(
            "allocations of a callback", Double(allocations) / Double(rounds * callsPerRound), "", target: .atMost(250)
        ).print()
        print(memory: "with traces", tracing: true)
        print(memory: "without traces", tracing: false)
    }

    private static func print(memory condition: String, tracing: Bool) {
        var stage = Stage(tracing: tracing)
        stage.lead(callsAtOnce)
        let before = Int(counted_malloc_bytes())
        stage.connect(callsAtOnce)
        let kilobytes = Double(Int(counted_malloc_bytes()) - before) / Double(callsAtOnce) / 1000
        Figure("memory of a connected call inside it, \(condition)", kilobytes, "kB", decimals: 1).print()
        stage.hangUp()
    }
}
