import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the server.",
        discussion: """
            Prints one line, `ready http=… sip=…`, when it takes calls, and logs to standard error. SIGTERM lets running \
            calls end and takes no new ones; a second SIGTERM hangs up everybody and stops.
            """)

    @Option(help: "The configuration file.")
    var config: String

    func run() async throws {
        let server = try Server(Configuration.load(file: config))
        try await server.run { http, sip in StandardOutput.show("ready http=\(http) sip=\(sip)") }
    }
}
