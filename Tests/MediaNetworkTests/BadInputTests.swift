import Audio
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// What a far end may send beside good packets, in a call that is relayed, recorded and listened to for keys at once:
/// none of it may disturb the good ones.
struct BadInputTests {
    let call: TestCall
    var bench: Bench { call.bench }
    var phones: [TestPhone] { call.phones }
    var legs: [MediaLegID] { call.legs }

    init() throws {
        call = try TestCall(8, events: [101, 96])
        call.connect()
        bench.engine.perform([.record(call.recording), .detectTones(legs[0], true)])
    }

    /// A header, byte by byte.
    private func header(
        _ first: UInt8 = 0x80, type: UInt8 = 8, sequence: UInt16 = 1, timestamp: UInt32 = 160, ssrc: UInt8 = 99
    ) -> [UInt8] {
        [first, type, UInt8(sequence >> 8), UInt8(truncatingIfNeeded: sequence)]
            + (0..<4).map { UInt8(truncatingIfNeeded: timestamp >> (24 - 8 * $0)) } + [0, 0, 0, ssrc]
    }

    private func frame(_ code: UInt8) -> [UInt8] { [UInt8](repeating: code, count: 160) }

    /// Ends the call; what leg 8 counted.
    private func finish() throws -> MediaSummary {
        bench.engine.perform([.close(legs[0]), .close(legs[1])])
        _ = try call.recorded()
        return try bench.log.summary(of: legs[0])
    }

    @Test func packetsThatAreNoneAreRefusedAndTheNextOneIsHeard() throws {
        let broken: [[UInt8]] = [
            [], [0x80], Array(header().dropLast()),
            // Version 1; more contributing sources than there is packet; an extension longer than it.
            header(0x40) + frame(1), header(0x8F), header(0x90) + [0xBE, 0xDE, 0xFF, 0xFF],
            // Padding of nothing, and of more than there is.
            header(0xA0) + [1, 2, 3, 0], header(0xA0) + [1, 2, 3, 200],
        ]
        for bytes in broken { try phones[0].sendRaw(bytes) }
        try phones[0].send(2, frame(0x11))
        #expect(try phones[1].next().payload == frame(0x11))
        #expect(try finish().packetsRefused == UInt64(broken.count))
    }

    @Test func emptyPacketsArePassedOverWithoutAGap() throws {
        try phones[0].send(1, frame(0x11))
        try phones[0].sendRaw(header(sequence: 2, timestamp: 320))
        // Nothing but padding.
        try phones[0].sendRaw(header(0xA0, sequence: 3, timestamp: 480) + [0, 0, 0, 4])
        try phones[0].send(4, frame(0x12))
        let heard = [try phones[1].next(), try phones[1].next()]
        #expect(heard.map(\.payload) == [frame(0x11), frame(0x12)])
        #expect(heard[1].header.sequence == heard[0].header.sequence + 1)
        let summary = try finish()
        #expect((summary.packetsReceived, summary.packetsLost) == (4, 0))
    }

    @Test func decoratedPacketsAreHeardAsTheirPayload() throws {
        try phones[0].sendRaw(
            header(0xB2, sequence: 1) + [0, 0, 0, 1, 0, 0, 0, 2] + [0xBE, 0xDE, 0, 1, 9, 9, 9, 9] + frame(0x11)
                + [0, 0, 3])
        #expect(try phones[1].next().payload == frame(0x11))
        #expect(try finish().packetsRefused == 0)
    }

    @Test func numbersThatWrapGoOn() throws {
        let last = UInt32.max - 159
        for number in 0..<4 {
            try phones[0].send(
                UInt16(truncatingIfNeeded: 65_534 + number), timestamp: last &- 160 &+ UInt32(number * 160),
                frame(UInt8(number)))
        }
        let heard = try (0..<4).map { _ in try phones[1].next() }
        #expect(heard.map(\.header.sequence) == [1_000, 1_001, 1_002, 1_003])
        #expect(heard.map(\.header.timestamp) == [50_000, 50_160, 50_320, 50_480])
        #expect(heard.filter(\.header.marker).count == 1)
        #expect(try finish().packetsLost == 0)
    }

    @Test func aSourceThatChangesInMidCallIsOneStreamToTheOther() throws {
        try phones[0].send(100, ssrc: 1, frame(G711.pcma.silence))
        try phones[0].send(40_000, timestamp: 5, ssrc: 2, frame(0x12))
        try phones[0].send(40_001, timestamp: 165, ssrc: 2, frame(0x13))
        let heard = try (0..<3).map { _ in try phones[1].next() }
        #expect(Set(heard.map(\.header.ssrc)) == [9])
        #expect(heard.map(\.header.sequence) == [1_000, 1_001, 1_002])
        #expect(heard.map(\.header.marker) == [true, true, false])
        #expect(heard.map { $0.payload[80] } == [G711.pcma.silence, 0x12, 0x13])
        #expect(try finish().packetsLost == 0)
    }

    @Test func keysWhoseEndsAreLostAreToldInTheirOrder() throws {
        try phones[0].send(1, frame(0x11))
        for (index, key) in [UInt8(1), 2, 3].enumerated() {
            // Two updates of each, no end.
            for update in UInt16(0)..<2 {
                let payload = [key, 10, 0, UInt8(160 * (update + 1) / 2)]
                try phones[0].send(
                    UInt16(2 + 2 * index) + update, type: 101, timestamp: 1_600 * UInt32(index + 1),
                    marker: update == 0, payload)
            }
        }
        for key in UInt8(1)...3 { try bench.log.take(.digit(legs[0], event: key)) }
        _ = try finish()
    }

    @Test func strangeEventsAreNoKeys() throws {
        try phones[0].send(1, frame(0x11))
        for payload in [[], [1], [1, 0x80, 0], [16, 0x8A, 3, 32], [255, 0x8A, 3, 32]] as [[UInt8]] {
            try phones[0].send(2, type: 101, timestamp: 320, payload)
        }
        _ = try finish()
        #expect(!bench.log.all.contains { if case .digit = $0 { true } else { false } })
    }

    @Test func noBytesWhateverEndTheCall() throws {
        var state: UInt64 = 42
        let beat = try Beat(bench)
        for number in 0..<2_000 {
            // No faster than they are read, so that none of them is lost.
            if number % 50 == 0 { try beat.wait() }
            while phones[1].hasMore() {}
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var bytes = (0..<Int(state >> 40) % 60).map { UInt8(truncatingIfNeeded: state >> ($0 % 50)) }
            // Many of them look like packets at first sight.
            if state >> 60 < 12, bytes.count > 2 {
                bytes.replaceSubrange(0..<2, with: [0x80, state >> 63 == 0 ? 8 : 101])
            }
            try phones[0].sendRaw(bytes)
        }
        // Two of a source nobody heard of yet, since one alone may be a stray.
        for number in UInt16(1)...2 { try phones[0].send(number, ssrc: 0x1234_5678, frame(0x11)) }
        while try phones[1].next().payload != frame(0x11) {}
        _ = try finish()
    }
}
