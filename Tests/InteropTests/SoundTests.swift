import Foundation
import Testing

extension SoundInterop {
    /// Two baresip phones that speak a tone each, and tshark's judgement of every packet.
    @Suite(.serialized) struct SoundTests {
        @Test(arguments: [("PCMA", "PCMA"), ("PCMA", "PCMU")])
        func `each party hears only the other, without a gap`(codec1: String, codec2: String) async throws {
            let first = try await BaresipPhone(name: "13900000001", frequency: 500, codec: codec1)
            let second = try await BaresipPhone(name: "13800000002", frequency: 900, codec: codec2)
            let server = try await ServerUnderTest(trunks: [
                .init(name: "first", port: first.port, prefixes: ["139"]),
                .init(name: "second", port: second.port, prefixes: ["138"]),
            ])
            let capture = try await Capture(sip: [server.sipPort, first.port, second.port], rtp: server.mediaPorts)
            let id = try await server.place(["max_call_duration": 5])
            let record = try await server.ended(id)
            #expect(record["end_reason"] as? String == "max_call_duration")
            try await Tone.judge(first.heard(), hears: 900, not: 500, seconds: 4.5)
            try await Tone.judge(second.heard(), hears: 500, not: 900, seconds: 4.5)
            let judgement = try await capture.judge()
            #expect(judgement.complaints == [])
            #expect(judgement.sip >= 12)
            // Two legs, both ways, 50 packets a second for 5 s of conversation.
            #expect(judgement.rtp >= 950)
        }
    }
}

extension Tone {
    /// Holds what a party heard against what it should have heard: a clear tone for so long, without a gap, and nothing of
    /// its own.
    static func judge(_ samples: [Int16], hears frequency: Double, not other: Double, seconds: Double) throws {
        let talk = try #require(Self.talk(in: samples), "the party heard nothing")
        #expect(Double(talk.count) / Double(rate) > seconds)
        let level = amplitude(of: frequency, in: talk)
        #expect((0.45...0.55).contains(level), "\(frequency) Hz at \(level) of full scale")
        #expect(amplitude(of: other, in: talk) < 0.01)
        #expect(longestGap(in: Array(talk)) <= 40)
    }

    /// From the first sound to the last.
    private static func talk(in samples: [Int16]) -> ArraySlice<Int16>? {
        guard let start = samples.firstIndex(where: { abs(Int($0)) > 800 }),
            let end = samples.lastIndex(where: { abs(Int($0)) > 800 }), end > start
        else { return nil }
        return samples[start...end]
    }
}
