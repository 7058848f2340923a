import ArgumentParser
import LinuxIO
import Phones
import SIPNetwork
import SIPTransactions
import SansIO

/// The built-in phones as a process of their own; for the demo, `make run` and tests.
struct PhonesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phones",
        abstract: "Runs built-in phones until a signal.",
        discussion: """
            Prints `ready sip=ADDRESS:PORT`, then one line of JSON for each thing that happens at a phone. Each phone \
            speaks a tone of its own.
            """,
        shouldDisplay: false)

    @Option(help: "Where they listen for SIP, by UDP or as tcp://… or tls://…; port 0 lets the system choose.")
    var listen = "127.0.0.1:0"

    @Option(help: "Their certificate for TLS, as a file in PEM.")
    var certificate: String?

    @Option(help: "The key of their certificate, as a file in PEM.")
    var key: String?

    @Option(help: "The ports of their voices; left out, a hundred that are free.")
    var rtpPorts: String?

    @Option(help: "A phone's number; given several times there are several. None: whatever number is called.")
    var number: [String] = []

    @Option(help: "The first phone's tone in hertz, 1 to 4000; each further one is 40 Hz higher.")
    var tone = 440

    @Flag(help: "They say nothing and listen to nothing.")
    var silent = false

    @Option(help: "What they do: answer, ring, or refuse with the status given here, 300 to 699.")
    var behaviour = "answer"

    @Option(help: "Seconds until they answer or refuse.")
    var after = 1.0

    @Option(help: "Seconds they talk before they hang up; left out, they wait for the other side.")
    var talk: Double?

    @Flag(help: "They end when standard input ends, as it does when the process behind it is gone.")
    var untilInputEnds = false

    func run() throws {
        let address = try listenAddress()
        let ports = try ports(at: address.address.ip)
        let identity = address.transport == .udp ? nil : try TLSIdentity(TLSFiles(certificate: certificate, key: key))
        let bank = try PhoneBank(
            listen: address, identity: identity, phones: try plans(), rtpPorts: ports, seed: .random(in: .min ... .max)
        ) { report in
            // A report of plain values always has a line.
            if let line = try? PhoneNews(report).line { StandardOutput.show(line) }
        }
        let stop = StopBell(try WakeUp())
        let signals = StopSignals { stop.ring() }
        let input = untilInputEnds ? InputEnd { stop.ring() } : nil
        StandardOutput.show("ready sip=\(bank.address)")
        try bank.run(until: stop.wakeUp)
        withExtendedLifetime(signals) {}
        withExtendedLifetime(input) {}
    }

    private func listenAddress() throws -> ListenAddress {
        let text = listen.contains("://") ? listen : "udp://" + listen
        guard let address = Scalars.listener(text) else {
            throw ValidationError("--listen: expected an address with a port")
        }
        guard address.transport != .tls || (certificate != nil && key != nil) else {
            throw ValidationError("--listen: TLS needs --certificate and --key")
        }
        return address
    }

    private func ports(at ip: IPAddress) throws -> ClosedRange<UInt16> {
        guard let rtpPorts else { return try FreePorts.find(at: ip) }
        guard let ports = Scalars.ports(rtpPorts) else { throw ValidationError("--rtp-ports: expected FIRST-LAST") }
        return ports
    }

    private func plans() throws -> [PhonePlan] {
        let behaviour = try self.plannedBehaviour()
        let numbers = number.isEmpty ? [nil] : number.map(Optional.some)
        return numbers.enumerated().map { index, number in
            PhonePlan(
                number: number, behaviour: behaviour, voice: silent ? .none : .tone(frequency: tone + 40 * index),
                talk: talk.map { .seconds($0) })
        }
    }

    private func plannedBehaviour() throws -> PhonePlan.Behaviour {
        switch behaviour {
        case "answer": return .answer(after: .seconds(after))
        case "ring": return .ring
        default:
            guard let status = Int(behaviour), (300...699).contains(status) else {
                throw ValidationError("--behaviour: expected answer, ring or a status from 300 to 699")
            }
            return .refuse(status: status, after: .seconds(after))
        }
    }
}

extension PhonesCommand {
    /// The demo's phone of one party.
    static func arguments(for party: DemoLedger.Party, talk: Int?) -> [String] {
        ["phones", "--until-input-ends", "--number", party.number, "--tone", "\(party.tone)"]
            + (talk.map { ["--talk", "\($0)"] } ?? [])
    }

    static func arguments(answering numbers: ClosedRange<Int>, at address: String) -> [String] {
        ["phones", "--until-input-ends", "--listen", address] + numbers.flatMap { ["--number", "\($0)"] }
    }
}

/// A wake-up that a signal's handler can hold.
private final class StopBell: Sendable {
    let wakeUp: WakeUp
    init(_ wakeUp: consuming WakeUp) { self.wakeUp = wakeUp }
    func ring() { wakeUp.signal() }
}
