import Audio
import RTP
import SDP
import SansIO
import Testing

@testable import Phones

@Suite struct VoiceTests {
    let origin = Instant(nanoseconds: 0)
    let accepts = G711.allCases.map { PayloadMapping(payloadType: $0.staticPayloadType, codec: $0) }
    let destination = TransportAddress(ip: .v4(0x7F00_0001), port: 30_000)

    func speaker(_ frequency: Int, level: Int = -13, codec: G711 = .pcma) -> Speaker {
        var entropy = Entropy(seed: 1)
        let cadence = ToneCadence(frequency: frequency, level: level, on: .seconds(1), off: .zero)
        return Speaker(
            RenderedTone(cadence, codec: codec), payloadType: codec.staticPayloadType, to: destination, at: origin,
            entropy: &entropy)
    }

    func packet(of speaker: inout Speaker, at now: Instant) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Speaker.packetSize) { buffer, count in
            speaker.write(to: UnsafeMutableRawBufferPointer(buffer), at: now)
            count = Speaker.packetSize
        }
    }

    func hear(_ speaker: inout Speaker, for packets: Int, by ear: inout Ear) {
        for _ in 0..<packets {
            let now = speaker.due
            packet(of: &speaker, at: now).withUnsafeBytes { ear.hear($0, at: now) }
        }
    }

    @Test(arguments: [(440, G711.pcma), (880, .pcmu), (1001, .pcma), (60, .pcma), (3_700, .pcmu)])
    func `an ear hears the frequency and level that a speaker speaks`(frequency: Int, codec: G711) throws {
        var speaker = speaker(frequency, codec: codec)
        var ear = Ear(accepts)
        hear(&speaker, for: 150, by: &ear)
        let heard = ear.heard(at: speaker.due)
        #expect(heard.packets == 150)
        #expect(heard.longestGap == .milliseconds(20))
        let tone = try #require(heard.tone)
        #expect(tone.frequency == frequency)
        #expect(abs(tone.level + 13) < 0.2)
        #expect(tone.share > 0.999)
    }

    @Test func `only the last two seconds tell the tone`() throws {
        var ringBack = speaker(450)
        var other = speaker(880)
        var ear = Ear(accepts)
        hear(&ringBack, for: 100, by: &ear)
        hear(&other, for: 100, by: &ear)
        let tone = try #require(ear.heard(at: other.due).tone)
        #expect((tone.frequency, tone.share > 0.999) == (880, true))
    }

    @Test func `silence has no tone`() {
        var ear = Ear(accepts)
        #expect(ear.heard(at: origin) == Heard(packets: 0, longestGap: .zero, tone: nil))
        var quiet = speaker(440, level: -60)
        hear(&quiet, for: 0, by: &ear)
        let header = RTPHeader(marker: false, payloadType: 8, sequence: 1, timestamp: 0, ssrc: 1)
        var packet = [UInt8](repeating: G711.pcma.silence, count: 172)
        packet.withUnsafeMutableBytes { header.write(to: $0) }
        for _ in 0..<10 { packet.withUnsafeBytes { ear.hear($0, at: origin) } }
        #expect(ear.heard(at: origin).tone == nil)
    }

    @Test func `gaps count up to the end, foreign packets do not count`() {
        var speaker = speaker(440)
        var ear = Ear([PayloadMapping(payloadType: 8, codec: .pcma)])
        hear(&speaker, for: 2, by: &ear)
        let last = speaker.due - .milliseconds(20)
        [UInt8](repeating: 0, count: 5).withUnsafeBytes { ear.hear($0, at: last + .milliseconds(10)) }
        var foreign = self.speaker(440, codec: .pcmu)
        packet(of: &foreign, at: last).withUnsafeBytes { ear.hear($0, at: last + .milliseconds(30)) }
        let heard = ear.heard(at: last + .milliseconds(70))
        #expect(heard.packets == 2)
        #expect(heard.longestGap == .milliseconds(70))
    }

    @Test func `packets follow each other every 20 ms, late ones are caught up, very late ones left out`() throws {
        var speaker = speaker(440)
        var headers: [RTPHeader] = []
        for _ in 0..<60 {
            let bytes = packet(of: &speaker, at: speaker.due)
            headers.append(try #require(bytes.withUnsafeBytes { ReceivedRTP($0) }).header)
        }
        #expect(headers.map(\.marker) == [true] + Array(repeating: false, count: 59))
        for (one, next) in zip(headers, headers.dropFirst()) {
            #expect(sequenceDistance(from: one.sequence, to: next.sequence) == 1)
            #expect(timestampDistance(from: one.timestamp, to: next.timestamp) == 160)
        }
        #expect(speaker.due == origin + .milliseconds(1_200))
        _ = packet(of: &speaker, at: speaker.due + .milliseconds(100))
        #expect(speaker.due == origin + .milliseconds(1_220))
        _ = packet(of: &speaker, at: origin + .seconds(5))
        #expect(speaker.due == origin + .milliseconds(5_020))
    }

    @Test func `a ring of ports hands out even ones in turn`() {
        var ring = PortRing(40_001...40_006)
        #expect((0..<3).map { _ in ring.take() } == [40_002, 40_004, nil])
        ring.giveBack(40_002)
        #expect(ring.take() == 40_002)
        var top = PortRing(65_530...65_535)
        #expect((0..<4).map { _ in top.take() } == [65_530, 65_532, 65_534, nil])
    }
}
