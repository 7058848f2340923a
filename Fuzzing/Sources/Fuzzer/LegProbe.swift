import Audio
import Foundation
import MediaControl
import Probes
import RTP
import SansIO

@testable import MediaNetwork

/// Does with a sequence of packets what the packet loop does with those of a leg: latches to their source, watches them,
/// passes them on and records them.
struct LegProbe {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    /// What is recorded of it.
    private static let recordedTime = Duration.seconds(60)
    private static let recorded = MediaRecording(
        id: MediaRecordingID(high: 1, low: 1), first: MediaLegID(number: 2), second: MediaLegID(number: 3),
        channels: .dual, format: .alaw)

    private var now = start
    private var latch: LatchCheck
    private var watch: WatchCheck
    private var stream = StreamCheck()
    private var control = ControlSession(seed: 7, at: start)
    private var sent = Leg.Sent()
    private let recording: ActiveRecording

    /// - Parameter folder: where it records, with nothing in it.
    static func run(_ bytes: [UInt8], in folder: String) {
        do {
            var probe = try LegProbe(anySource: bytes.count % 2 == 0, folder: folder)
            for arrival in PacketSequence(bytes) { try probe.take(arrival) }
            try probe.finish()
            try FileManager.default.removeItem(atPath: "\(folder)/\(recorded.fileName)")
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private init(anySource: Bool, folder: String) throws {
        latch = LatchCheck(anySource: anySource)
        watch = WatchCheck(anySource ? .activity(quietAfter: .milliseconds(200)) : .liveness(idleAfter: .seconds(20)))
        recording = try ActiveRecording(Self.recorded, folder: folder, at: Self.start, using: RecordingMemory())
    }

    private mutating func take(_ arrival: PacketSequence.Arrival) throws {
        now = Self.start + .nanoseconds(arrival.time)
        latch.pass(to: now)
        watch.pass(to: now)
        try arrival.packet.withUnsafeBytes { packet in
            if arrival.isControl {
                takeControl(packet)
            } else if let media = ReceivedRTP(packet), latch.admits(media.header, from: arrival.source, at: now) {
                try take(media, of: packet)
            }
        }
        if now <= Self.start + Self.recordedTime { try recording.advance(to: now) }
    }

    private mutating func take(_ media: ReceivedRTP, of packet: UnsafeRawBufferPointer) throws {
        let header = media.header
        let isSound = header.payloadType != PacketSequence.payloadTypes[2]
        watch.heard(isSound: isSound, at: now)
        stream.relay(header, samples: isSound ? UInt32(media.payload.count) : nil, at: now)
        sent.packets += 1
        guard isSound, !media.payload.isEmpty, now <= Self.start + Self.recordedTime else { return }
        let channel: RecordingChannel = header.marker ? .right : .left
        let entry = TapeEntry(
            instant: now, track: RecordingTap.Track(recording: 0, channel: channel), ssrc: header.ssrc,
            timestamp: header.timestamp, sequence: header.sequence, length: UInt16(media.payload.count),
            marker: header.marker, codec: header.payloadType == 0 ? .pcmu : .pcma)
        try recording.add(entry, UnsafeRawBufferPointer(rebasing: packet[media.payload]))
    }

    private mutating func takeControl(_ packet: UnsafeRawBufferPointer) {
        guard let packet = ReceivedRTCP(packet, about: 1) else { return }
        let calendar = NTPTime(unixNanoseconds: now.nanoseconds)
        if let report = packet.senderReport { control.heard(report, at: now) }
        if let block = packet.block { control.heard(block, of: sent, calendar: calendar) }
        precondition(control.reported.map { (0...1).contains($0.fractionLost) } ?? true, "loss is a share")
        precondition(control.roundTrip.map { $0 >= .zero } ?? true, "no way takes less than no time")
    }

    /// A recording is as long as the time it took, and at most a frame longer.
    private func finish() throws {
        let end = min(now, Self.start + Self.recordedTime)
        try recording.finish(at: end)
        let samples = UInt64((end.nanoseconds - Self.start.nanoseconds) / 125_000)
        precondition(
            (samples...samples + 160).contains(recording.summary.samples), "a recording is as long as its time")
    }
}

/// A latch, and what it may do.
private struct LatchCheck {
    /// The first is the described one, the second has its address, the third is the signalling peer; the last is a stranger.
    private static let sources = [(1, 4_000), (1, 4_010), (2, 9_000), (3, 9_000)].map { host, port in
        TransportAddress(ip: .v4(0x0A00_0000 + UInt32(host)), port: UInt16(port))
    }
    private let anySource: Bool
    private var latch: Latch
    /// Who has sent how many good packets of one stream in a row.
    private var run: (source: Int, ssrc: UInt32, count: Int) = (0, 0, 0)
    private var heard: Set<Int> = []
    private var lastHeard = Instant(nanoseconds: 0)

    init(anySource: Bool) {
        self.anySource = anySource
        latch = Latch(
            described: Self.sources[0], policy: LatchPolicy(anySource: anySource, signallingPeer: Self.sources[2].ip))
    }

    mutating func pass(to now: Instant) {
        let isSilent = now.nanoseconds - lastHeard.nanoseconds >= Latch.patience
        precondition(!latch.timeOut(at: now) || isSilent, "only a silent source lapses")
    }

    mutating func admits(_ header: RTPHeader, from source: Int, at now: Instant) -> Bool {
        let before = latch.destination
        let address = Self.sources[source]
        let isExcluded = latch.excludes(address)
        let isGood = PacketSequence.payloadTypes.contains(header.payloadType)
        // A stranger does not come between.
        if !isExcluded {
            let continues = run.count > 0 && run.source == source && run.ssrc == header.ssrc
            run = (source, header.ssrc, isGood ? (continues ? run.count : 0) + 1 : 0)
        }
        let verdict = latch.judge(address, ssrc: header.ssrc, negotiated: isGood, at: now)
        precondition((verdict == .stranger) == isExcluded, "strangers are told beforehand")
        switch verdict {
        case .stranger, .candidate:
            precondition(latch.destination == before, "what is not accepted changes nothing")
            return false
        case .accepted: precondition(before == address, "only the source is accepted")
        case .locked:
            let isKnown = source == 0 || heard.contains(source) || run.count >= Int(Latch.packetsToLock)
            precondition(isKnown && (anySource || source < 3), "who locks has shown itself, and may")
        }
        precondition(latch.destination == address, "answers go where packets come from")
        heard.insert(source)
        lastHeard = now
        return true
    }
}

/// A watch, whose changes alternate.
private struct WatchCheck {
    private var watch: ReceptionWatch
    private var isFlowing: Bool

    init(_ watch: MediaWatch) {
        self.watch = ReceptionWatch(watch, at: Instant(nanoseconds: 1_000_000_000))
        if case .liveness = watch { isFlowing = true } else { isFlowing = false }
    }

    mutating func heard(isSound: Bool, at now: Instant) {
        note(isSound ? watch.heardAudio(at: now) : watch.heardSign(at: now))
    }

    mutating func pass(to now: Instant) { note(watch.timeOut(at: now)) }

    private mutating func note(_ change: ReceptionWatch.Change?) {
        guard let change else { return }
        precondition((change == .flowing) != isFlowing, "flowing and quiet alternate")
        isFlowing = change == .flowing
    }
}

/// The stream that the other leg is sent.
private struct StreamCheck {
    private var stream = OutgoingStream(ssrc: 1, firstSequence: 65_000, firstTimestamp: .max - 8_000)
    private var newest: OutgoingStream.Header?

    mutating func relay(_ header: RTPHeader, samples: UInt32?, at now: Instant) {
        let packet = OutgoingStream.Packet(
            ssrc: header.ssrc, sequence: header.sequence, timestamp: header.timestamp, marker: header.marker,
            samples: samples)
        guard let passed = stream.relay(packet, at: now) else { return }
        guard let newest else { return self.newest = passed }
        let step = sequenceDistance(from: newest.sequence, to: passed.sequence)
        precondition((-100...3_000).contains(step), "the stream's numbers go on")
        if step > 0 { self.newest = passed }
    }
}
