import Foundation
import Testing

extension SignallingInterop {
    /// SIPp as the carrier of both parties, for each path of the flow.
    @Suite(.serialized) struct CarrierFlowTests {
        struct Path: CustomTestStringConvertible {
            let first: String
            let second: String?
            let endReason: String
            var hangupBy = 0
            var fields: [String: Int] = [:]
            /// Whether SIPp's second scenario runs to its end.
            var secondCompletes = true
            var testDescription: String { "\(first) and \(second ?? "nobody"): \(endReason)" }
        }

        static let paths: [Path] = [
            Path(first: "hang-up", second: "answer", endReason: "hangup1", hangupBy: 1),
            Path(first: "answer", second: "hang-up", endReason: "hangup2", hangupBy: 2),
            Path(
                first: "answer-at-once", second: "answer-after-early-media", endReason: "max_call_duration",
                fields: ["max_call_duration": 1]),
            Path(first: "hold", second: "answer", endReason: "max_call_duration", fields: ["max_call_duration": 2]),
            Path(first: "refuse-486", second: nil, endReason: "busy1"),
            Path(first: "refuse-603", second: nil, endReason: "rejected1"),
            Path(first: "refuse-404", second: nil, endReason: "invalid_number1"),
            Path(first: "refuse-480", second: nil, endReason: "unreachable1"),
            Path(first: "ring-then-480", second: nil, endReason: "no_answer1"),
            Path(first: "refuse-403", second: nil, endReason: "barred1"),
            Path(first: "refuse-503", second: nil, endReason: "congestion1"),
            Path(first: "refuse-488", second: nil, endReason: "incompatible1"),
            Path(first: "refuse-503-q850-17", second: nil, endReason: "busy1"),
            Path(first: "answer-without-description", second: nil, endReason: "incompatible1"),
            Path(first: "ring", second: nil, endReason: "no_answer1", fields: ["max_dial_duration": 1]),
            Path(first: "trying-only", second: nil, endReason: "no_answer1", fields: ["max_dial_duration": 1]),
            Path(first: "answer", second: "refuse-486", endReason: "busy2"),
            Path(first: "answer", second: "refuse-404", endReason: "invalid_number2"),
            Path(first: "answer", second: "ring", endReason: "no_answer2", fields: ["max_dial_duration2": 1]),
            Path(first: "hang-up-soon", second: "ring", endReason: "caller_left", hangupBy: 1),
            Path(first: "answer", second: "answer-without-description", endReason: "incompatible2"),
            Path(
                first: "answer", second: "silent", endReason: "trunk_timeout2", fields: ["max_dial_duration2": 2],
                secondCompletes: false),
            Path(
                first: "answer", second: "nonsense", endReason: "trunk_timeout2", fields: ["max_dial_duration2": 2],
                secondCompletes: false),
        ]

        @Test(arguments: paths)
        func `a path of the flow ends as it must`(path: Path) async throws {
            let first = try await SIPpCarrier(path.first)
            let second: SIPpCarrier? = if let name = path.second { try await SIPpCarrier(name) } else { nil }
            try await EventReceiver.listening { receiver, url in
                let server = try await ServerUnderTest(
                    trunks: [
                        .init(name: "first", port: first.port, prefixes: ["139"]),
                        .init(name: "second", port: try second?.port ?? freePort(), prefixes: ["138"]),
                    ], events: url)
                let id = try await server.place(path.fields)
                let record = try await server.ended(id)
                #expect(record["end_reason"] as? String == path.endReason)
                #expect(record["hangup_by"] as? Int == path.hangupBy)
                let events = try await receiver.events(of: id)
                #expect(events.count == 1)
                #expect(events.first?["event"] as? String == "duo_callback.end")
                #expect(events.first?["hangup_by"] as? Int == path.hangupBy)
                #expect(try await first.succeeded(), "\(first.report)")
                if path.secondCompletes, let second { #expect(try await second.succeeded(), "\(second.report)") }
            }
        }
    }
}
