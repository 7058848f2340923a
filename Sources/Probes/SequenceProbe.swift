import Audio
import RTP

/// Counts what comes to a leg, places it on a time line and listens for keys, as a call's packets are.
enum SequenceProbe {
    static func run(_ bytes: [UInt8]) {
        var listener = Listener()
        for arrival in PacketSequence(bytes) {
            arrival.packet.withUnsafeBytes { packet in
                if arrival.isControl {
                    listener.takeControl(packet, at: arrival.time)
                } else if let media = ReceivedRTP(packet) {
                    listener.take(media, of: packet, at: arrival.time)
                }
            }
            listener.pass(to: arrival.time)
        }
        listener.report()
    }
}

private struct Listener {
    private static let ours: UInt32 = 1

    private var counted: UInt64 = 0
    private var statistics = ReceptionStatistics()
    private var placement = PlacementCheck()
    private var events = TelephoneEventReceiver()
    private var told: Set<UInt8> = []
    private var detector = KeyToneDetector()
    private var lastReport: SenderReportEcho?

    mutating func take(_ media: ReceivedRTP, of packet: UnsafeRawBufferPointer, at time: Int64) {
        let header = media.header
        let arrival = UInt32(truncatingIfNeeded: time / 125_000)
        counted += 1
        statistics.receive(sequence: header.sequence, ssrc: header.ssrc)
        let payload = UnsafeRawBufferPointer(rebasing: packet[media.payload])
        switch header.payloadType {
        case PacketSequence.payloadTypes[2]: takeEvent(payload, header, arrival)
        case PacketSequence.payloadTypes[1]: takeSound(payload, of: .pcmu, header, arrival, at: time)
        default: takeSound(payload, of: .pcma, header, arrival, at: time)
        }
        checkFigures()
    }

    private mutating func takeSound(
        _ payload: UnsafeRawBufferPointer, of codec: G711, _ header: RTPHeader, _ arrival: UInt32, at time: Int64
    ) {
        statistics.observe(timestamp: header.timestamp, arrival: arrival)
        detector.listen(to: payload, of: codec) { press in
            precondition(TelephoneEvent.digits.contains(press.key) && press.samples > 0, "a key is one of sixteen")
        }
        if !payload.isEmpty { placement.place(header, samples: payload.count, at: time) }
    }

    private mutating func takeEvent(_ payload: UnsafeRawBufferPointer, _ header: RTPHeader, _ arrival: UInt32) {
        guard let event = TelephoneEvent(payload) else { return }
        let (overdue, ended) = events.receive(
            event, marker: header.marker, timestamp: header.timestamp, arrival: arrival)
        told.insert(event.event)
        precondition(ended == nil || (event.isEnd && ended == event.event), "what ends is what the packet ends")
        precondition(overdue.map(told.contains) ?? true, "what is overdue was heard of")
        let again = events.receive(event, marker: header.marker, timestamp: header.timestamp, arrival: arrival)
        precondition(again == (nil, nil), "a packet that comes twice presses no key twice")
    }

    mutating func takeControl(_ packet: UnsafeRawBufferPointer, at time: Int64) {
        guard let control = ReceivedRTCP(packet, about: Self.ours) else { return }
        let now = NTPTime(unixNanoseconds: time)
        precondition(control.block?.roundTrip(at: now).map { $0 >= 0 } ?? true, "no way takes less than no time")
        if let report = control.senderReport { lastReport = SenderReportEcho(of: report.ntp, nanosecondsAgo: time) }
    }

    mutating func pass(to time: Int64) {
        let now = UInt32(truncatingIfNeeded: time / 125_000)
        guard let overdue = events.overdue(at: now) else { return }
        precondition(told.contains(overdue) && events.overdue(at: now) == nil, "an overdue key is told once")
    }

    private func checkFigures() {
        precondition(statistics.totalReceived == counted, "every packet is counted")
        precondition((0...1).contains(statistics.fractionLost), "no more is lost than was sent")
        precondition(statistics.lost < Int64(statistics.expected), "not all is lost of what has come")
        let score = VoiceQuality.meanOpinionScore(
            fractionLost: statistics.fractionLost, jitter: Double(statistics.jitter) / 8, roundTrip: 0)
        precondition((1...4.5).contains(score), "a score lies on its scale")
    }

    /// Our report is read as it was written.
    mutating func report() {
        guard let block = statistics.report(of: lastReport) else { return }
        let report = OutgoingRTCP(ssrc: 7, senderReport: nil, block: block, isGoodbye: true)
        var bytes = [UInt8](repeating: 0, count: OutgoingRTCP.largestSize)
        let length = bytes.withUnsafeMutableBytes { room in
            [UInt8](repeating: 65, count: 24).withUnsafeBytes { report.write(canonicalName: $0, to: room) }
        }
        let read = bytes.prefix(length).withUnsafeBytes { ReceivedRTCP($0, about: block.ssrc) }
        precondition(read?.block == block && read?.isGoodbye == true, "our report is read as it was written")
    }
}

/// Where packets are placed, and whether they may be there.
private struct PlacementCheck {
    /// As far from its arrival as a packet in order may lie, in samples: how far a source may jump and drift, and how far
    /// what came before may push it on.
    private static let farthest: Int64 = 16_000 + 320 + pushed
    private static let pushed: Int64 = 640

    private var placement = TalkSpurtPlacement()
    private var newest: (header: RTPHeader, start: Int64)?

    mutating func place(_ header: RTPHeader, samples: Int, at time: Int64) {
        let place = placement.place(
            TalkSpurtPlacement.Packet(
                ssrc: header.ssrc, sequence: header.sequence, timestamp: header.timestamp, marker: header.marker,
                samples: samples, arrival: time))
        let arrival = time / 125_000
        precondition(abs(place.count - samples) <= 1 && place.count > 0, "a packet fills what it holds")
        if let newest, isOlder(header, than: newest.header) {
            return precondition(place.start <= newest.start + 1, "what came late lies before what did not")
        }
        precondition(abs(place.start - arrival) <= Self.farthest, "a packet lies near its arrival")
        if let newest {
            precondition(
                place.start >= min(newest.start, arrival + Self.pushed - 1),
                "what was sent later lies later, unless it was sent faster than time passes")
        }
        newest = (header, place.start)
    }

    private func isOlder(_ header: RTPHeader, than newest: RTPHeader) -> Bool {
        guard header.ssrc == newest.ssrc else { return false }
        let step = sequenceDistance(from: newest.sequence, to: header.sequence)
        return (1 - ReceptionStatistics.farthestMisorder...0).contains(step)
            && timestampDistance(from: newest.timestamp, to: header.timestamp) <= 0
    }
}
