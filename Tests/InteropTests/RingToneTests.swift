import Foundation
import Testing

extension InteropSuite {
    /// What party 1 hears, for every ring tone mode and everything that party 2 may do, in calls that run side by side.
    @Suite(.serialized) struct RingToneTests {
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

        private struct Case {
            let conduct: Conduct
            let mode: Mode
            let text: String
            let to1: String

            var name: Comment { "\(mode) and party 2 \(conduct)" }

            /// When the API cancels it, in seconds from party 1's first packet: half a second after the 180.
            var cancel: Double { mode == .beforeDialling ? 2 : 1 }

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

        @Test func `party 1 hears what it must, when it must`() async throws {
            let ears = try Ears(count: Self.table.count * Mode.allCases.count)
            var ports = ears.ports[...]
            let cases = Self.table.flatMap { conduct, texts in
                zip(Mode.allCases, texts).map { mode, text in
                    Case(conduct: conduct, mode: mode, text: text, to1: "139\(ports.removeFirst())")
                }
            }
            let first = try SIPpCarrier(PhoneScript(.named, .answer, .awaitHangUp), calls: cases.count)
            let seconds = try Conduct.allCases.map { try Self.carrier($0) }
            let server = try await ServerUnderTest(
                trunks: [.init(name: "first", port: first.port, prefixes: ["139"])]
                    + seconds.enumerated().map { index, carrier in
                        .init(name: "second-\(index)", port: carrier.port, prefixes: ["138\(index)"])
                    })
            try await Self.upload(to: server)
            let records = try await Self.run(cases, on: server, ears)
            for (record, (one, port)) in zip(records, zip(cases, ears.ports)) {
                try one.judge(HeardStream(ears.heard(at: port)), record)
            }
            // Those who spoke were heard well; loopback loses nothing.
            for conduct in [Conduct.rings, .sendsEarlyMedia, .answersAtOnce] {
                let labels = #"trunk="second-\#(conduct.rawValue)""#
                #expect(try await server.metric(#"duocall_leg_mos_count{\#(labels)}"#) == 5)
                #expect(try await server.metric(#"duocall_leg_mos_bucket{\#(labels),le="3.5"}"#) == 0)
                #expect(try await server.metric(#"duocall_leg_loss_ratio_sum{\#(labels),direction="received"}"#) == 0)
            }
            for carrier in [first] + seconds { #expect(try await carrier.succeeded(), "\(carrier.report)") }
        }

        @Test func `baresip hears it too`() async throws {
            let (conduct, texts) = Self.table[0]
            let second = try Self.carrier(conduct)
            var phones: [BaresipPhone] = []
            for mode in Mode.allCases {
                phones.append(try await BaresipPhone(name: "139\(mode.rawValue)0000", frequency: 500))
            }
            let server = try await ServerUnderTest(
                trunks: [.init(name: "second", port: second.port, prefixes: ["138"])]
                    + phones.enumerated().map { index, phone in
                        .init(name: "first-\(index)", port: phone.port, prefixes: ["139\(index)"])
                    })
            try await Self.upload(to: server)
            let cases = zip(Mode.allCases, texts).map { mode, text in
                Case(conduct: conduct, mode: mode, text: text, to1: "139\(mode.rawValue)0000")
            }
            var ids: [String] = []
            for one in cases { ids.append(try await one.place(on: server)) }
            for (id, (one, phone)) in zip(ids, zip(cases, phones)) {
                let record = try await server.ended(id)
                // What it has not played when it is hung up it does not keep.
                try one.judge(HeardStream(samples: try await phone.heard()), record, judgesEnd: false)
            }
        }

        private static func carrier(_ conduct: Conduct) throws -> SIPpCarrier {
            let sounds = [HeardSound.early, .talk].map { ($0.rawValue, ALaw.sine($0.frequency, share: $0.share)) }
            return try SIPpCarrier(
                conduct.script, calls: Mode.allCases.count, sounds: Dictionary(uniqueKeysWithValues: sounds))
        }

        private static func upload(to server: ServerUnderTest) async throws {
            let sound = HeardSound.file
            try await server.upload("tone", Tone.wav(Tone.sine(sound.frequency, share: sound.share, seconds: 1)))
        }

        /// Places the calls, cancels those that are to be, and returns their records.
        private static func run(
            _ cases: [Case], on server: ServerUnderTest, _ ears: Ears
        ) async throws -> [[String: Any]] {
            var ids: [String] = []
            for one in cases { ids.append(try await one.place(on: server)) }
            let cancelled = zip(ids, zip(cases, ears.ports)).filter { $0.1.0.conduct == .isCancelled }
            for (id, (one, port)) in cancelled.sorted(by: { $0.1.0.cancel < $1.1.0.cancel }) {
                try await eventually { ears.heard(at: port).first.map { Ears.now >= $0.arrival + one.cancel } ?? false }
                #expect(try await server.cancel(id).code == "000000", one.name)
            }
            var records: [[String: Any]] = []
            for id in ids { records.append(try await server.ended(id)) }
            return records
        }
    }
}
