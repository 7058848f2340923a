import Audio
import SansIO
import Testing

@testable import MediaNetwork
@testable import RTP

struct RecordingTrackTests {
    private static let packet = (0..<160).map { UInt8($0 + 1) }

    /// The track's next samples.
    private func take(_ count: Int, from track: inout RecordingTrack) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            if let base = buffer.baseAddress { track.take(count, into: base) }
            used = count
        }
    }

    private func put(_ codec: G711, at start: Int64, count: Int = 160, in track: inout RecordingTrack) {
        Self.packet.withUnsafeBytes { track.put($0, of: codec, at: .init(start: start, count: count)) }
    }

    @Test func whatReachesBeyondTheRingsEndGoesOnAtItsBeginning() {
        var track = RecordingTrack(codec: .pcma, start: Instant(nanoseconds: 0))
        _ = take(8100, from: &track)
        put(.pcma, at: 8100, in: &track)
        let heard = take(160, from: &track)
        #expect(heard == Self.packet)
        // What was taken is silent when the ring comes round again.
        _ = take(8192 - 160, from: &track)
        let next = take(160, from: &track)
        #expect(next == [UInt8](repeating: G711.pcma.silence, count: 160))
    }

    @Test func aPlaceMayBeOneSampleLongerOrShorter() {
        var track = RecordingTrack(codec: .pcma, start: Instant(nanoseconds: 0))
        _ = take(8032, from: &track)
        // The sample that is there twice is the one behind the ring's end.
        put(.pcma, at: 8032, count: 161, in: &track)
        let longer = take(161, from: &track)
        #expect(longer == Self.packet + [160])
        put(.pcma, at: 8193, count: 159, in: &track)
        let shorter = take(160, from: &track)
        #expect(shorter == Self.packet.dropLast() + [G711.pcma.silence])
    }

    @Test func whatWasTakenAndWhatIsTooFarAheadIsLeftOut() {
        var track = RecordingTrack(codec: .pcma, start: Instant(nanoseconds: 0))
        _ = take(100, from: &track)
        put(.pcma, at: 0, in: &track)
        put(.pcma, at: -160, in: &track)
        put(.pcma, at: 100 + 8192 - 10, in: &track)
        put(.pcma, at: 100 + 8192, in: &track)
        let late = take(60, from: &track)
        #expect(late == Self.packet.suffix(60).map { $0 })
        let silence = take(8122, from: &track)
        #expect(silence == [UInt8](repeating: G711.pcma.silence, count: 8122))
        let early = take(20, from: &track)
        #expect(early == Self.packet.prefix(10) + [UInt8](repeating: G711.pcma.silence, count: 10))
    }

    @Test func theOtherCodecIsTranslated() throws {
        let table = try #require(G711.pcmu.translation(to: .pcma))
        var track = RecordingTrack(codec: .pcma, start: Instant(nanoseconds: 0))
        put(.pcmu, at: 0, count: 161, in: &track)
        let translated = take(161, from: &track)
        #expect(translated == (Self.packet + [160]).map { table[Int($0)] })
    }
}
