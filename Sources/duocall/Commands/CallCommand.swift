import ArgumentParser
import CallModel

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Places a callback and shows it until it ends.",
        discussion: "Exits with 0 when the call ended normally. Leaving the command does not end the call.")

    @OptionGroup var server: ClientOptions

    @Option(help: "The party that is called first.")
    var to1: String

    @Option(help: "The party that is called when the first has answered.")
    var to2: String

    @Option(help: "The caller number shown to party 1.")
    var from1: String?

    @Option(help: "The caller number shown to party 2.")
    var from2: String?

    @Option(help: "The longest conversation, in seconds.")
    var maxCallDuration = 3600

    @Option(help: "The longest ringing of each party, in seconds.")
    var maxDialDuration: Int?

    @Option(help: "A text that comes back in the call's events.")
    var userData: String?

    @Flag(help: "Prints one JSON object per change instead of words.")
    var json = false

    func run() async throws {
        let client = try server.client()
        let placed = try await client.post("call/duo_callback", parameters).payload(CallReference.self)
        let ending = try await CallWatch(client: client, json: json).follow(placed.callId)
        if ending.error != nil { throw ExitCode.failure }
    }

    var parameters: [String: String] {
        var parameters = ["to1": to1, "to2": to2, "max_call_duration": String(maxCallDuration)]
        parameters["from1"] = from1
        parameters["from2"] = from2
        parameters["max_dial_duration"] = maxDialDuration.map { String($0) }
        parameters["user_data"] = userData
        return parameters
    }
}

/// Shows a call's changes as they are read.
struct CallWatch {
    let client: APIClient
    let json: Bool
    private static let pace: Duration = .milliseconds(200)

    /// Returns the call as it ended.
    func follow(_ id: String) async throws -> CallView {
        let start = ContinuousClock.now
        if !json { Self.show("accepted as \(id)", since: start) }
        var last: CallView?
        while true {
            let answer = try await client.get("call/duo_callback/\(id)")
            let call = try answer.payload(CallView.self)
            if call != last { try show(call, answer, since: start) }
            if call.callState == .ended { return call }
            last = call
            try await Task.sleep(for: Self.pace)
        }
    }

    private func show(_ call: CallView, _ answer: APIClient.Answer, since start: ContinuousClock.Instant) throws {
        guard json else { return Self.show(call.words, since: start) }
        try StandardOutput.show(JSONText.data(of: answer))
    }

    private static func show(_ words: String, since start: ContinuousClock.Instant) {
        StandardOutput.show(ElapsedTime.text(since: start) + words)
    }
}
