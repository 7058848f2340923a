import Testing

@testable import RTP

/// A party on a clock of its own, which talks in spurts and sends nothing between them, over a network that loses and
/// delays.
private struct Speaker {
    let ssrc: UInt32
    /// Parts per million.
    let drift: Double
    var random: Random
    var placement = TalkSpurtPlacement()

    struct Placed {
        let number: Int
        let place: TalkSpurtPlacement.Place
        let isSpurt: Bool
    }

    private static let delay = 40.0

    /// Milliseconds of our clock when the speaker's has counted so many samples.
    func time(ofSample sample: Int) -> Double { Double(sample) / 8 / (1 + drift * 1e-6) }

    /// The speaker's sample at a time of our clock.
    func sample(at milliseconds: Double) -> Int { Int(milliseconds * 8 * (1 + drift * 1e-6)) }

    /// Talks for a while; both talk for a second either side of every tenth.
    mutating func talk(milliseconds: Double, lossPercent: UInt64) -> [Placed] {
        var placed: [Placed] = []
        var spurtEnd = 0.0
        var pauseEnd = 0.0
        var lastArrival = 0.0
        var wasTalking = false
        for number in 0..<sample(at: milliseconds) / 160 {
            let now = time(ofSample: (number + 1) * 160)
            if now > pauseEnd {
                spurtEnd = now + 300 + random.upTo(4_000)
                pauseEnd = spurtEnd + 300 + random.upTo(6_000)
            }
            let toClick = (now + 5_000).truncatingRemainder(dividingBy: 10_000) - 5_000
            let talks = now < spurtEnd || abs(toClick) < 1_000
            defer { wasTalking = talks }
            guard talks, random.next() % 100 >= lossPercent else { continue }
            // Now and then a packet is held up, and those behind it with it.
            let jitter = random.next() % 200 == 0 ? 80 : random.upTo(25)
            lastArrival = max(lastArrival, now + Speaker.delay + jitter)
            let packet = TalkSpurtPlacement.Packet(
                ssrc: ssrc, sequence: UInt16(truncatingIfNeeded: 65_000 + number),
                timestamp: UInt32(truncatingIfNeeded: 0xFFFF_0000 + number * 160), marker: !wasTalking, samples: 160,
                arrival: Int64(lastArrival * 1_000_000))
            placed.append(Placed(number: number, place: placement.place(packet), isSpurt: !wasTalking))
        }
        return placed
    }
}

/// Repeatable.
private struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    mutating func upTo(_ limit: Double) -> Double { Double(next() % 1_000_000) / 1_000_000 * limit }
}

struct TalkSpurtPlacementTests {
    private func packet(
        _ number: Int, at milliseconds: Double, marker: Bool = false, ssrc: UInt32 = 1, sequence: Int? = nil
    ) -> TalkSpurtPlacement.Packet {
        TalkSpurtPlacement.Packet(
            ssrc: ssrc, sequence: UInt16(truncatingIfNeeded: sequence ?? number),
            timestamp: UInt32(truncatingIfNeeded: number * 160), marker: marker, samples: 160,
            arrival: Int64(milliseconds * 1_000_000))
    }

    @Test(arguments: [(100.0, -100.0), (-100.0, 100.0), (0.0, 100.0)])
    func whatTwoSayAtOnceStaysTogetherForAnHour(_ first: Double, _ second: Double) {
        let hour = 3_600_000.0
        var left = Speaker(ssrc: 1, drift: first, random: Random(state: 7))
        var right = Speaker(ssrc: 2, drift: second, random: Random(state: 11))
        let heard = [left.talk(milliseconds: hour, lossPercent: 2), right.talk(milliseconds: hour, lossPercent: 2)]
            .map { placed in Dictionary(uniqueKeysWithValues: placed.map { ($0.number, $0.place) }) }
        var compared = 0
        var farthest: Int64 = 0
        for click in stride(from: 10_000.0, to: hour, by: 10_000) {
            let samples = [left.sample(at: click), right.sample(at: click)]
            // What was lost cannot be compared.
            guard let one = heard[0][samples[0] / 160], let other = heard[1][samples[1] / 160] else { continue }
            let positions = [one.start + Int64(samples[0] % 160), other.start + Int64(samples[1] % 160)]
            // From the click to its packet's end, and on its way.
            let expected = Int64((click + 40) * 8) + 160
            compared += 1
            farthest = max(farthest, abs(positions[0] - positions[1]))
            for position in positions {
                #expect((-160...400).contains(position - expected), "\(position - expected) at \(click)")
            }
        }
        #expect(compared > 330)
        #expect(farthest <= 160, "\(farthest) samples apart")
    }

    @Test func aSpurtIsInOnePieceAndCorrectedBySingleSamples() {
        var speaker = Speaker(ssrc: 1, drift: 100, random: Random(state: 3))
        let placed = speaker.talk(milliseconds: 600_000, lossPercent: 0)
        var corrections = 0
        for (before, after) in zip(placed, placed.dropFirst()) {
            let end = before.place.start + Int64(before.place.count)
            #expect((159...161).contains(before.place.count))
            if before.place.count != 160 { corrections += 1 }
            if after.isSpurt {
                #expect(after.place.start >= end)
            } else {
                #expect(after.place.start == end)
            }
        }
        // 100 ppm of the five minutes or so of talk, and some for the jitter.
        #expect((1...3_000).contains(corrections))
    }

    @Test func whatNobodyHearsIsNotCorrected() {
        var (placement, random) = (TalkSpurtPlacement(), Random(state: 5))
        let places = (0..<3_000).map { number in
            placement.place(packet(number, at: Double(number) * 20 + random.upTo(8)))
        }
        #expect(places.allSatisfy { $0.count == 160 })
    }

    @Test func aFirstPacketThatCameLateIsMadeUpForAndThenLeftAlone() {
        var placement = TalkSpurtPlacement()
        let places = (0..<500).map { number in
            placement.place(packet(number, at: Double(number) * 20 + (number == 0 ? 15 : 0)))
        }
        let corrections = places.indices.filter { places[$0].count != 160 }
        #expect((100...113).contains(corrections.count))
        #expect((corrections.last ?? 0) < 150)
        #expect(abs(places[499].start - 499 * 160) <= 10)
    }

    @Test func theFirstPacketLiesWhereItArrived() {
        var placement = TalkSpurtPlacement()
        #expect(placement.place(packet(5, at: 100)) == .init(start: 800, count: 160))
        #expect(placement.place(packet(6, at: 120)) == .init(start: 960, count: 160))
        var early = TalkSpurtPlacement()
        #expect(early.place(packet(5, at: -10)) == .init(start: -80, count: 160))
    }

    @Test func lossLeavesItsPlaceAndLatePacketsFindTheirs() {
        var placement = TalkSpurtPlacement()
        _ = placement.place(packet(1, at: 20))
        #expect(placement.place(packet(4, at: 80)).start == 640)
        #expect(placement.place(packet(3, at: 85)).start == 480)
        #expect(placement.place(packet(3, at: 86)).start == 480)
        #expect(placement.place(packet(5, at: 100)).start == 800)
    }

    @Test func aTimestampThatStoodStillInThePauseDoesNotMatter() {
        var placement = TalkSpurtPlacement()
        for number in 0..<50 { _ = placement.place(packet(number, at: Double(number) * 20)) }
        // Five seconds later, with the next number and the next timestamp.
        #expect(placement.place(packet(50, at: 6_000, marker: true)).start == 48_000)
        #expect(placement.place(packet(51, at: 6_020)).start == 48_160)
    }

    @Test func aSourceThatChangesOrRestartsIsPlacedAnew() {
        var placement = TalkSpurtPlacement()
        _ = placement.place(packet(1, at: 20))
        #expect(placement.place(packet(9_000, at: 500, ssrc: 2)).start == 4_000)
        #expect(placement.place(packet(9_001, at: 520, ssrc: 2)).start == 4_160)
        // The same source, its numbers far away.
        #expect(placement.place(packet(20, at: 540, ssrc: 2, sequence: 30_000)).start == 4_320)
        placement.cut()
        #expect(placement.place(packet(21, at: 900, ssrc: 2)).start == 7_200)
    }

    @Test func nothingNewLiesOnWhatIsThere() {
        var placement = TalkSpurtPlacement()
        _ = placement.place(packet(1, at: 20))
        #expect(placement.place(packet(1, at: 25, ssrc: 2)).start == 320)
    }

    @Test func aSourceThatSendsFasterThanTimePassesKeepsNobodyFromHisPlace() {
        var placement = TalkSpurtPlacement()
        for number in 0..<1_000 { _ = placement.place(packet(number, at: Double(number))) }
        #expect(placement.place(packet(7, at: 1_000, ssrc: 2)).start <= 8_000 + 640)
    }

    @Test func packetsHeldUpAndThenDeliveredAtOnceStayInOrder() {
        var placement = TalkSpurtPlacement()
        for number in 0..<100 { _ = placement.place(packet(number, at: Double(number) * 20)) }
        let held = (100..<130).map { placement.place(packet($0, at: 2_600)).start }
        #expect(held.first == 16_000)
        #expect(zip(held, held.dropFirst()).allSatisfy { (159...161).contains($1 - $0) })
    }

    @Test func aWayThatBecomesLongerIsFollowedWithinAboutASecond() {
        var placement = TalkSpurtPlacement()
        for number in 0..<100 { _ = placement.place(packet(number, at: Double(number) * 20)) }
        var last: Int64 = 0
        for number in 100..<160 { last = placement.place(packet(number, at: Double(number) * 20 + 100)).start }
        #expect(abs(last - (159 * 160 + 800)) <= 160)
    }
}
