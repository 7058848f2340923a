internal import Glibc
internal import LinuxIO
internal import Measuring
internal import SansIO

/// Measures whole callbacks against a running server: signed POST, two SIP parties, end event.
///
/// `CallbackLoad SERVER FOLDER [--quick] [--rate N] [--no-memory]`
@main
struct CallbackLoad {
    private let binary: String
    private let folder: String
    private let warmUp: Int
    private let seconds: Int
    private let account = Account()

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2 else {
            print("usage: CallbackLoad SERVER FOLDER [--quick] [--rate N] [--no-memory]")
            exit(2)
        }
        let isQuick = arguments.contains("--quick")
        let load = CallbackLoad(
            binary: arguments[0], folder: arguments[1], warmUp: isQuick ? 3 : 10, seconds: isQuick ? 10 : 60)
        let only = arguments.firstIndex(of: "--rate").flatMap { Int(arguments[$0 + 1]) }
        do {
            try ProcessLimits.raiseOpenFiles()
            if !arguments.contains("--no-memory") { try load.measureMemory() }
            for rate in only.map({ [$0] }) ?? [100, 300, 500] { try load.measure(rate: rate) }
        } catch {
            say("CallbackLoad: \(error)")
            exit(1)
        }
    }

    private func measure(rate: Int) throws {
        let (first, last) = (warmUp * rate, (warmUp + seconds) * rate)
        let loop = try LoadLoop(calls: last, firstMeasured: first)
        loop.carrier.talk = 1_000_000_000
        try withServer(loop) { server in
            try loop.place(upTo: first, rate: rate)
            let (before, mine) = (server.figures.processorSeconds, ProcessFigures().processorSeconds)
            try loop.place(upTo: last, rate: rate)
            let used = server.figures.processorSeconds - before
            let ours = ProcessFigures().processorSeconds - mine
            try loop.goOn(atMost: .seconds(20)) { $0.ledger.deliveredCount == last }
            report(rate, loop, used: used / Double(last - first), ours: ours / Double(last - first))
        }
    }

    private func report(_ rate: Int, _ loop: LoadLoop, used: Double, ours: Double) {
        let (ledger, at) = (loop.ledger, "at \(rate) calls/s")
        let calls = ledger.entries.count
        let wanted: Figure.Target = rate == 100 ? .atMost(1) : rate == 300 ? .atMost(0.8) : .none
        Figure("processor time per callback \(at)", used * 1000, "ms", decimals: 3, target: wanted).print()
        Figure("calls not connected, of \(calls) \(at)", Double(calls - ledger.connectedCount), "", target: .exactly(0))
            .print()
        Figure("events not delivered \(at)", Double(calls - ledger.deliveredCount), "", target: .exactly(0)).print()
        let oddities = ledger.oddities.values.reduce(0, +) + ledger.refusals.values.reduce(0, +)
        Figure("repetitions, refusals and other oddities \(at)", Double(oddities), "").print()
        Figure("POST to 000000 \(at), p50", ledger.acceptance.milliseconds(at: 0.5), "ms", decimals: 2).print()
        Figure(
            "POST to 000000 \(at), p99", ledger.acceptance.milliseconds(at: 0.99), "ms", decimals: 2,
            target: .under(50)
        ).print()
        let second = ledger.secondInvite
        Figure(
            "party 1's 200 to party 2's INVITE \(at), p50", second.milliseconds(at: 0.5), "ms", decimals: 2,
            target: .under(0.7)
        ).print()
        Figure("party 1's 200 to party 2's INVITE \(at), p99", second.milliseconds(at: 0.99), "ms", decimals: 2).print()
        Figure("the load's own processor time per callback \(at)", ours * 1000, "ms", decimals: 3).print()
        Figure("the load's own lateness \(at), p99", loop.lag.milliseconds(at: 0.99), "ms", decimals: 2).print()
        tell(ledger)
    }

    private func measureMemory() throws {
        let (warm, calls) = (50, 1_000)
        let loop = try LoadLoop(calls: warm + calls, firstMeasured: warm)
        loop.carrier.talk = 100_000_000
        try withServer(loop) { server in
            try loop.place(upTo: warm, rate: 50)
            try loop.goOn(atMost: .seconds(10)) { $0.ledger.deliveredCount == warm }
            try loop.goOn(atMost: .seconds(1))
            let idle = server.figures.residentKilobytes
            loop.carrier.talk = nil
            try loop.place(upTo: warm + calls, rate: 100)
            try loop.goOn(atMost: .seconds(10)) { $0.carrier.talking == calls }
            try loop.goOn(atMost: .seconds(2))
            let busy = server.figures.residentKilobytes
            Figure(
                "memory per connected call", Double(busy - idle) / Double(calls), "KB", decimals: 1, target: .atMost(16)
            ).print()
            Figure(
                "calls not connected, of \(calls) at once", Double(calls - loop.carrier.talking), "",
                target: .exactly(0)
            )
            .print()
            Figure("memory of the idle server", Double(idle) / 1024, "MB").print()
            loop.carrier.hangUpAll(at: MonotonicClock.now().nanoseconds)
            try loop.goOn(atMost: .seconds(20)) { $0.ledger.deliveredCount == warm + calls }
            tell(loop.ledger)
        }
    }

    private func withServer(_ loop: LoadLoop, _ body: (ServerProcess) throws -> Void) throws {
        let server = try ServerProcess(
            binary: binary, folder: folder, account: account, carrier: loop.carrier.port,
            events: loop.receiver.listener.port)
        defer { server.stop() }
        say("server \(server.id)")
        loop.call(server, account)
        try body(server)
    }

    /// What went otherwise than on a good day.
    private func tell(_ ledger: CallLedger) {
        for (oddity, count) in ledger.oddities.sorted(by: { $0.key < $1.key }) { say("\(count) × \(oddity)") }
        for (refusal, count) in ledger.refusals { say("\(count) × \(refusal)") }
    }
}

/// For people, beside the table: on standard error.
private func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}
