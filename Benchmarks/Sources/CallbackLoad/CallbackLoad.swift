internal import Foundation
internal import LinuxIO
internal import Measuring
internal import SansIO
internal import TestMaterials

/// Measures whole callbacks against a running server: signed POST, two SIP parties, end event.
///
/// `CallbackLoad SERVER FOLDER [--quick] [--rate N] [--no-memory] [--compare]`
@main
struct CallbackLoad {
    private let binary: String
    private let folder: String
    private let warmUp: Int
    private let seconds: Int
    private let account = Account()

    /// The rate at which callbacks of several kinds are compared.
    private static let comparedRate = 100

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2 else {
            print("usage: CallbackLoad SERVER FOLDER [--quick] [--rate N] [--no-memory] [--compare]")
            exit(2)
        }
        let isQuick = arguments.contains("--quick")
        let load = CallbackLoad(
            binary: arguments[0], folder: arguments[1], warmUp: isQuick ? 3 : 10, seconds: isQuick ? 10 : 60)
        let only = arguments.firstIndex(of: "--rate").flatMap { Int(arguments[$0 + 1]) }
        let comparesAlone = arguments.contains("--compare")
        do {
            try ProcessLimits.raiseOpenFiles()
            if !arguments.contains("--no-memory"), !comparesAlone { try load.measureMemory() }
            var plain: Double?
            for rate in comparesAlone ? [] : only.map({ [$0] }) ?? [100, 300, 500] {
                let used = try load.measure(rate: rate)
                if rate == comparedRate { plain = used }
            }
            if only == nil { try load.compare(plain: plain) }
        } catch {
            say("CallbackLoad: \(error)")
            exit(1)
        }
    }

    /// Callbacks of other kinds beside the plain one.
    private func compare(plain: Double?) throws {
        let rate = Self.comparedRate
        let plain = try plain ?? measure(rate: rate)
        let secured = try measure(rate: rate, .secured)
        Figure("the same beside the plain one", secured / plain, "×", decimals: 2, target: .atMost(2.5)).print()
        let untraced = try measure(rate: rate, .untraced)
        Figure("what traces add to it", (plain / untraced - 1) * 100, "%", decimals: 1, target: .atMost(3)).print()
    }

    /// Returns the server's processor time per callback, in seconds.
    @discardableResult private func measure(rate: Int, _ variant: CarrierVariant = .plain) throws -> Double {
        let (first, last) = (warmUp * rate, (warmUp + seconds) * rate)
        try emptyFolder()
        let loop = try LoadLoop(
            calls: last, firstMeasured: first, identity: variant.isSecured ? writtenIdentity() : nil)
        loop.carrier.talk = 1_000_000_000
        var perCall = Double.nan
        try withServer(loop, variant) { server in
            try loop.place(upTo: first, rate: rate)
            let (before, mine) = (server.figures.processorSeconds, ProcessFigures().processorSeconds)
            try loop.place(upTo: last, rate: rate)
            let used = server.figures.processorSeconds - before
            let ours = ProcessFigures().processorSeconds - mine
            try loop.goOn(atMost: .seconds(20)) { $0.ledger.deliveredCount == last }
            perCall = used / Double(last - first)
            report(rate, loop, variant, used: perCall, ours: ours / Double(last - first))
        }
        return perCall
    }

    private func report(_ rate: Int, _ loop: LoadLoop, _ variant: CarrierVariant, used: Double, ours: Double) {
        let (ledger, at) = (loop.ledger, (variant == .plain ? "" : "(\(variant.name)) ") + "at \(rate) calls/s")
        let calls = ledger.entries.count
        let isPlain = variant == .plain
        let wanted: Figure.Target = isPlain && rate == 100 ? .atMost(1) : isPlain && rate == 300 ? .atMost(0.8) : .none
        Figure("processor time per \(variant.name) at \(rate) calls/s", used * 1000, "ms", decimals: 3, target: wanted)
            .print()
        Figure("calls not connected, of \(calls) \(at)", Double(calls - ledger.connectedCount), "", target: .exactly(0))
            .print()
        Figure("events not delivered \(at)", Double(calls - ledger.deliveredCount), "", target: .exactly(0)).print()
        let oddities = ledger.oddities.values.reduce(0, +) + ledger.refusals.values.reduce(0, +)
        Figure("repetitions, refusals and other oddities \(at)", Double(oddities), "").print()
        if isPlain { reportDurations(ledger, at) }
        Figure("the load's own processor time per callback \(at)", ours * 1000, "ms", decimals: 3).print()
        Figure("the load's own lateness \(at), p99", loop.lag.milliseconds(at: 0.99), "ms", decimals: 2).print()
        tell(ledger)
    }

    private func reportDurations(_ ledger: CallLedger, _ at: String) {
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
    }

    private func measureMemory() throws {
        let (warm, calls) = (50, 1_000)
        try emptyFolder()
        let loop = try LoadLoop(calls: warm + calls, firstMeasured: warm)
        loop.carrier.talk = 100_000_000
        try withServer(loop, .plain) { server in
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

    private func withServer(_ loop: LoadLoop, _ variant: CarrierVariant, _ body: (ServerProcess) throws -> Void) throws
    {
        let server = try ServerProcess(
            binary: binary, folder: folder, account: account, carrier: loop.carrier.address,
            identity: variant.isSecured ? identityFile : nil, isTraced: variant != .untraced,
            events: loop.receiver.listener.port)
        defer { server.stop() }
        say("server \(server.id)")
        loop.call(server, account)
        try body(server)
    }

    private func emptyFolder() throws {
        guard system("rm -rf '\(folder)' && mkdir -p '\(folder)'") == 0 else {
            throw LoadFailure("cannot make \(folder)")
        }
    }

    private var identityFile: String { folder + "/identity.pem" }

    private func writtenIdentity() throws -> String {
        try TestIdentity.write(to: URL(filePath: identityFile))
        return identityFile
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
