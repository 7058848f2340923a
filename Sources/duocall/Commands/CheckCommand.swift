import ArgumentParser
import CallModel

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validates a configuration.",
        discussion: "Exits with 0 when all is well; otherwise says what is wrong.")

    @Option(help: "The configuration file.")
    var config: String

    func run() async throws {
        let configuration = try Configuration.load(file: config)
        print("configuration: good; \(configuration.trunks.count) trunks, \(configuration.tenants.apps.count) apps")
    }
}
