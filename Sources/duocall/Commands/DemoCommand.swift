import ArgumentParser
import CallModel
import Foundation

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows one callback from the signed request to the end event.",
        discussion: """
            Starts a server and two phones as processes of their own on loopback, places a call by a signed request, lets \
            the two talk, shows each step with its time, and leaves the recording of what they said. Exits with 0 when \
            every step succeeded.
            """)

    @Option(help: "Seconds from party 1's answer until it hangs up.")
    var talk = 6

    @Option(help: "Where the recording is left: a WAV file, party 1 on the left and party 2 on the right.")
    var recording = "duocall-demo.wav"

    @Flag(help: "Runs a server with a demo account and phones that answer until a signal, and places no call.")
    var stay = false

    @Option(help: "With --stay: the folder that keeps the account and the calls.")
    var data = "./duocall-data"

    /// What starting, ringing and ending may take beyond the talk.
    private static let patience: Duration = .seconds(25)

    func run() async throws {
        if stay { return try await DemoHouse(folder: data).run() }
        try await show()
    }

    private func show() async throws {
        let start = ContinuousClock.now
        let show: @Sendable (String) -> Void = { words in
            StandardOutput.show(ElapsedTime.text(since: start) + words.replacing("\n", with: "\n           "))
        }
        StandardOutput.show("One signed POST rings two phones and connects them.\n")
        let parties = [DemoLedger.Party(number: "1001", tone: 440), DemoLedger.Party(number: "1002", tone: 880)]
        let stage = try await DemoStage(parties, talk: talk, step: show)
        defer { stage.strike() }
        let ledger = try await perform(on: stage, parties, show)
        var complaints = ledger.complaints
        if let name = ledger.recordFile { complaints += try await keepRecording(name, from: stage, parties, show) }
        guard complaints.isEmpty else {
            throw CommandFailure(complaints.joined(separator: "\n") + "\nlogs: \(stage.folder.path)")
        }
        stage.tidyUp()
        show(
            """
            done: the call was placed, both phones rang, answered and heard each other, the event came
            listen to it: \(recording)
            """)
    }

    /// Returns what is wrong with the recording.
    private func keepRecording(
        _ name: String, from stage: DemoStage, _ parties: [DemoLedger.Party], _ show: (String) -> Void
    ) async throws -> [String] {
        let kept = try await DemoRecording.fetch(name, by: stage.client)
        try Data(kept.bytes).write(to: URL(fileURLWithPath: recording))
        show(
            String(format: "the recording has %.1f s, party 1 on the left and party 2 on the right\n", kept.seconds)
                + "it came from \(kept.link)")
        return kept.complaints(parties[0], parties[1])
    }

    private func perform(
        on stage: DemoStage, _ parties: [DemoLedger.Party], _ show: @escaping @Sendable (String) -> Void
    ) async throws -> DemoLedger {
        let parameters = [
            "to1": parties[0].number, "to2": parties[1].number, "max_call_duration": "60", "recording": "true",
        ]
        show("POST \(stage.client.access.path("call/duo_callback")), signed, to1=1001 to2=1002, recorded")
        let placed = try await stage.client.post("call/duo_callback", parameters).payload(CallReference.self)
        show("000000, callId \(placed.callId)")
        var ledger = DemoLedger(parties[0], parties[1])
        for await news in news(from: stage, call: placed.callId) {
            if let words = ledger.take(news) { show(words) }
            if ledger.isComplete { break }
        }
        return ledger
    }

    /// Everything that the phones, the receiver and the reads of the call tell, until the limit.
    private func news(from stage: DemoStage, call id: String) -> AsyncStream<DemoLedger.News> {
        let limit: Duration = .seconds(talk) + Self.patience
        return AsyncStream { continuation in
            let watching = Task {
                await withTaskGroup(of: Void.self) { group in
                    for phone in stage.phones {
                        group.addTask {
                            for await line in phone.lines {
                                if let report = PhoneNews(line: line) { continuation.yield(.phone(report)) }
                            }
                        }
                    }
                    group.addTask { for await body in stage.receiver.events { continuation.yield(.event(body)) } }
                    group.addTask { await Self.read(id, by: stage.client) { continuation.yield(.call($0)) } }
                    group.addTask {
                        // Cancelled when everything has been seen.
                        try? await Task.sleep(for: limit)
                        continuation.finish()
                    }
                }
            }
            continuation.onTermination = { _ in watching.cancel() }
        }
    }

    private static func read(_ id: String, by client: APIClient, _ tell: (CallView) -> Void) async {
        while !Task.isCancelled {
            do {
                let call = try await client.get("call/duo_callback/\(id)").payload(CallView.self)
                tell(call)
                if call.callState == .ended { return }
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                // The demo then lacks what the reads should have told, and says so.
                return
            }
        }
    }
}
