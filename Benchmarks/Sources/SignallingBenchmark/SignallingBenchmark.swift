internal import LinuxIO
internal import Measuring
internal import SIPNetwork
internal import SIPTransactions
internal import SIPUserAgent
internal import SansIO

/// What phones that refresh their registrations cost, and what floods of strangers do; over real sockets on loopback,
/// the server's side alone being counted.
@main
struct SignallingBenchmark {
    private static let phones = 5_000
    private static let interval: Duration = .seconds(60)
    private static let minutes = 8
    private static let floodPackets = 40_000

    static func main() throws {
        try registrations()
        try floods()
    }

    /// Every phone registers, then refreshes each minute; a nonce serves until it is refused as too old.
    private static func registrations() throws {
        let bench = try Bench(
            phones: (0..<phones).map { Phone(user: "\(10_000 + $0)", port: UInt16(20_000 + $0)) })
        for index in 0..<phones { bench.refresh(index) }
        let first = bench.takeCost()
        for _ in 0..<minutes {
            bench.now = bench.now + interval
            for index in 0..<phones { bench.refresh(index) }
        }
        let cost = bench.takeCost() / Double(minutes * phones)
        precondition(bench.agent.counts.registrar.bindings == phones, "every phone is registered")
        Figure("a phone's first registration, challenge included", first / Double(phones) / 1000, "µs", decimals: 1)
            .print()
        Figure("a phone's refresh", cost / 1000, "µs", decimals: 1).print()
        let share = cost * Double(phones) / 60e9 * 100
        Figure("5,000 phones refreshing every 60 s, of a core", share, "%", decimals: 2, target: .under(1)).print()
    }

    /// Requests from as many sources as there are packets, and from one.
    private static func floods() throws {
        for (name, method, isOneSource) in [
            ("INVITE of strangers, each from elsewhere", "INVITE", false),
            ("REGISTER of strangers, each from elsewhere", "REGISTER", false),
            ("REGISTER of one stranger", "REGISTER", true),
        ] {
            let bench = try Bench(phones: [Phone(user: "1", port: 20_000)])
            for number in 0..<floodPackets {
                // 20,000 packets a second.
                bench.now = bench.now + .microseconds(50)
                bench.flood(method, number: number, isOneSource: isOneSource)
            }
            let cost = bench.takeCost() / Double(floodPackets) / 1000
            Figure(name, cost, "µs", decimals: 1).print()
        }
    }
}
