import ArgumentParser

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Ends a callback, ringing or talking.")

    @OptionGroup var server: ClientOptions

    @Argument(help: "The call's id, as `duocall call` and `duocall calls` show it.")
    var id: String

    func run() async throws {
        let cancelled = try await server.client().post("call/duo_callback_cancel", ["callId": id])
            .payload(CallReference.self)
        print("cancelled \(cancelled.callId)")
    }
}
