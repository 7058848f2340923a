import ArgumentParser
import LinuxIO

@main
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duocall",
        abstract: "A callback server: one POST rings two phones and connects them.",
        subcommands: [
            CallCommand.self, CancelCommand.self, CallsCommand.self, TraceCommand.self, CheckCommand.self,
            VoiceCommand.self,
            ServeCommand.self,
            DemoCommand.self, PhonesCommand.self,
            VersionCommand.self,
        ])

    /// The heap is shared before a second thread has one of its own.
    static func main() async {
        SharedHeap.use()
        await main(nil)
    }
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    /// The version of this source.
    static let current = "0.1.0"

    func run() { print("duocall \(Self.current)") }
}
