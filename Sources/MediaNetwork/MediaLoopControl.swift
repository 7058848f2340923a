internal import LinuxIO
internal import MediaControl
internal import RTP
internal import SansIO

extension MediaLoop {
    /// Reads one control packet: a sign of life, and what the far end's clock says.
    mutating func receiveRTCP(_ slot: Int, at now: Instant) {
        let leg = table.legs + slot
        var source = TransportAddress(ip: .v4(0), port: 0)
        guard case .datagram(let length) = leg.pointee.rtcp.receive(into: memory.received, source: &source) else {
            return
        }
        guard leg.pointee.latch.trusts(source.ip) else {
            leg.pointee.counts.fromStrangers += 1
            return
        }
        guard length <= PacketMemory.size else {
            leg.pointee.counts.refused += 1
            return
        }
        let bytes = UnsafeMutableRawBufferPointer(rebasing: memory.received[..<length])
        guard let plain = leg.pointee.accepted(leg.pointee.cipher.openControl(bytes)) else { return }
        guard
            let packet = ReceivedRTCP(
                UnsafeRawBufferPointer(rebasing: memory.received[..<plain]), about: leg.pointee.stream.ssrc)
        else {
            leg.pointee.counts.refused += 1
            return
        }
        leg.pointee.rtcpDestination = source
        if let report = packet.senderReport { leg.pointee.control.heard(report, at: now) }
        if let block = packet.block {
            leg.pointee.control.heard(block, of: leg.pointee.sent, calendar: MediaLoop.calendar)
        }
        if let change = leg.pointee.watch.heardSign(at: now) { report(change, of: slot) }
    }

    /// Sends the report that is due, where somebody can hear it; the last one only where the far end has heard of us (RFC 3550 §6.3.7).
    mutating func sendReport(_ slot: Int, isGoodbye: Bool, at now: Instant) {
        let leg = table.legs + slot
        if isGoodbye, leg.pointee.sent.packets == 0, !leg.pointee.control.hasReported { return }
        let packet = leg.pointee.control.report(
            of: leg.pointee.stream, sent: leg.pointee.sent, reception: &leg.pointee.reception,
            isGoodbye: isGoodbye, at: now,
            calendar: MediaLoop.calendar)
        if !isGoodbye { reports.append(.measured(leg.pointee.id, leg.pointee.summary)) }
        let destination = leg.pointee.rtcpDestination
        guard destination.canBeReached else { return }
        let length = leg.pointee.control.write(packet, to: memory.made)
        let bytes = UnsafeRawBufferPointer(rebasing: memory.made[..<length])
        guard let sealed = leg.pointee.cipher.sealControl(bytes, in: memory.sealed) else { return }
        switch leg.pointee.rtcp.send(sealed, to: destination) {
        case .sent: break
        case .full, .failed: leg.pointee.counts.sendFailures += 1
        }
    }

    private static var calendar: NTPTime { NTPTime(unixNanoseconds: CalendarClock.nanosecondsSince1970()) }
}
