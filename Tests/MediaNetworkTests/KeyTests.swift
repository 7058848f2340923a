import Audio
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// Keys that parties press, told by telephone-events and by their tones.
struct KeyTests {
    let bench: Bench
    let phone: TestPhone
    let leg: MediaLegID

    init() throws {
        bench = try Bench()
        phone = try TestPhone()
        leg = try bench.open(2, phone, describe: phone.media(eventsAs: 101))
    }

    /// The key 5, for 100 ms.
    private static let tone: [UInt8] = {
        var sines = [Sine(frequency: 770), Sine(frequency: 1336)]
        return (0..<800).map { _ in
            G711.pcma.encode(Int16(5_000 * sines[0].next()) + Int16(5_000 * sines[1].next()))
        }
    }()

    private func sendTone(from first: UInt16) throws {
        for number in 0..<5 {
            try phone.send(
                first + UInt16(number), Array(KeyTests.tone[number * 160..<(number + 1) * 160]))
        }
    }

    private func sendEvent(_ sequence: UInt16, timestamp: UInt32, isEnd: Bool) throws {
        var payload = [UInt8](repeating: 0, count: 4)
        payload.withUnsafeMutableBytes { TelephoneEvent(event: 5, isEnd: isEnd, duration: 800).write(to: $0) }
        try phone.send(sequence, type: 101, timestamp: timestamp, payload)
    }

    @Test func aToneIsAKeyWhereItIsListenedFor() throws {
        bench.engine.perform([.detectTones(leg, true)])
        try sendTone(from: 1)
        // Nothing follows it.
        try bench.log.take(.digit(leg, event: 5))
        bench.engine.perform([.detectTones(leg, false)])
        try sendTone(from: 10)
        bench.engine.perform([.close(leg)])
        _ = try bench.log.summary(of: leg)
        #expect(!bench.log.all.contains(.digit(leg, event: 5)))
    }

    @Test func aKeyThatComesBothWaysIsToldOnce() throws {
        bench.engine.perform([.detectTones(leg, true)])
        try sendTone(from: 1)
        try sendEvent(6, timestamp: 160, isEnd: true)
        try bench.log.take(.digit(leg, event: 5))
        let beat = try Beat(bench)
        for _ in 0..<10 { try beat.wait() }
        bench.engine.perform([.close(leg)])
        _ = try bench.log.summary(of: leg)
        #expect(!bench.log.all.contains(.digit(leg, event: 5)))
    }
}

struct KeyPressesTests {
    private func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: 0) + .milliseconds(milliseconds) }

    @Test func theOtherWayOfTellingAPressIsNotNews() {
        var presses = KeyPresses()
        #expect(presses.isNew(1, from: .tone, start: at(0), end: at(40)) == true)
        // A gateway that cut the tone off, and told of it by an event two seconds long.
        #expect(presses.isNew(1, from: .event, start: at(60), end: at(2_000)) == false)
        #expect(presses.isNew(1, from: .event, start: at(2_100), end: at(2_200)) == true)
        #expect(presses.isNew(1, from: .tone, start: at(2_100), end: at(2_190)) == false)
    }

    @Test func keysPressedTwiceAreTwo() {
        var presses = KeyPresses()
        let told = [0, 250, 500].flatMap { start in
            [
                presses.isNew(7, from: .event, start: at(start), end: at(start + 100)),
                presses.isNew(7, from: .tone, start: at(start + 10), end: at(start + 110)),
            ]
        }
        #expect(told == [true, false, true, false, true, false])
        var tones = KeyPresses()
        #expect(tones.isNew(7, from: .tone, start: at(0), end: at(50)) == true)
        #expect(tones.isNew(7, from: .tone, start: at(90), end: at(140)) == true)
    }

    @Test func anotherKeyOrAnotherTimeIsNews() {
        var presses = KeyPresses()
        #expect(presses.isNew(1, from: .tone, start: at(0), end: at(100)) == true)
        #expect(presses.isNew(2, from: .event, start: at(0), end: at(100)) == true)
        #expect(presses.isNew(2, from: .tone, start: at(301), end: at(400)) == true)
    }
}
