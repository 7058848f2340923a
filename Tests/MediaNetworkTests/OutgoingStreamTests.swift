import SansIO
import Testing

@testable import MediaNetwork

struct OutgoingStreamTests {
    typealias Header = OutgoingStream.Header

    private let stream = Subject()
    private let start = Instant(nanoseconds: 5_000_000_000)

    private func packet(
        _ sequence: UInt16, _ timestamp: UInt32, ssrc: UInt32 = 1, marker: Bool = false, isEvent: Bool = false
    ) -> OutgoingStream.Packet {
        OutgoingStream.Packet(
            ssrc: ssrc, sequence: sequence, timestamp: timestamp, marker: marker, samples: isEvent ? nil : 160)
    }

    private func at(_ milliseconds: Int) -> Instant { start + .milliseconds(milliseconds) }

    @Test func framesOfOurOwnCountOnOverTheWrap() {
        let headers = (0..<3).map { stream.generate(samples: 160, at: at(20 * $0)) }
        #expect(
            headers == [
                Header(marker: true, sequence: 65_534, timestamp: 1_000),
                Header(marker: false, sequence: 65_535, timestamp: 1_160),
                Header(marker: false, sequence: 0, timestamp: 1_320),
            ])
    }

    @Test func aRelayedSourceIsMappedWithAMarkerAtTheSeam() {
        #expect(
            stream.relay(packet(500, 90_000), at: at(0)) == Header(marker: true, sequence: 65_534, timestamp: 1_000))
        #expect(
            stream.relay(packet(501, 90_160), at: at(20)) == Header(marker: false, sequence: 65_535, timestamp: 1_160))
        #expect(
            stream.relay(packet(502, 90_320, marker: true), at: at(40))
                == Header(marker: true, sequence: 0, timestamp: 1_320))
    }

    @Test func everyChangeOfTheFeedIsASeamAndTheNumbersGoOn() {
        _ = stream.generate(samples: 160, at: at(0))
        #expect(stream.relay(packet(9, 0), at: at(20)) == Header(marker: true, sequence: 65_535, timestamp: 1_160))
        #expect(
            stream.relay(packet(40_000, 777, ssrc: 2), at: at(40))
                == Header(marker: true, sequence: 0, timestamp: 1_320))
        #expect(stream.generate(samples: 160, at: at(60)) == Header(marker: true, sequence: 1, timestamp: 1_480))
        stream.cut()
        #expect(stream.generate(samples: 160, at: at(80)) == Header(marker: true, sequence: 2, timestamp: 1_640))
    }

    @Test func timestampsRunWithTheClockOverAPause() {
        _ = stream.relay(packet(1, 0), at: at(0))
        stream.cut()
        #expect(stream.relay(packet(2, 160), at: at(1_000)) == Header(marker: true, sequence: 65_535, timestamp: 9_000))
        stream.cut()
        // Too soon for the clock to have passed the packet before.
        #expect(stream.generate(samples: 160, at: at(1_005)) == Header(marker: true, sequence: 0, timestamp: 9_160))
    }

    @Test func seamsDoNotPutTheStreamEverFurtherAheadOfTheClock() {
        for second in 0..<100 {
            _ = stream.generate(samples: 160, at: at(1_000 * second))
            stream.cut()
            // 3 ms later, which is within the packet before.
            _ = stream.relay(packet(UInt16(second), 0), at: at(1_000 * second + 3))
            stream.cut()
        }
        #expect(stream.generate(samples: 160, at: at(100_000)).timestamp == 1_000 + 800_000)
    }

    @Test func aSpliceIsASeamWithoutAGap() {
        _ = stream.generate(samples: 160, at: at(0))
        #expect(!stream.isSplice)
        stream.cut()
        _ = stream.generate(samples: 160, at: at(20))
        #expect(stream.isSplice)
        _ = stream.generate(samples: 160, at: at(40))
        #expect(!stream.isSplice)
        _ = stream.relay(packet(7, 0), at: at(45))
        #expect(stream.isSplice)
        _ = stream.relay(packet(7, 0), at: at(46))
        #expect(!stream.isSplice)
        stream.cut()
        _ = stream.relay(packet(8, 160), at: at(500))
        #expect(!stream.isSplice)
    }

    @Test func aDelayedThreadIsAGapOnlyBeyondATenthOfASecond() {
        _ = stream.generate(samples: 160, at: at(0))
        #expect(stream.generate(samples: 160, at: at(120)) == Header(marker: false, sequence: 65_535, timestamp: 1_160))
        #expect(stream.generate(samples: 160, at: at(241)) == Header(marker: true, sequence: 0, timestamp: 1_160 + 968))
    }

    @Test func lossStaysVisibleAndReorderingIsKept() {
        let sequences = [10, 12, 11, 13, 13].compactMap { number in
            stream.relay(packet(UInt16(number), UInt32(number) * 160), at: at(number))?.sequence
        }
        #expect(sequences == [65_534, 0, 65_535, 1, 1])
    }

    @Test func packetsFromBeforeTheSeamAreTooLate() {
        _ = stream.generate(samples: 160, at: at(0))
        _ = stream.relay(packet(100, 16_000), at: at(20))
        #expect(stream.relay(packet(99, 15_840), at: at(21)) == nil)
        #expect(stream.relay(packet(101, 16_160), at: at(40))?.sequence == 0)
    }

    @Test func aSkippedPacketLeavesNoGap() {
        _ = stream.relay(packet(10, 0), at: at(0))
        stream.skip(ssrc: 1, sequence: 11)
        stream.skip(ssrc: 1, sequence: 12)
        #expect(stream.relay(packet(13, 480), at: at(60)) == Header(marker: false, sequence: 65_535, timestamp: 1_480))
        #expect(stream.relay(packet(12, 320), at: at(61)) == nil)
        stream.skip(ssrc: 9, sequence: 14)
        #expect(stream.relay(packet(14, 640), at: at(80))?.sequence == 0)
    }

    @Test func aTelephoneEventKeepsItsTimestampAndTheAudioAfterItRunsOn() {
        _ = stream.relay(packet(1, 0), at: at(0))
        let event = (2..<60).map { stream.relay(packet(UInt16($0), 160, isEvent: true), at: at(20 * ($0 - 1))) }
        #expect(Set(event.map(\.?.timestamp)) == [1_160])
        #expect(event.last??.sequence == 56)
        #expect(
            stream.relay(packet(60, 59 * 160), at: at(59 * 20))
                == Header(marker: false, sequence: 57, timestamp: 1_000 + 59 * 160))
    }

    @Test func aFeedThatBeginsWithinATelephoneEventKeepsTheEventTogether() {
        _ = stream.generate(samples: 160, at: at(0))
        let event = (0..<3).map { stream.relay(packet(UInt16($0), 4_000, isEvent: true), at: at(20 + 20 * $0)) }
        #expect(event.map(\.?.timestamp) == [1_160, 1_160, 1_160])
        #expect(event.map(\.?.marker) == [true, false, false])
    }

    @Test func aSourceThatJumpsInTimeIsASeam() {
        _ = stream.relay(packet(1, 0), at: at(0))
        // Frozen while it was silent for three seconds.
        #expect(
            stream.relay(packet(2, 160), at: at(3_000)) == Header(marker: true, sequence: 65_535, timestamp: 25_000))
        #expect(
            stream.relay(packet(3, 5_000_000), at: at(3_020)) == Header(marker: true, sequence: 0, timestamp: 25_160))
    }

    @Test func aSourceThatRestartsItsNumbersIsASeam() {
        _ = stream.relay(packet(1, 0), at: at(0))
        #expect(stream.relay(packet(3_001, 160), at: at(20))?.marker == false)
        #expect(stream.relay(packet(6_002, 320), at: at(40)) == Header(marker: true, sequence: 2_999, timestamp: 1_320))
        #expect(stream.relay(packet(5_000, 480), at: at(60)) == Header(marker: true, sequence: 3_000, timestamp: 1_480))
    }

    @Test func packetsOfAnyLengthKeepTheirTime() {
        let sixty = OutgoingStream.Packet(ssrc: 1, sequence: 1, timestamp: 0, marker: false, samples: 480)
        _ = stream.relay(sixty, at: at(0))
        stream.cut()
        #expect(stream.generate(samples: 160, at: at(20)).timestamp == 1_480)
    }

    @Test func theStreamTellsItsTimestampForReports() {
        #expect(stream.timestamp(at: start) == 1_000)
        _ = stream.generate(samples: 160, at: at(0))
        #expect(stream.timestamp(at: at(500)) == 5_000)
    }
}

/// The stream under test. A class, because an expectation cannot call what mutates a value.
private final class Subject {
    private var stream = OutgoingStream(ssrc: 7, firstSequence: 65_534, firstTimestamp: 1_000)

    func generate(samples: UInt32, at now: Instant) -> OutgoingStream.Header {
        stream.generate(samples: samples, at: now)
    }

    func relay(_ packet: OutgoingStream.Packet, at now: Instant) -> OutgoingStream.Header? {
        stream.relay(packet, at: now)
    }

    func skip(ssrc: UInt32, sequence: UInt16) { stream.skip(ssrc: ssrc, sequence: sequence) }
    func cut() { stream.cut() }
    var isSplice: Bool { stream.isSplice }
    func timestamp(at now: Instant) -> UInt32 { stream.timestamp(at: now) }
}
