import Foundation
import Testing

extension SignallingInterop {
    /// What a killed server leaves behind, and what the next one makes of it.
    @Suite(.serialized) struct RecoveryTests {
        @Test func `after a kill while two phones talk both receive BYE and the event tells why`() async throws {
            try await EventReceiver.listening { receiver, url in
                let first = try await SIPpCarrier("answer")
                let second = try await SIPpCarrier("answer")
                let server = try await ServerUnderTest(trunks: Self.trunks(first, second), events: url)
                let id = try await server.place()
                _ = try await server.reached(4, id)
                server.program.signal(SIGKILL)
                _ = try await server.program.wait()
                let next = try await ServerUnderTest(trunks: [], keeping: server)
                #expect(try await first.succeeded(), "\(first.report)")
                #expect(try await second.succeeded(), "\(second.report)")
                let events = try await receiver.events(of: id)
                #expect(events.count == 1)
                #expect(events.first?["error"] as? String == "035039")
                #expect(try await next.call(id)["end_reason"] as? String == "platform_restart")
            }
        }

        @Test func `after a kill while party 1 rings its phone receives CANCEL`() async throws {
            try await EventReceiver.listening { receiver, url in
                let first = try await SIPpCarrier("ring")
                let server = try await ServerUnderTest(trunks: [.init(name: "first", port: first.port)], events: url)
                let id = try await server.place()
                _ = try await server.reached(1, id)
                try await Task.sleep(for: .milliseconds(100))
                server.program.signal(SIGKILL)
                _ = try await server.program.wait()
                let next = try await ServerUnderTest(trunks: [], keeping: server)
                #expect(try await first.succeeded(), "\(first.report)")
                #expect(try await receiver.events(of: id).count == 1)
                #expect(try await next.call(id)["end_reason"] as? String == "platform_restart")
            }
        }

        @Test func `a recording that a kill cut off is told, and its link leads to what was written`() async throws {
            try await EventReceiver.listening { receiver, url in
                let first = try await SIPpCarrier("answer")
                let second = try await SIPpCarrier("answer")
                let server = try await ServerUnderTest(trunks: Self.trunks(first, second), events: url)
                let id = try await server.place(["recording": true, "events": ["record_fail"]])
                _ = try await server.reached(4, id)
                try await Task.sleep(for: .seconds(2))
                server.program.signal(SIGKILL)
                _ = try await server.program.wait()
                let next = try await ServerUnderTest(trunks: [], keeping: server)
                try await eventually { try await receiver.events(of: id).count == 2 }
                let events = try await receiver.events(of: id)
                #expect(
                    events.map { $0["event"] as? String } == ["duo_callback.end", "duo_callback.record_fail"])
                let name = try #require(events.last?["record_file"] as? String)
                #expect(events.first?["record_file"] as? String == name)
                let link = try await next.request("GET", "/recording/url/gen?id=\(name.prefix { $0 != "." })")
                let target = try #require((link.fields["url"] as? String).flatMap { URL(string: $0) })
                let file = try await next.fetch(target)
                #expect(file.count == events.last?["size"] as? Int)
                let told = "duocall_event_attempts_total{outcome=\"delivered\"}"
                #expect(try await eventually { try await next.metric(told) == 2 })
                #expect(next.program.text.contains("event=\"recording failed\""))
                // All but the last second.
                #expect(file.count >= 58 + 2 * 8_000 && file.prefix(4) == Data("RIFF".utf8))
                for carrier in [first, second] { #expect(try await carrier.succeeded(), "\(carrier.report)") }
            }
        }

        @Test func `an API cancel is not followed by an event, not even after a kill`() async throws {
            try await EventReceiver.listening { receiver, url in
                let first = try await SIPpCarrier("ring")
                let server = try await ServerUnderTest(trunks: [.init(name: "first", port: first.port)], events: url)
                let id = try await server.place()
                _ = try await server.reached(1, id)
                #expect(try await server.cancel(id).code == "000000")
                server.program.signal(SIGKILL)
                _ = try await server.program.wait()
                let next = try await ServerUnderTest(trunks: [], keeping: server)
                #expect(try await next.call(id)["end_reason"] as? String == "cancelled1")
                #expect(try await receiver.events(of: id, .seconds(2)).isEmpty)
            }
        }

        private static func trunks(_ first: SIPpCarrier, _ second: SIPpCarrier) -> [ServerUnderTest.Trunk] {
            [
                .init(name: "first", port: first.port, prefixes: ["139"]),
                .init(name: "second", port: second.port, prefixes: ["138"]),
            ]
        }
    }
}
