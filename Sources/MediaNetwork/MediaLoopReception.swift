internal import Audio
internal import LinuxIO
internal import MediaControl
internal import RTP
internal import SansIO

extension MediaLoop {
    /// Packets that are read in one go from a socket just connected, so that no sender can keep the thread to itself.
    private static let longestDrain = 64

    /// Reads one packet; more of them make the poller tell again. Only right after connecting everything queued is read,
    /// since that may still be from others.
    mutating func receiveRTP(_ slot: Int, at now: Instant) {
        let leg = table.legs + slot
        switch leg.pointee.hearing {
        case .source:
            let listener = leg.pointee.firstListener
            if listener != LegTable.none { prefetch(table.legs + Int(listener), byteCount: MediaLoop.hotBytes) }
            let outcome = leg.pointee.rtp.receive(into: memory.received)
            if let length = length(of: outcome, slot) { take(length, from: nil, slot, at: now) }
        case .everybody:
            receiveFromAnybody(slot, at: now)
        case .sourceSoon:
            for _ in 0..<MediaLoop.longestDrain where !receiveFromAnybody(slot, at: now) {
                leg.pointee.hearing = .source
                return
            }
        }
    }

    /// Whether there was a packet.
    @discardableResult
    private mutating func receiveFromAnybody(_ slot: Int, at now: Instant) -> Bool {
        var source = TransportAddress(ip: .v4(0), port: 0)
        let outcome = table.legs[slot].rtp.receive(into: memory.received, source: &source)
        guard let length = length(of: outcome, slot) else { return false }
        take(length, from: source, slot, at: now)
        return true
    }

    private func length(of outcome: UDPSocket.Received, _ slot: Int) -> Int? {
        switch outcome {
        case .datagram(let length): return length
        case .nothing: return nil
        case .failed:
            // What we sent earlier was refused; reading has cleared the error.
            table.legs[slot].counts.sendFailures += 1
            return nil
        }
    }

    /// - Parameter source: `nil` where the kernel sees to it.
    private mutating func take(_ length: Int, from source: TransportAddress?, _ slot: Int, at now: Instant) {
        let leg = table.legs + slot
        guard let length = opened(length, from: source, slot) else { return }
        guard let packet = ReceivedRTP(UnsafeRawBufferPointer(rebasing: memory.received[..<length])) else {
            leg.pointee.counts.refused += 1
            return
        }
        let kind = leg.pointee.agreement.payloads.kind(of: packet.header.payloadType)
        if let source {
            guard admit(packet, kind, from: source, slot, at: now) else { return }
        } else {
            leg.pointee.latch.heard(at: now)
        }
        accept(packet, kind, slot, at: now)
    }

    /// The length of the packet once it is plain; `nil` where it is nothing to look at. What fails here has no part in
    /// latching.
    private func opened(_ length: Int, from source: TransportAddress?, _ slot: Int) -> Int? {
        let leg = table.legs + slot
        guard length <= PacketMemory.size else {
            leg.pointee.counts.refused += 1
            return nil
        }
        guard !leg.pointee.cipher.isPlain else { return length }
        if let source, leg.pointee.latch.excludes(source) {
            leg.pointee.counts.fromStrangers += 1
            return nil
        }
        let packet = UnsafeMutableRawBufferPointer(rebasing: memory.received[..<length])
        return leg.pointee.accepted(leg.pointee.cipher.open(packet))
    }

    private mutating func admit(
        _ packet: ReceivedRTP, _ kind: NegotiatedPayloads.Kind, from source: TransportAddress, _ slot: Int,
        at now: Instant
    ) -> Bool {
        let leg = table.legs + slot
        let negotiated = if case .refused = kind { false } else { true }
        switch leg.pointee.latch.judge(source, ssrc: packet.header.ssrc, negotiated: negotiated, at: now) {
        case .accepted: return true
        case .locked:
            hear(source, slot)
            return true
        case .candidate: return false
        case .stranger:
            leg.pointee.counts.fromStrangers += 1
            return false
        }
    }

    private mutating func accept(
        _ packet: ReceivedRTP, _ kind: NegotiatedPayloads.Kind, _ slot: Int, at now: Instant
    ) {
        let leg = table.legs + slot
        guard !packet.isControl else {
            leg.pointee.counts.refused += 1
            return
        }
        guard leg.pointee.agreement.maySend else {
            leg.pointee.counts.refused += 1
            return skip(packet, from: slot)
        }
        leg.pointee.reception.receive(sequence: packet.header.sequence, ssrc: packet.header.ssrc)
        switch kind {
        case .audio(let codec):
            leg.pointee.reception.observe(timestamp: packet.header.timestamp, arrival: now.samples)
            if let change = leg.pointee.watch.heardAudio(at: now) { report(change, of: slot) }
            if leg.pointee.tap.received.isSomewhere { recordReceived(packet, codec, slot, at: now) }
            if leg.pointee.tones != nil { detectTone(packet, codec, slot, at: now) }
            relay(packet, codec: codec, from: slot, at: now)
        case .telephoneEvent:
            if let change = leg.pointee.watch.heardSign(at: now) { report(change, of: slot) }
            detectDigit(packet, slot, at: now)
            relay(packet, codec: nil, from: slot, at: now)
        case .refused:
            if let change = leg.pointee.watch.heardSign(at: now) { report(change, of: slot) }
            leg.pointee.counts.refused += 1
            skip(packet, from: slot)
        }
    }

    private mutating func detectDigit(_ packet: ReceivedRTP, _ slot: Int, at now: Instant) {
        let leg = table.legs + slot
        let payload = UnsafeRawBufferPointer(rebasing: memory.received[packet.payload])
        guard let event = TelephoneEvent(payload), TelephoneEvent.digits.contains(event.event) else { return }
        let (overdue, ended) = leg.pointee.digits.receive(
            event, marker: packet.header.marker, timestamp: packet.header.timestamp, arrival: now.samples)
        if let overdue { tell(of: overdue, from: .event, samples: 0, slot, at: now) }
        if let ended { tell(of: ended, from: .event, samples: Int(event.duration), slot, at: now) }
    }

    // MARK: - Whom the socket hears

    /// The latch has locked to a source: the kernel is to filter the others.
    private mutating func hear(_ source: TransportAddress, _ slot: Int) {
        let leg = table.legs + slot
        if source != leg.pointee.latch.described {
            leg.pointee.rtcpDestination = TransportAddress(ip: source.ip, port: source.port &+ 1)
        }
        do throws(SystemError) {
            try leg.pointee.rtp.connect(to: source)
            leg.pointee.hearing = .sourceSoon
        } catch {
            // No route to it, perhaps for now: the latch goes on filtering.
            leg.pointee.hearing = .everybody
        }
    }

    mutating func hearEverybody(_ slot: Int) {
        let leg = table.legs + slot
        guard leg.pointee.isConnected else { return }
        leg.pointee.hearing = .everybody
        do throws(SystemError) {
            try leg.pointee.rtp.disconnect()
        } catch {
            // Only a closed descriptor cannot be disconnected.
            preconditionFailure("\(error)")
        }
    }
}

extension ReceivedRTP {
    /// RTCP reports that came to the RTP port: what would be their payload type is never negotiated (RFC 5761 §4).
    fileprivate var isControl: Bool { (72...76).contains(header.payloadType) }
}
