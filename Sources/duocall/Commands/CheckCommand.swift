import ArgumentParser
import CallModel
import SIPNetwork
import SansIO

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validates a configuration and asks every trunk whether it is there.",
        discussion: """
            Each trunk is sent a SIP OPTIONS request; any answer will do. Exits with 0 when all is well; otherwise says \
            what is wrong. Starts no server and takes no port of one that runs.
            """)

    @Option(help: "The configuration file.")
    var config: String

    func run() throws {
        let configuration = try Configuration.load(file: config)
        StandardOutput.show(
            "configuration: good, \(configuration.trunks.count) trunks, \(configuration.tenants.apps.count) apps")
        _ = try TrunkResolution(configuration: configuration, listeners: configuration.sip.listen).switchboardSettings()
        var failures = 0
        for trunk in configuration.trunks {
            let (words, isThere) = Self.probe(trunk)
            StandardOutput.show("trunk \(trunk.name): \(words)")
            if !isThere { failures += 1 }
        }
        guard failures == 0 else { throw CommandFailure("trunks that cannot be reached: \(failures)") }
    }

    private static func probe(_ trunk: ConfiguredTrunk) -> (words: String, isThere: Bool) {
        do {
            guard let ip = try HostLookup.addresses(of: trunk.host).first else { return ("no address", false) }
            let address = TransportAddress(ip: ip, port: trunk.port ?? 5060)
            let token = String(UInt64.random(in: .min ... .max), radix: 36)
            switch try TrunkProbe(host: trunk.authority, at: address, token: token).run() {
            case .answered(let status, let phrase, let time):
                return ("\(address) answers \(status) \(phrase) after \(time.wholeMilliseconds) ms", true)
            case .unreachable: return ("\(address) cannot be reached: nobody listens there, or there is no way", false)
            case .silent: return ("\(address) says nothing within \(TrunkProbe.limit)", false)
            }
        } catch {
            return ("\(error)", false)
        }
    }
}
