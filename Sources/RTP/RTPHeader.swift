/// The fixed header of an RTP packet, and where its payload lies (RFC 3550 §5.1).
public struct RTPHeader: Hashable, Sendable {
    public var marker: Bool
    /// 0 … 127.
    public var payloadType: UInt8
    public var sequence: UInt16
    public var timestamp: UInt32
    public var ssrc: UInt32

    /// The length of the header that `write(to:)` writes: no contributing sources, no extension.
    public static let size = 12

    public init(marker: Bool, payloadType: UInt8, sequence: UInt16, timestamp: UInt32, ssrc: UInt32) {
        precondition(payloadType < 128)
        self.marker = marker
        self.payloadType = payloadType
        self.sequence = sequence
        self.timestamp = timestamp
        self.ssrc = ssrc
    }

    /// Writes the twelve bytes at the beginning of `packet`, which must have room for them.
    public func write(to packet: UnsafeMutableRawBufferPointer) {
        packet[0] = 2 << 6
        packet[1] = (marker ? 0x80 : 0) | payloadType
        packet.storeBig(sequence, at: 2)
        packet.storeBig(timestamp, at: 4)
        packet.storeBig(ssrc, at: 8)
    }
}

/// A received RTP packet: its header, and the range of its payload.
public struct ReceivedRTP: Hashable, Sendable {
    public let header: RTPHeader
    /// Offset of the payload's first byte in the packet.
    public let payloadStart: Int
    /// Offset behind its last byte; padding and its count are left out.
    public let payloadEnd: Int

    public var payload: Range<Int> { payloadStart..<payloadEnd }

    /// Reads a packet; `nil` for whatever fails the checks of RFC 3550 §A.1 that need no memory: version, and
    /// lengths of contributing sources, extension and padding within the packet.
    public init?(_ packet: UnsafeRawBufferPointer) {
        guard packet.count >= RTPHeader.size, packet[0] >> 6 == 2 else { return nil }
        guard let start = ReceivedRTP.payloadStart(in: packet) else { return nil }
        let padding = packet[0] & 0x20 != 0 ? Int(packet[packet.count - 1]) : 0
        guard packet[0] & 0x20 == 0 || padding > 0, start + padding <= packet.count else { return nil }
        header = RTPHeader(
            marker: packet[1] & 0x80 != 0, payloadType: packet[1] & 0x7F, sequence: packet.big(UInt16.self, at: 2),
            timestamp: packet.big(UInt32.self, at: 4), ssrc: packet.big(UInt32.self, at: 8))
        payloadStart = start
        payloadEnd = packet.count - padding
    }

    /// Behind the contributing sources and the extension (RFC 3550 §5.3.1), as far as the packet holds them.
    private static func payloadStart(in packet: UnsafeRawBufferPointer) -> Int? {
        var start = RTPHeader.size + 4 * Int(packet[0] & 0x0F)
        if packet[0] & 0x10 != 0 {
            guard start + 4 <= packet.count else { return nil }
            start += 4 + 4 * Int(packet.big(UInt16.self, at: start + 2))
        }
        return start <= packet.count ? start : nil
    }
}

/// How far `later` lies behind `earlier` on the circle of sequence numbers: −32,768 … 32,767.
public func sequenceDistance(from earlier: UInt16, to later: UInt16) -> Int {
    Int(Int16(bitPattern: later &- earlier))
}

/// How far `later` lies behind `earlier` on the circle of timestamps.
public func timestampDistance(from earlier: UInt32, to later: UInt32) -> Int {
    Int(Int32(bitPattern: later &- earlier))
}
