import RTP

/// Reads a packet as RTP, as RTCP and as a telephone event.
enum PacketProbe {
    static func run(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { packet in
            if let media = ReceivedRTP(packet) {
                precondition(media.payload.lowerBound >= RTPHeader.size, "a payload lies behind its header")
                precondition(media.payload.upperBound <= packet.count, "a payload lies within its packet")
                _ = TelephoneEvent(UnsafeRawBufferPointer(rebasing: packet[media.payload]))
            }
            if let control = ReceivedRTCP(packet, about: 1) {
                let name = control.canonicalName ?? 0..<0
                precondition(name.upperBound <= packet.count, "a name lies within its packet")
            }
        }
    }
}
