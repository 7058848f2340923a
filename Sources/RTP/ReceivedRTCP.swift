/// The parts of a received compound RTCP packet that a two-party session needs.
public struct ReceivedRTCP: Hashable, Sendable {
    /// The SSRC of whoever sent the packet.
    public private(set) var sender: UInt32
    public private(set) var senderReport: SenderReport?
    /// What the far end says of our stream.
    public private(set) var block: ReportBlock?
    /// Where the sender's canonical name lies in the packet (RFC 3550 §6.5.1).
    public private(set) var canonicalName: Range<Int>?
    /// The sender leaves the session (RFC 3550 §6.6).
    public private(set) var isGoodbye = false

    /// Reads a compound packet, looking for blocks about the stream `ours`. `nil` for whatever fails the checks of
    /// RFC 3550 §A.2: version 2 throughout, a report without padding first, and lengths that add up; or whose parts
    /// do not hold what their counts promise.
    public init?(_ packet: UnsafeRawBufferPointer, about ours: UInt32) {
        guard packet.count >= 8, packet[0] & 0xE0 == 2 << 6,
            packet[1] == RTCPType.senderReport || packet[1] == RTCPType.receiverReport
        else { return nil }
        sender = packet.big(UInt32.self, at: 4)
        var offset = 0
        while offset < packet.count {
            guard let part = RTCPPart(packet, at: offset), read(part, of: packet, about: ours) else { return nil }
            offset += part.length
        }
    }

    private mutating func read(_ part: RTCPPart, of packet: UnsafeRawBufferPointer, about ours: UInt32) -> Bool {
        switch part.type {
        case RTCPType.senderReport: readSenderReport(part, of: packet, about: ours)
        case RTCPType.receiverReport: readBlocks(part, of: packet, about: ours, behind: 8)
        case RTCPType.sourceDescription: readNames(part, of: packet)
        case RTCPType.goodbye: readGoodbye(part, of: packet)
        default: true
        }
    }

    private mutating func readSenderReport(
        _ part: RTCPPart, of packet: UnsafeRawBufferPointer, about ours: UInt32
    ) -> Bool {
        guard part.contentLength >= 8 + SenderReport.size else { return false }
        if packet.big(UInt32.self, at: part.start + 4) == sender {
            senderReport = SenderReport(packet, at: part.start + 8)
        }
        return readBlocks(part, of: packet, about: ours, behind: 8 + SenderReport.size)
    }

    private mutating func readBlocks(
        _ part: RTCPPart, of packet: UnsafeRawBufferPointer, about ours: UInt32, behind fixed: Int
    ) -> Bool {
        guard part.contentLength >= fixed + ReportBlock.size * part.count else { return false }
        guard packet.big(UInt32.self, at: part.start + 4) == sender else { return true }
        for index in 0..<part.count {
            let start = part.start + fixed + ReportBlock.size * index
            if packet.big(UInt32.self, at: start) == ours { block = ReportBlock(packet, at: start) }
        }
        return true
    }

    private mutating func readGoodbye(_ part: RTCPPart, of packet: UnsafeRawBufferPointer) -> Bool {
        guard part.contentLength >= 4 + 4 * part.count else { return false }
        for index in 0..<part.count where packet.big(UInt32.self, at: part.start + 4 + 4 * index) == sender {
            isGoodbye = true
        }
        return true
    }

    /// Source descriptions are chunks of an SSRC and items, each list of items ended by a zero byte and filled up to
    /// a whole number of words (RFC 3550 §6.5).
    private mutating func readNames(_ part: RTCPPart, of packet: UnsafeRawBufferPointer) -> Bool {
        let end = part.start + part.contentLength
        var offset = part.start + 4
        for _ in 0..<part.count {
            guard offset + 4 <= end else { return false }
            let isSender = packet.big(UInt32.self, at: offset) == sender
            offset += 4
            while offset < end, packet[offset] != 0 {
                guard offset + 2 <= end, offset + 2 + Int(packet[offset + 1]) <= end else { return false }
                let item = offset + 2..<offset + 2 + Int(packet[offset + 1])
                if isSender, packet[offset] == RTCPType.canonicalNameItem { canonicalName = item }
                offset = item.upperBound
            }
            guard offset < end else { return false }
            offset += 4 - (offset - part.start) % 4
        }
        return true
    }
}

/// The numbers that tell RTCP's packets and items apart (RFC 3550 §12.1, §12.2).
enum RTCPType {
    static let senderReport: UInt8 = 200
    static let receiverReport: UInt8 = 201
    static let sourceDescription: UInt8 = 202
    static let goodbye: UInt8 = 203
    static let canonicalNameItem: UInt8 = 1
}

/// One packet of a compound packet.
struct RTCPPart {
    let start: Int
    let type: UInt8
    /// Of report blocks, chunks or sources.
    let count: Int
    /// With header and padding.
    let length: Int
    /// With header, without padding.
    let contentLength: Int

    /// `nil` unless the part lies within the packet; only the last one may be padded (RFC 3550 §6.4.1).
    init?(_ packet: UnsafeRawBufferPointer, at offset: Int) {
        guard offset + 4 <= packet.count, packet[offset] >> 6 == 2 else { return nil }
        start = offset
        count = Int(packet[offset] & 0x1F)
        type = packet[offset + 1]
        length = 4 + 4 * Int(packet.big(UInt16.self, at: offset + 2))
        guard offset + length <= packet.count else { return nil }
        guard packet[offset] & 0x20 != 0 else {
            contentLength = length
            return
        }
        let padding = Int(packet[packet.count - 1])
        guard offset + length == packet.count, padding > 0, padding % 4 == 0, padding <= length - 4 else { return nil }
        contentLength = length - padding
    }
}
