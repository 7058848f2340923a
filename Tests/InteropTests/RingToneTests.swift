import Foundation
import Testing

extension SoundInterop {
    /// What party 1 hears, for every ring tone mode and everything that party 2 may do, in calls that run side by side.
    @Suite(.serialized) struct RingToneTests {
        private typealias Conduct = RingToneMatrix.Conduct
        private typealias Case = RingToneMatrix.Case

        /// SIPp judges nothing of what it hears; what it would is looked at packet by packet.
        @Test func `party 1 hears what it must, when it must`() async throws {
            let ears = try Ears(count: RingToneMatrix.count)
            let cases = RingToneMatrix.cases(to: ears.ports.map { "139\($0)" })
            let first = try await SIPpCarrier(PhoneScript(.named, .answer, .awaitHangUp), calls: cases.count)
            let seconds = try await Self.seconds()
            let server = try await Self.server(
                firsts: [.init(name: "first", port: first.port, prefixes: ["139"])], seconds)
            let records = try await Self.run(cases, on: server)
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

        /// As a phone plays it.
        @Test func `baresip hears it too`() async throws {
            let names = (10..<10 + RingToneMatrix.count).map { "139\($0)0000" }
            let cases = RingToneMatrix.cases(to: names)
            let phones = try await together(names) { try await BaresipPhone(name: $0, frequency: 500) }
            let seconds = try await Self.seconds()
            let firsts = zip(names, phones).map { name, phone in
                ServerUnderTest.Trunk(name: "first-\(name)", port: phone.port, prefixes: [String(name.prefix(5))])
            }
            let server = try await Self.server(firsts: firsts, seconds)
            let records = try await Self.run(cases, on: server)
            let heard = try await together(phones) { try await $0.heard() }
            for (record, (one, samples)) in zip(records, zip(cases, heard)) {
                // What it has not played when it is hung up it does not keep.
                try one.judge(HeardStream(samples: samples), record, judgesEnd: false)
            }
            for carrier in seconds { #expect(try await carrier.succeeded(), "\(carrier.report)") }
        }

        /// SIPp as party 2, for each of its conducts.
        private static func seconds() async throws -> [SIPpCarrier] {
            let sounds = [HeardSound.early, .talk].map { ($0.rawValue, ALaw.sine($0.frequency, share: $0.share)) }
            return try await together(Conduct.allCases) { conduct in
                try await SIPpCarrier(
                    conduct.script, calls: RingToneMatrix.Mode.allCases.count,
                    sounds: Dictionary(uniqueKeysWithValues: sounds))
            }
        }

        /// A server with the ring tone, party 1 at these trunks.
        private static func server(
            firsts: [ServerUnderTest.Trunk], _ seconds: [SIPpCarrier]
        ) async throws -> ServerUnderTest {
            let server = try await ServerUnderTest(
                trunks: firsts
                    + seconds.enumerated().map { index, carrier in
                        .init(name: "second-\(index)", port: carrier.port, prefixes: ["138\(index)"])
                    })
            let sound = HeardSound.file
            try await server.upload("tone", Tone.wav(Tone.sine(sound.frequency, share: sound.share, seconds: 1)))
            return server
        }

        /// Places the calls, cancels those that are to be, and returns their records.
        private static func run(_ cases: [Case], on server: ServerUnderTest) async throws -> [[String: Any]] {
            var ids: [String] = []
            for one in cases { ids.append(try await one.place(on: server)) }
            let cancelled = zip(ids, cases).filter { $1.conduct == .isCancelled }.map(\.0)
            _ = try await together(cancelled) { try await cancelWhileRinging($0, on: server) }
            var records: [[String: Any]] = []
            for id in ids { records.append(try await server.ended(id)) }
            return records
        }

        /// Half a second after party 2's 180.
        private static func cancelWhileRinging(_ id: String, on server: ServerUnderTest) async throws {
            nonisolated(unsafe) var rang: Int?
            try await eventually {
                rang = (try await server.call(id)["leg2"] as? [String: Any])?["ring_time"] as? Int
                return rang != nil
            }
            let now = Int(Date().timeIntervalSince1970 * 1000)
            try await Task.sleep(for: .milliseconds(max(0, try #require(rang) + 500 - now)))
            #expect(try await server.cancel(id).code == "000000")
        }
    }
}

/// Does something with each at the same time; the results are in their order.
func together<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        for (index, element) in elements.enumerated() {
            group.addTask { (index, try await body(element)) }
        }
        var results: [(Int, Result)] = []
        for try await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
