import Foundation
import Testing

/// What party 1 must hear for every ring tone mode and everything that party 2 may do.
enum RingToneMatrix {
    /// What a ring tone mode is asked for with.
    enum Mode: Int, CaseIterable {
        case whileRinging, untilRinging, whileDialling, beforeDialling
        /// No file.
        case none

        var fields: [String: Any] {
            self == .none ? [:] : ["ring_tone": "tone", "ring_tone_mode": rawValue]
        }
    }

    /// What party 2 does, in milliseconds from its INVITE; its numbers begin with 138 and the case's digit.
    enum Conduct: Int, CaseIterable {
        case rings, sendsEarlyMedia, progresses, answersAtOnce, isBusy, doesNotAnswer, isCancelled

        var script: PhoneScript {
            switch self {
            case .rings:
                PhoneScript(
                    .own, .pause(milliseconds: 500), .ring, .pause(milliseconds: 2_000), .answer, .speak("talk"),
                    .awaitHangUp)
            case .sendsEarlyMedia:
                PhoneScript(
                    .own, .pause(milliseconds: 500), .progress, .speak("early"), .pause(milliseconds: 1_500),
                    .answer, .speak("talk"), .awaitHangUp)
            case .progresses:
                PhoneScript(
                    .own, .pause(milliseconds: 500), .progress, .pause(milliseconds: 1_500), .answer,
                    .speak("talk"), .awaitHangUp)
            case .answersAtOnce: PhoneScript(.own, .answer, .speak("talk"), .awaitHangUp)
            case .isBusy:
                PhoneScript(
                    .own, .pause(milliseconds: 500), .ring, .pause(milliseconds: 500), .refuse(486, "Busy Here"))
            case .doesNotAnswer, .isCancelled:
                PhoneScript(.own, .pause(milliseconds: 500), .ring, .awaitCancel)
            }
        }

        var fields: [String: Any] {
            self == .doesNotAnswer ? ["max_dial_duration2": 2] : ["max_call_duration": 1]
        }

        var endReason: String {
            switch self {
            case .rings, .sendsEarlyMedia, .progresses, .answersAtOnce: "max_call_duration"
            case .isBusy: "busy2"
            case .doesNotAnswer: "no_answer2"
            case .isCancelled: "cancelled2"
            }
        }
    }

    /// What is heard, each with its end, by the modes in their order. Ends are those of the call's own record, so that how
    /// late SIPp does something does not matter: P party 2's first 18x, R its 180, A its answer, E the call's end;
    /// or milliseconds from party 1's answer.
    static let table: [(Conduct, [String])] = [
        (
            .rings,
            [
                "silence R file A talk E", "file R ring-back R+1000 silence A talk E", "file A talk E",
                "file 1000 silence R ring-back R+1000 silence A talk E",
                "silence R ring-back R+1000 silence A talk E",
            ]
        ),
        (
            .sendsEarlyMedia,
            [
                "silence P file A talk E", "file P early A talk E", "file A talk E",
                "file 1000 silence P early A talk E", "silence P early A talk E",
            ]
        ),
        (
            .progresses,
            [
                "silence A talk E", "file A talk E", "file A talk E", "file 1000 silence A talk E",
                "silence A talk E",
            ]
        ),
        (.answersAtOnce, ["talk E", "talk E", "talk E", "file 1000 talk E", "talk E"]),
        (
            .isBusy,
            [
                "silence R file E", "file R ring-back E", "file E", "file 1000 silence R ring-back E",
                "silence R ring-back E",
            ]
        ),
        (
            .doesNotAnswer,
            [
                "silence R file E", "file R ring-back R+1000 silence E", "file E",
                "file 1000 silence R ring-back R+1000 silence E", "silence R ring-back R+1000 silence E",
            ]
        ),
        (
            .isCancelled,
            [
                "silence R file E", "file R ring-back E", "file E", "file 1000 silence R ring-back E",
                "silence R ring-back E",
            ]
        ),
    ]

    /// How far off a seam may be, in milliseconds.
    static let tolerance = 150

    static let count = table.count * Mode.allCases.count

    /// All cases, with these numbers of party 1.
    static func cases(to numbers: [String]) -> [Case] {
        let texts = table.flatMap { conduct, texts in zip(Mode.allCases, texts).map { (conduct, $0, $1) } }
        return zip(texts, numbers).map { Case(conduct: $0.0, mode: $0.1, text: $0.2, to1: $1) }
    }

    struct Case {
        let conduct: Conduct
        let mode: Mode
        let text: String
        let to1: String

        var name: Comment { "\(mode) and party 2 \(conduct)" }

        func place(on server: ServerUnderTest) async throws -> String {
            let numbers: [String: Any] = ["to1": to1, "to2": "138\(conduct.rawValue)000\(mode.rawValue)"]
            return try await server.place(numbers.merging(mode.fields) { $1 }.merging(conduct.fields) { $1 })
        }

        /// - Parameter record: the call as the API tells it in the end.
        func expected(_ record: [String: Any]) throws -> [HeardStretch] {
            let words = text.split(separator: " ")
            var start = 0
            return try stride(from: 0, to: words.count, by: 2).map { index in
                let sound = try #require(HeardSound(rawValue: String(words[index])))
                let end = try Self.time(words[index + 1], record)
                defer { start = end }
                return HeardStretch(sound: sound, start: start, end: end, share: sound.share)
            }
        }

        /// In milliseconds from party 1's answer.
        private static func time(_ word: Substring, _ record: [String: Any]) throws -> Int {
            if let milliseconds = Int(word) { return milliseconds }
            let (first, second) = (record["leg1"] as? [String: Any], record["leg2"] as? [String: Any])
            let answer = try #require(first?["answer_time"] as? Int)
            let moment: Int? =
                switch word {
                case "P":
                    (second?["dial_time"] as? Int).flatMap { dial in (second?["pdd_ms"] as? Int).map { dial + $0 } }
                case "R": second?["ring_time"] as? Int
                case "R+1000": (second?["ring_time"] as? Int).map { $0 + 1000 }
                case "A": second?["answer_time"] as? Int
                case "E": record["end_time"] as? Int
                default: nil
                }
            return try #require(moment, "\(word) of \(record)") - answer
        }

        func judge(_ heard: HeardStream, _ record: [String: Any], judgesEnd: Bool = true) throws {
            #expect(record["end_reason"] as? String == conduct.endReason, name)
            #expect(heard.complaints == [], name)
            var expected = try expected(record)
            if !judgesEnd, let end = heard.stretches.last?.end { expected[expected.count - 1].end = end }
            let isRight = heard.isMet(expected, within: tolerance)
            #expect(isRight, "\(name.rawValue): \(heard.description), not \(HeardStream.description(of: expected))")
        }
    }
}
