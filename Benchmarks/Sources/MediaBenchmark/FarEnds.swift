internal import Glibc
internal import LinuxIO
internal import Measuring
internal import RTP
internal import SansIO

/// The far ends of all legs: send each leg a packet every 20 ms, or only listen, and judge what comes back.
final class FarEnds {
    private static let warmUpMilliseconds = 2_000
    private static let packetLength = 172
    /// Where a packet bears the time it was sent: in the middle of its payload, since the loop smooths the beginning where
    /// the packet before it was lost.
    private static let timeOffset = 92

    private let ears: [Ear]
    /// Bound so that reports have somewhere to go; never read.
    private let reportEars: [Ear]
    private let legs: Int
    private let work: Work
    /// Where packets are to be SRTP.
    private let seals: LegSeals?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    private var sequences: [UInt16]
    private var lastArrivals: [(sequence: UInt16, time: Int64)?]
    private var errors = Samples()
    private var latencies = Samples()
    /// How late each millisecond's packets were sent.
    private var lags = Samples()
    /// Packets that came while it was measured.
    private var received = 0
    /// Packets sent while it was measured, and those of them that came, be it a little later.
    private var (sent, delivered) = (0, 0)
    /// When the measuring began and ended, in nanoseconds of the calendar clock, which is the one of arrivals.
    private var window: (start: Int64, end: Int64) = (.max, .max)
    private var isMeasuring = false
    /// What is read in one go, so that a loop that sends faster than this one reads cannot keep it from its clock.
    private static let longestDrain = 256
    /// For packets that are under way at the end.
    private static let tailMilliseconds = 100

    init(legs: Int, work: Work) throws {
        self.legs = legs
        self.work = work
        seals = work == .secure ? try LegSeals(legs: legs) : nil
        ears = try LoopRun.farPorts.map { try Ear(port: $0) }
        reportEars = try LoopRun.farPorts.map { try Ear(port: $0 + 1) }
        sequences = [UInt16](repeating: 0, count: legs)
        lastArrivals = [(sequence: UInt16, time: Int64)?](repeating: nil, count: legs)
    }

    deinit { buffer.deallocate() }

    func run(seconds: Int) throws {
        let poller = try Poller()
        let clock = try AlarmClock()
        try poller.add(clock.descriptor, token: UInt64.max)
        let start = MonotonicClock.now()
        clock.ring(at: start, every: .milliseconds(1))
        let end = Self.warmUpMilliseconds + seconds * 1000
        var tick = 0
        while tick < end + Self.tailMilliseconds {
            _ = poller.wait()
            drain()
            let now = MonotonicClock.now()
            while tick < Int((now - start).wholeMilliseconds) {
                tick += 1
                if isMeasuring { lags.record(nanoseconds: (now - start).wholeNanoseconds - Int64(tick) * 1_000_000) }
                if work.isRelayed, tick <= end { sendPackets(at: tick) }
                if tick == Self.warmUpMilliseconds { begin() }
                if tick == end { finish() }
                drain()
            }
            _ = clock.acknowledge()
        }
        print(
            "counted", received, sent, delivered, errors.milliseconds(at: 0.99), latencies.milliseconds(at: 0.5),
            latencies.milliseconds(at: 0.99), lags.milliseconds(at: 0.99))
        fflush(nil)
        withExtendedLifetime(reportEars) {}
    }

    private func begin() {
        isMeasuring = true
        window.start = CalendarClock.nanosecondsSince1970()
        print("start")
        fflush(nil)
    }

    private func finish() {
        isMeasuring = false
        window.end = CalendarClock.nanosecondsSince1970()
        print("stop")
        fflush(nil)
    }

    /// One in twenty legs each millisecond, so that the load is even.
    private func sendPackets(at tick: Int) {
        for leg in stride(from: tick % 20, to: legs, by: 20) {
            let header = RTPHeader(
                marker: false, payloadType: leg % 2 == 0 ? 8 : work.secondPayloadType, sequence: sequences[leg],
                timestamp: UInt32(sequences[leg]) &* 160,
                ssrc: UInt32(leg))
            sequences[leg] &+= 1
            header.write(to: buffer)
            buffer.storeBytes(
                of: CalendarClock.nanosecondsSince1970(), toByteOffset: Self.timeOffset, as: Int64.self)
            let destination = TransportAddress(
                ip: LoopRun.loopback, port: LoopRun.firstPort + UInt16(2 * leg))
            let length = seals?.seal(buffer, length: Self.packetLength, of: leg) ?? Self.packetLength
            if isMeasuring { sent += 1 }
            ears[leg % 2].send(UnsafeRawBufferPointer(rebasing: buffer[..<length]), to: destination)
        }
    }

    /// Once in each millisecond, as the load does it: being woken for each packet would be paid by the loop that sends it.
    private func drain() {
        for ear in ears {
            for _ in 0..<Self.longestDrain {
                guard let (length, arrival) = ear.receive(into: buffer) else { break }
                take(length, at: arrival)
            }
        }
    }

    private func take(_ length: Int, at arrival: Int64) {
        guard let packet = ReceivedRTP(UnsafeRawBufferPointer(rebasing: buffer[..<length])) else { return }
        let leg = Int(packet.header.ssrc)
        guard leg < legs else { return }
        let counts = (window.start..<window.end).contains(arrival)
        if counts { received += 1 }
        if work.keepsPayload {
            let departure = buffer.loadUnaligned(fromByteOffset: Self.timeOffset, as: Int64.self)
            if (window.start..<window.end).contains(departure) { delivered += 1 }
            if counts { latencies.record(nanoseconds: arrival - departure) }
        }
        if counts, let last = lastArrivals[leg] {
            // A packet that was lost is no error of the time between those that came.
            let frames = Int64(packet.header.sequence &- last.sequence)
            errors.record(nanoseconds: abs(arrival - last.time - frames * 20_000_000))
        }
        lastArrivals[leg] = (packet.header.sequence, arrival)
    }
}
