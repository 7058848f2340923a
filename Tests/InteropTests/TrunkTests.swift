import Foundation
import Testing

extension SignallingInterop {
    /// Several trunks, cancels and drains, with SIPp as carriers.
    @Suite(.serialized) struct TrunkTests {
        @Test func `a refusing trunk gives way to the next`() async throws {
            let broken = try await SIPpCarrier("refuse-503", calls: 2)
            let sound = try await SIPpCarrier("answer", calls: 2)
            let server = try await ServerUnderTest(trunks: [
                .init(name: "broken", port: broken.port), .init(name: "sound", port: sound.port),
            ])
            let id = try await server.place(["max_call_duration": 1])
            let record = try await server.ended(id)
            #expect(record["end_reason"] as? String == "max_call_duration")
            #expect((record["leg1"] as? [String: Any])?["trunk"] as? String == "sound")
            #expect(try await sound.succeeded(), "\(sound.report)")
        }

        @Test func `a trunk where nobody listens gives way at once`() async throws {
            let sound = try await SIPpCarrier("answer", calls: 2)
            let server = try await ServerUnderTest(trunks: [
                .init(name: "nobody", port: try freePort()), .init(name: "sound", port: sound.port),
            ])
            let id = try await server.place(["max_call_duration": 1])
            #expect(try await server.ended(id, .seconds(10))["end_reason"] as? String == "max_call_duration")
        }

        @Test func `a cancel while talking ends both legs without an event`() async throws {
            try await EventReceiver.listening { receiver, url in
                let carrier = try await SIPpCarrier("answer", calls: 2)
                let server = try await ServerUnderTest(trunks: [.init(name: "one", port: carrier.port)], events: url)
                let id = try await server.place()
                _ = try await server.reached(4, id)
                #expect(try await server.cancel(id).code == "000000")
                #expect(try await server.cancel(id).code == "000000")
                #expect(try await server.ended(id)["end_reason"] as? String == "api_cancel")
                #expect(try await carrier.succeeded(), "\(carrier.report)")
                #expect(try await receiver.events(of: id, .seconds(1)).isEmpty)
            }
        }

        @Test func `a draining server takes no calls and lets the running one end`() async throws {
            let carrier = try await SIPpCarrier("answer", calls: 2)
            let server = try await ServerUnderTest(trunks: [.init(name: "one", port: carrier.port)])
            let id = try await server.place(["max_call_duration": 3])
            _ = try await server.reached(4, id)
            server.program.signal(SIGTERM)
            #expect(try await server.program.wait(.seconds(20)) == 0)
            #expect(try await carrier.succeeded(), "\(carrier.report)")
            let next = try await ServerUnderTest(trunks: [], keeping: server)
            #expect(try await next.call(id)["end_reason"] as? String == "max_call_duration")
        }

        @Test func `a second signal hangs up everybody`() async throws {
            let carrier = try await SIPpCarrier("answer", calls: 2)
            let server = try await ServerUnderTest(trunks: [.init(name: "one", port: carrier.port)])
            let id = try await server.place()
            _ = try await server.reached(4, id)
            server.program.signal(SIGTERM)
            try await Task.sleep(for: .milliseconds(300))
            server.program.signal(SIGTERM)
            #expect(try await server.program.wait(.seconds(20)) != nil)
            #expect(try await carrier.succeeded(), "\(carrier.report)")
        }
    }
}
