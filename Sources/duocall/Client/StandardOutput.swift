import Foundation

/// Lines for whoever watches, written at once even when a pipe is behind them.
enum StandardOutput {
    static func show(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}

/// Times beside the steps that a command shows.
enum ElapsedTime {
    /// `  1.23 s` since `start`.
    static func text(since start: ContinuousClock.Instant) -> String {
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        return String(format: "%7.2f s ", milliseconds / 1000)
    }
}

/// An answer's `data` as one line of JSON.
enum JSONText {
    static func data(of answer: APIClient.Answer) throws -> String {
        let envelope = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
        let data = try JSONSerialization.data(
            withJSONObject: envelope?["data"] ?? [String: Any](), options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }
}
