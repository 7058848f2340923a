import Audio
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// What one party is sent in a call, in one piece: ring-back, a file, early media, the bridge, a beep over it, the bridge.
///
/// What time does to the seams is told by the tests of `OutgoingStream`.
final class SeamTests {
    private let call: TestCall
    private var bench: Bench { call.bench }
    private var phones: [TestPhone] { call.phones }
    private var legs: [MediaLegID] { call.legs }
    private let voice = MediaVoiceID(high: 0xAB, low: 1)
    private var stream: [Arrived] = []
    private var barriers: UInt64 = 100

    init() throws {
        call = try TestCall()
        try bench.folder.addVoice(voice, frames: 12)
        bench.engine.perform([.load(legs[0], voice)])
    }

    private static let tone = ToneCadence(frequency: 450, level: -13, on: .milliseconds(40), off: .milliseconds(20))
    private static let beep = ToneCadence(frequency: 1_000, level: -13, on: .milliseconds(60), off: .zero)

    /// Does it, and returns when it is done.
    private func perform(_ commands: MediaCommand...) throws {
        bench.engine.perform(commands)
        barriers += 2
        _ = try bench.open(barriers, TestPhone())
    }

    /// Plays something until so many packets of it came, and returns these.
    private func play(_ feed: MediaFeed, _ count: Int) throws -> [Arrived] {
        try perform(.feed(legs[0], feed))
        repeat { stream.append(try phones[0].next()) } while !stream[stream.count - 1].header.marker
        for _ in 1..<count { stream.append(try phones[0].next()) }
        return Array(stream.suffix(count))
    }

    /// Has party 2 speak frames of these codes; returns what party 1 is sent.
    private func speak(_ codes: ClosedRange<UInt8>, ssrc: UInt32) throws -> [Arrived] {
        for code in codes {
            try phones[1].send(500 + UInt16(code), ssrc: ssrc, [UInt8](repeating: code, count: 159) + [0xD5])
            // What was played before may still be on its way.
            repeat { stream.append(try phones[0].next()) } while stream[stream.count - 1].payload[80] != code
        }
        return Array(stream.suffix(codes.count))
    }

    /// The codes of frames that have one.
    private func codes(_ packets: [Arrived]) -> [UInt8] { packets.map { $0.payload[80] } }

    private func isOnce(_ packets: [Arrived], _ sound: [UInt8]) -> Bool {
        // A seam takes the step out of the first samples.
        packets.flatMap(\.payload).dropFirst(40).elementsEqual(sound.dropFirst(40))
    }

    @Test func everyFrameIsSentOnceAndInItsPlace() throws {
        let ringing = try play(.tone(Self.tone), 9)
        let period = RenderedTone(Self.tone, codec: .pcma).codes
        #expect(isOnce(ringing, period + period + period))
        #expect(codes(try play(.voice(voice, repeats: true), 30)) == (0..<30).map { UInt8($0 % 12) })
        try perform(.feed(legs[0], .leg(legs[1])))
        #expect(codes(try speak(20...29, ssrc: 77)) == Array(20...29))
        // The answer comes from another source, and the call is connected.
        try perform(.describe(legs[1], phones[1].media()), .feed(legs[1], .leg(legs[0])))
        #expect(codes(try speak(40...49, ssrc: 78)) == Array(40...49))
        let beep = RenderedTone(onceThrough: Self.beep, codec: .pcma).codes
        #expect(isOnce(try play(.signal(Self.beep), 3), beep))
        try perform(.feed(legs[0], .leg(legs[1])))
        #expect(codes(try speak(60...69, ssrc: 78)) == Array(60...69))
        judge(seams: 6)
    }

    /// One source whose sequence has no hole, whose packets do not overlap in time and follow each other at once where
    /// they are of one sound, and which has the marker at each seam and nowhere else.
    private func judge(seams: Int) {
        let headers = stream.map(\.header)
        #expect(Set(headers.map(\.ssrc)) == [2])
        #expect(headers.map(\.sequence) == headers.indices.map { 1_000 + UInt16($0) })
        #expect(headers.first?.marker == true && headers.first?.timestamp == 50_000)
        #expect(headers.count { $0.marker } == seams)
        for (earlier, later) in zip(headers, headers.dropFirst()) {
            let step = timestampDistance(from: earlier.timestamp, to: later.timestamp)
            #expect(later.marker ? step >= 160 : step == 160)
        }
    }
}
