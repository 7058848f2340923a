import Foundation
import Testing

extension SignallingInterop {
    /// What carriers ask for beyond plain calls, with SIPp as the carrier of party 1.
    @Suite(.serialized) struct CarrierExtensionTests {
        static let account = "    username: acme\n    password: hush"

        /// The record of a call whose party 1 lies at a carrier of this conduct, which has seen it through.
        func call(
            _ scenario: String, trunk: String, seconds: Int = 1, calls: Int = 1
        ) async throws -> [String: Any] {
            let carrier = try await SIPpCarrier(scenario, calls: calls)
            let other = try await SIPpCarrier("answer")
            let server = try await ServerUnderTest(trunks: [
                .init(name: "first", port: carrier.port, prefixes: ["139"], extra: trunk),
                .init(name: "second", port: other.port, prefixes: ["138"]),
            ])
            let id = try await server.place(["max_call_duration": seconds])
            let record = try await server.ended(id)
            #expect(try await carrier.succeeded(), "\(carrier.report)")
            return record
        }

        @Test func `proxy and server are each given their proof`() async throws {
            let record = try await call("challenge", trunk: Self.account)
            #expect(record["end_reason"] as? String == "max_call_duration")
        }

        @Test func `a wrong password is barred after one proof`() async throws {
            let record = try await call("challenge-twice", trunk: Self.account)
            #expect(record["end_reason"] as? String == "barred1")
        }

        @Test func `reliable early media is acknowledged and the session refreshed`() async throws {
            let record = try await call("reliable", trunk: "", seconds: 3)
            #expect(record["end_reason"] as? String == "max_call_duration")
        }

        @Test func `too short an interval is raised, and a refresh that meets another waits`() async throws {
            let record = try await call("glare", trunk: "", seconds: 11)
            #expect(record["end_reason"] as? String == "max_call_duration")
        }

        @Test func `a redirection is followed on the trunk`() async throws {
            let record = try await call("redirect", trunk: "    follow_redirects: true", calls: 2)
            #expect(record["end_reason"] as? String == "max_call_duration")
        }

        @Test func `a 180 without a tag, an answer in several parts, keys by INFO and a REFER do no harm`() async throws
        {
            let record = try await call("manners", trunk: "")
            #expect(record["end_reason"] as? String == "max_call_duration")
            #expect((record["leg1"] as? [String: Any])?["ring_time"] is Int)
        }

        @Test func `a trunk that registers us takes calls by its route, and is left in the end`() async throws {
            let carrier = try await SIPpCarrier("registrar", calls: 3)
            let server = try await ServerUnderTest(trunks: [
                .init(name: "one", port: carrier.port, extra: Self.account + "\n    register: true")
            ])
            nonisolated(unsafe) var id = ""
            let body: [String: Any] = ["to1": "13900000001", "to2": "13800000002", "max_call_duration": 1]
            let isAccepted = try await eventually(.seconds(10)) {
                let answer = try await server.request("POST", "/call/duo_callback", body)
                id = answer.fields["callId"] as? String ?? ""
                return answer.code == "000000"
            }
            #expect(isAccepted)
            #expect(try await server.ended(id)["end_reason"] as? String == "max_call_duration")
            server.program.signal(SIGTERM)
            #expect(try await server.program.wait(.seconds(20)) == 0)
            #expect(try await carrier.succeeded(), "\(carrier.report)")
        }
    }
}
