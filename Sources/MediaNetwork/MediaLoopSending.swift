internal import Audio
internal import LinuxIO
internal import MediaControl
internal import RTP
internal import SansIO

extension MediaLoop {
    // MARK: - Relaying

    /// Passes a packet that has just been read on to those who are fed from its leg.
    ///
    /// - Parameter codec: `nil` for a telephone-event.
    mutating func relay(_ packet: ReceivedRTP, codec: G711?, from slot: Int, at now: Instant) {
        guard !packet.payload.isEmpty else { return skip(packet, from: slot) }
        var listener = table.legs[slot].firstListener
        while listener != LegTable.none {
            relay(packet, codec: codec, from: slot, to: Int(listener), at: now)
            listener = table.legs[Int(listener)].nextListener
        }
    }

    private mutating func relay(_ packet: ReceivedRTP, codec: G711?, from slot: Int, to listener: Int, at now: Instant)
    {
        let leg = table.legs + listener
        guard leg.pointee.agreement.mayReceive else { return }
        let audio = leg.pointee.agreement.payloads.sends
        let type = codec == nil ? leg.pointee.agreement.payloads.sendsEventsAs : audio.payloadType
        guard let type else {
            table.legs[slot].counts.dropped += 1
            return leg.pointee.stream.skip(ssrc: packet.header.ssrc, sequence: packet.header.sequence)
        }
        guard let header = leg.pointee.stream.relay(OutgoingStream.Packet(packet, isAudio: codec != nil), at: now)
        else {
            table.legs[slot].counts.dropped += 1
            return
        }
        let translation = codec.flatMap { $0.translation(to: audio.codec) }
        let space = space(for: packet, translation: translation)
        if codec != nil {
            join(UnsafeMutableRawBufferPointer(rebasing: space[RTPHeader.size...]), audio.codec, to: listener)
        }
        send(header, type: type, in: space, to: listener)
        if codec != nil, leg.pointee.tap.sent.isSomewhere {
            recordSent(header, audio.codec, in: space, to: listener, at: now)
        }
    }

    /// The packet's payload behind room for a header: where it was received, or translated into other memory.
    private func space(for packet: ReceivedRTP, translation: UnsafePointer<UInt8>?) -> UnsafeMutableRawBufferPointer {
        guard let translation else {
            let range = packet.payloadStart - RTPHeader.size..<packet.payloadEnd
            return UnsafeMutableRawBufferPointer(rebasing: memory.received[range])
        }
        let count = packet.payload.count
        let source = memory.received.baseAddress.unsafelyUnwrapped + packet.payloadStart
        let target = memory.made.baseAddress.unsafelyUnwrapped + RTPHeader.size
        for offset in 0..<count {
            let code = source.load(fromByteOffset: offset, as: UInt8.self)
            target.storeBytes(of: translation[Int(code)], toByteOffset: offset, as: UInt8.self)
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory.made[..<(RTPHeader.size + count)])
    }

    /// A packet that is not passed on leaves no gap.
    func skip(_ packet: ReceivedRTP, from slot: Int) {
        var listener = table.legs[slot].firstListener
        while listener != LegTable.none {
            table.legs[Int(listener)].stream.skip(ssrc: packet.header.ssrc, sequence: packet.header.sequence)
            listener = table.legs[Int(listener)].nextListener
        }
    }

    // MARK: - Frames of our own

    /// The next 20 ms of what we play to a leg, if we do.
    mutating func sendFrame(_ slot: Int, at now: Instant) {
        let leg = table.legs + slot
        defer { advanceFeed(of: slot) }
        guard leg.pointee.agreement.mayReceive else { return }
        let audio = leg.pointee.agreement.payloads.sends
        let space = UnsafeMutableRawBufferPointer(rebasing: memory.made[..<(RTPHeader.size + G711.samplesPerFrame)])
        let payload = UnsafeMutableRawBufferPointer(rebasing: space[RTPHeader.size...])
        fill(payload, with: audio.codec, for: slot)
        let header = leg.pointee.stream.generate(samples: UInt32(G711.samplesPerFrame), at: now)
        join(payload, audio.codec, to: slot)
        send(header, type: audio.payloadType, in: space, to: slot)
        if leg.pointee.tap.sent.isSomewhere { recordSent(header, audio.codec, in: space, to: slot, at: now) }
    }

    private func fill(_ payload: UnsafeMutableRawBufferPointer, with codec: G711, for slot: Int) {
        switch table.legs[slot].feed {
        case .nothing, .leg: break
        case .silence, .awaiting:
            payload.initializeMemory(as: UInt8.self, repeating: codec.silence)
            // A sound that was cut off, or ends abruptly, dies away.
            Splice.smooth(payload, of: codec, after: table.legs[slot].lastCode)
        case .frames(let frames, let index, _):
            payload.copyMemory(
                from: UnsafeRawBufferPointer(start: frames.frame(index, in: codec), count: payload.count))
        }
    }

    /// What is played goes on with the clock, heard or not: a party on hold does not keep the call waiting.
    private mutating func advanceFeed(of slot: Int) {
        let leg = table.legs + slot
        guard case .frames(let frames, let index, let repeats) = leg.pointee.feed else { return }
        if index + 1 < frames.count {
            leg.pointee.feed = .frames(frames, next: index + 1, repeats: repeats)
        } else if repeats {
            leg.pointee.feed = .frames(frames, next: 0, repeats: true)
        } else {
            leg.pointee.feed = .silence
            reports.append(.played(leg.pointee.id, feed: leg.pointee.feedNumber))
        }
    }

    /// Makes audio that comes from elsewhere go on from where the last packet ended, so that the seam does not click.
    private func join(_ payload: UnsafeMutableRawBufferPointer, _ codec: G711, to slot: Int) {
        let leg = table.legs + slot
        if leg.pointee.stream.isSplice { Splice.smooth(payload, of: codec, after: leg.pointee.lastCode) }
        leg.pointee.lastCode = payload[payload.count - 1]
    }

    // MARK: - Onto the wire

    /// Writes the header in front of the payload and sends the packet.
    private func send(
        _ header: OutgoingStream.Header, type: UInt8, in packet: UnsafeMutableRawBufferPointer, to slot: Int
    ) {
        let leg = table.legs + slot
        RTPHeader(
            marker: header.marker, payloadType: type, sequence: header.sequence, timestamp: header.timestamp,
            ssrc: leg.pointee.stream.ssrc
        ).write(to: packet)
        guard let sealed = leg.pointee.cipher.seal(UnsafeRawBufferPointer(packet), in: memory.sealed) else {
            leg.pointee.counts.dropped += 1
            return
        }
        let outcome =
            leg.pointee.isConnected
            ? leg.pointee.rtp.send(sealed) : leg.pointee.rtp.send(sealed, to: leg.pointee.latch.destination)
        switch outcome {
        case .sent:
            leg.pointee.sent.packets &+= 1
            leg.pointee.sent.octets &+= UInt32(packet.count - RTPHeader.size)
        case .full, .failed:
            leg.pointee.counts.sendFailures += 1
        }
    }
}

extension OutgoingStream.Packet {
    init(_ packet: ReceivedRTP, isAudio: Bool) {
        self.init(
            ssrc: packet.header.ssrc, sequence: packet.header.sequence, timestamp: packet.header.timestamp,
            marker: packet.header.marker, samples: isAudio ? UInt32(packet.payload.count) : nil)
    }
}
