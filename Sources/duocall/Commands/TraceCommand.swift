import ArgumentParser
import Foundation

struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Shows a callback's SIP messages: a ladder to read, or a capture for Wireshark."
    )

    @OptionGroup var server: ClientOptions

    @Argument(help: "The call's id, as `duocall call` and `duocall calls` show it.")
    var id: String

    @Option(help: "text or pcap.")
    var format = "text"

    @Option(help: "The file to write to; standard output without one.")
    var output: String?

    func validate() throws {
        guard ["text", "pcap"].contains(format) else { throw ValidationError("--format must be text or pcap") }
    }

    func run() async throws {
        let trace = try await server.client().download("call/\(id)/trace", query: "format=\(format)")
        if let output {
            try trace.write(to: URL(fileURLWithPath: output))
        } else {
            FileHandle.standardOutput.write(trace)
        }
    }
}
