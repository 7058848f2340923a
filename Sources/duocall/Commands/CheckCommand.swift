import ArgumentParser
import CallModel
import CallSwitching
import SIPNetwork
import SIPTransactions
import SansIO

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validates a configuration and asks every address of every trunk whether it is there.",
        discussion: """
            Each one is sent a SIP OPTIONS request; any answer will do. Exits with 0 when all is well; otherwise says \
            what is wrong. Starts no server and takes no port of one that runs.
            """)

    @Option(help: "The configuration file.")
    var config: String

    func run() throws {
        let configuration = try Configuration.load(file: config)
        let identity = try TLSIdentity(configuration.sip.tls)
        StandardOutput.show(
            "configuration: good, \(configuration.trunks.count) trunks, \(configuration.tenants.apps.count) apps")
        let resolution = TrunkResolution(configuration: configuration, listeners: configuration.listeners)
        _ = try resolution.switchboardSettings()
        let locator = try resolution.locator()
        var failures = 0
        for trunk in configuration.trunks {
            for flow in try resolution.locate(trunk, by: locator).targets.flatMap(\.flows) {
                let (words, isThere) = try Self.probe(trunk, at: flow.remote, over: flow.transport, identity)
                StandardOutput.show("trunk \(trunk.name): \(words)")
                if !isThere { failures += 1 }
            }
        }
        guard failures == 0 else { throw CommandFailure("trunk servers that cannot be reached: \(failures)") }
    }

    private static func probe(
        _ trunk: ConfiguredTrunk, at address: TransportAddress, over transport: Transport, _ identity: TLSIdentity
    ) throws -> (words: String, isThere: Bool) {
        let token = String(UInt64.random(in: .min ... .max), radix: 36)
        let probe = try TrunkProbe(
            host: trunk.authority, at: address, over: transport, as: trunk.tlsPeer, identity, token: token)
        let place = transport == .udp ? "\(address)" : "\(transport.name)://\(address)"
        switch try probe.run() {
        case .answered(let status, let phrase, let time):
            return ("\(place) answers \(status) \(phrase) after \(time.wholeMilliseconds) ms", true)
        case .unreachable: return ("\(place) cannot be reached: nobody listens there, or there is no way", false)
        case .notConnected(let reason): return ("\(place) cannot be connected to: \(reason)", false)
        case .silent: return ("\(place) says nothing within \(TrunkProbe.limit)", false)
        }
    }
}
