import RTP
import Testing

struct TelephoneEventTests {
    @Test func `the payload has the layout of the figure`() throws {
        let event = TelephoneEvent(event: 11, isEnd: true, volume: 7, duration: 1600)
        var bytes = [UInt8](repeating: 0xFF, count: 4)
        bytes.withUnsafeMutableBytes { event.write(to: $0) }
        #expect(bytes == [11, 0x87, 0x06, 0x40])
        #expect(bytes.withUnsafeBytes { TelephoneEvent($0) } == event)
    }

    @Test func `the reserved bit is ignored, further bytes too`() {
        let bytes: [UInt8] = [1, 0x4A, 0, 160, 2, 0x8A, 0, 160]
        #expect(
            bytes.withUnsafeBytes { TelephoneEvent($0) }
                == TelephoneEvent(event: 1, isEnd: false, volume: 10, duration: 160))
    }

    @Test func `fewer than four bytes are no event`() {
        #expect([UInt8]([1, 0x0A, 0]).withUnsafeBytes { TelephoneEvent($0) } == nil)
    }
}

struct TelephoneEventReceiverTests {
    private var receiver = TelephoneEventReceiver()
    private var digits: [UInt8] = []

    private mutating func receive(
        _ event: UInt8, at timestamp: UInt32, duration: UInt16, end: Bool = false, marker: Bool = false
    ) {
        let packet = TelephoneEvent(event: event, isEnd: end, duration: duration)
        let (overdue, ended) = receiver.receive(
            packet, marker: marker, timestamp: timestamp, arrival: timestamp &+ UInt32(duration))
        digits += [overdue, ended].compactMap { $0 }
    }

    @Test mutating func `a whole event is one digit, reported at its end`() {
        receive(5, at: 1000, duration: 160, marker: true)
        receive(5, at: 1000, duration: 320)
        #expect(digits.isEmpty)
        for _ in 0..<3 { receive(5, at: 1000, duration: 480, end: true) }
        #expect(digits == [5])
    }

    @Test mutating func `only the end arrives`() {
        receive(9, at: 1000, duration: 800, end: true)
        receive(9, at: 1000, duration: 800, end: true)
        #expect(digits == [9])
    }

    @Test mutating func `an update that arrives behind the end is late`() {
        receive(9, at: 1000, duration: 800, end: true)
        receive(9, at: 1000, duration: 640)
        #expect(digits == [9])
        let overdue = receiver.overdue(at: 100_000)
        #expect(overdue == nil)
    }

    @Test mutating func `the next event ends one whose end was lost`() {
        receive(1, at: 1000, duration: 160, marker: true)
        receive(2, at: 3000, duration: 160, marker: true)
        #expect(digits == [1])
        receive(2, at: 3000, duration: 320, end: true)
        #expect(digits == [1, 2])
    }

    @Test mutating func `two digits come out of one packet if the first one's end was lost`() {
        receive(1, at: 1000, duration: 160, marker: true)
        receive(2, at: 3000, duration: 320, end: true)
        #expect(digits == [1, 2])
    }

    @Test mutating func `the same digit twice is two digits`() {
        receive(7, at: 1000, duration: 160, marker: true)
        receive(7, at: 1000, duration: 320, end: true)
        receive(7, at: 2000, duration: 160, marker: true)
        receive(7, at: 2000, duration: 320, end: true)
        #expect(digits == [7, 7])
    }

    @Test mutating func `the same digit twice with the first end lost is two digits`() {
        receive(7, at: 1000, duration: 160, marker: true)
        receive(7, at: 2000, duration: 160, marker: true)
        receive(7, at: 2000, duration: 320, end: true)
        #expect(digits == [7, 7])
    }

    @Test mutating func `a key held longer than the field counts is one digit`() {
        receive(0, at: 1000, duration: 160, marker: true)
        receive(0, at: 1000, duration: 0xFFFF)
        receive(0, at: 1000 + 0xFFFF, duration: 160)
        receive(0, at: 1000 + 0xFFFF, duration: 800, end: true)
        #expect(digits == [0])
    }

    @Test mutating func `a pause in the updates ends the event`() {
        receive(3, at: 1000, duration: 160, marker: true)
        let early = receiver.overdue(at: 1160 + TelephoneEventReceiver.patience)
        #expect(early == nil)
        let late = receiver.overdue(at: 1161 + TelephoneEventReceiver.patience)
        #expect(late == 3)
        let again = receiver.overdue(at: 10_000)
        #expect(again == nil)
        receive(3, at: 1000, duration: 800, end: true)
        #expect(digits.isEmpty)
    }

    @Test mutating func `timestamps wrap`() {
        receive(4, at: 0xFFFF_FF00, duration: 160, marker: true)
        receive(4, at: 0xFFFF_FF00, duration: 480, end: true)
        receive(5, at: 0x400, duration: 480, end: true)
        receive(4, at: 0xFFFF_FF00, duration: 480, end: true)
        #expect(digits == [4, 5])
    }

    @Test mutating func `a source that restarts its clock far away is heard again`() {
        receive(4, at: 1_000_000, duration: 480, end: true)
        receive(5, at: 1000, duration: 480, end: true)
        #expect(digits == [4, 5])
    }
}
