import Audio
import RTP

/// Bytes read as what comes to a leg, one packet after the other. Ten zero bytes are one more packet of a stream that
/// nothing is wrong with; what else they say is how a packet differs from that.
public struct PacketSequence: Sequence, IteratorProtocol {
    /// A packet that has come.
    public struct Arrival: Sendable {
        /// In nanoseconds since the first one would have come, never falling.
        public var time: Int64
        /// Who sent it: 0 … 3.
        public var source: Int
        public var isControl: Bool
        /// From the first byte of its header on.
        public var packet: [UInt8]
    }

    /// Bytes that tell of a packet.
    static let stride = 10
    /// Packets of one run; more would only make it slow.
    static let limit = 300
    /// Of A-law, µ-law and telephone-events.
    public static let payloadTypes: [UInt8] = [8, 0, 101]
    /// How long after its predecessor a packet comes, in milliseconds.
    private static let waits: [Int64] = [20, 0, 1, 5, 10, 19, 21, 25, 40, 80, 150, 400, 1_000, 2_500, 10_000, 60_000]

    private var rest: ArraySlice<UInt8>
    private var count = 0
    private var time: Int64 = 0
    private var sequence: UInt16 = 0
    private var timestamp: UInt32 = 0

    public init(_ bytes: [UInt8]) { rest = bytes[...] }

    public mutating func next() -> Arrival? {
        guard count < PacketSequence.limit, rest.count >= PacketSequence.stride else { return nil }
        count += 1
        let record = Array(rest.prefix(PacketSequence.stride))
        rest = rest.dropFirst(PacketSequence.stride)
        time += PacketSequence.waits[Int(record[1] & 15)] * 1_000_000 + Int64(record[1] >> 4) * 1_000_000
        let source = Int(record[0] >> 2 & 3)
        guard record[0] & 3 == 3, record[9] & 1 == 0 else {
            return Arrival(time: time, source: source, isControl: false, packet: media(record))
        }
        let packet = Array(rest.prefix(Int(record[8])))
        rest = rest.dropFirst(packet.count)
        return Arrival(time: time, source: source, isControl: true, packet: packet)
    }

    private mutating func media(_ record: [UInt8]) -> [UInt8] {
        sequence &+= 1 &+ number(record[2...3])
        timestamp &+= 160 &+ number(record[4...7])
        let kind = Int(record[0] & 3)
        let header = RTPHeader(
            marker: record[0] & 16 != 0, payloadType: kind < 3 ? Self.payloadTypes[kind] : record[8] >> 1,
            sequence: sequence, timestamp: timestamp, ssrc: UInt32(record[0] >> 5))
        var packet = [UInt8](repeating: 0, count: RTPHeader.size)
        packet.withUnsafeMutableBytes { header.write(to: $0) }
        // Contributing sources, an extension and padding, whether or not they fit.
        if kind == 3 { packet[0] |= record[9] & 0x3E }
        return packet + (kind == 2 ? event(record) : sound(record))
    }

    private func event(_ record: [UInt8]) -> [UInt8] { [record[8], record[9], record[6], record[7]] }

    private func sound(_ record: [UInt8]) -> [UInt8] {
        let length = record[8] == 0 ? G711.samplesPerFrame : Int(record[8]) * 4 - 4
        return (0..<length).map { UInt8(truncatingIfNeeded: $0) ^ record[9] }
    }

    private func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Number {
        bytes.reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
}
