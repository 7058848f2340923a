/// A compound RTCP packet to be sent: a sender report where the stream is running, otherwise a receiver report,
/// then the canonical name, and the goodbye where the stream ends (RFC 3550 §6.1).
public struct OutgoingRTCP: Hashable, Sendable {
    /// Our stream.
    public var ssrc: UInt32
    /// Present if something was sent since the last report but one.
    public var senderReport: SenderReport?
    /// About the far end's stream, if one arrives.
    public var block: ReportBlock?
    public var isGoodbye: Bool

    public init(ssrc: UInt32, senderReport: SenderReport?, block: ReportBlock?, isGoodbye: Bool = false) {
        self.ssrc = ssrc
        self.senderReport = senderReport
        self.block = block
        self.isGoodbye = isGoodbye
    }

    /// Longest canonical name (RFC 3550 §6.5).
    public static let longestName = 255
    /// Room that suffices for every packet.
    public static let largestSize =
        8 + SenderReport.size + ReportBlock.size + descriptionSize(nameLength: longestName) + 8

    /// An SSRC chunk whose item list ends with at least one zero byte and on a whole word (RFC 3550 §6.5).
    private static func descriptionSize(nameLength: Int) -> Int { 8 + (2 + nameLength + 4) / 4 * 4 }

    /// Writes the packet at the beginning of `bytes`, which has room for `largestSize`.
    ///
    /// - Parameter name: the canonical name, 1 … `longestName` bytes, the same for the life of the stream.
    /// - Returns: the packet's length.
    public func write(canonicalName name: UnsafeRawBufferPointer, to bytes: UnsafeMutableRawBufferPointer) -> Int {
        precondition((1...OutgoingRTCP.longestName).contains(name.count) && bytes.count >= OutgoingRTCP.largestSize)
        var end = writeReport(to: bytes)
        end = writeName(name, to: bytes, at: end)
        guard isGoodbye else { return end }
        writeHeader(RTCPType.goodbye, count: 1, length: 8, to: bytes, at: end)
        return end + 8
    }

    private func writeReport(to bytes: UnsafeMutableRawBufferPointer) -> Int {
        var end = 8
        if let senderReport {
            senderReport.write(to: bytes, at: end)
            end += SenderReport.size
        }
        if let block {
            block.write(to: bytes, at: end)
            end += ReportBlock.size
        }
        let type = senderReport == nil ? RTCPType.receiverReport : RTCPType.senderReport
        writeHeader(type, count: block == nil ? 0 : 1, length: end, to: bytes, at: 0)
        return end
    }

    private func writeName(
        _ name: UnsafeRawBufferPointer, to bytes: UnsafeMutableRawBufferPointer, at start: Int
    ) -> Int {
        let length = OutgoingRTCP.descriptionSize(nameLength: name.count)
        writeHeader(RTCPType.sourceDescription, count: 1, length: length, to: bytes, at: start)
        bytes[start + 8] = RTCPType.canonicalNameItem
        bytes[start + 9] = UInt8(name.count)
        for index in name.indices { bytes[start + 10 + index] = name[index] }
        for index in start + 10 + name.count..<start + length { bytes[index] = 0 }
        return start + length
    }

    /// The header's word and our SSRC, which follows it in all three kinds of packet.
    private func writeHeader(
        _ type: UInt8, count: UInt8, length: Int, to bytes: UnsafeMutableRawBufferPointer, at start: Int
    ) {
        bytes[start] = 2 << 6 | count
        bytes[start + 1] = type
        bytes.storeBig(UInt16(length / 4 - 1), at: start + 2)
        bytes.storeBig(ssrc, at: start + 4)
    }
}
