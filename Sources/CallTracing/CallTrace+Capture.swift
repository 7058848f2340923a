import SIPTransactions
public import SansIO

extension CallTrace {
    /// A capture file (the classic libpcap format, microseconds, raw IP) in which every message is a UDP datagram,
    /// whatever carried it.
    ///
    /// - Parameter listeners: our own addresses, in the order of `Flow.listener`.
    public func capture(listeners: [TransportAddress]) -> [UInt8] {
        var file = CaptureFile()
        for message in messages {
            let own = listeners[Int(message.flow.listener)]
            let isSent = message.direction == .sent
            file.append(
                message.bytes, from: isSent ? own : message.flow.remote, to: isSent ? message.flow.remote : own,
                atMicrosecond: wallMicroseconds(of: message))
        }
        return file.bytes
    }
}

/// Little-endian pcap with link type 101 (raw IPv4 or IPv6).
struct CaptureFile {
    /// The longest payload of a datagram over IPv4.
    private static let longest = 65_507
    private(set) var bytes: [UInt8] = []

    init() {
        append(0xA1B2_C3D4 as UInt32)
        append(2 as UInt16)
        append(4 as UInt16)
        append(0 as UInt64)
        append(0x0004_0000 as UInt32)
        append(101 as UInt32)
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(
        _ payload: [UInt8], from source: TransportAddress, to destination: TransportAddress, atMicrosecond time: Int64
    ) {
        let packet = Self.packet(Array(payload.prefix(Self.longest)), source, destination)
        append(UInt32(truncatingIfNeeded: time / 1_000_000))
        append(UInt32(truncatingIfNeeded: time % 1_000_000))
        append(UInt32(packet.count))
        append(UInt32(packet.count))
        bytes += packet
    }

    private static func packet(
        _ payload: [UInt8], _ source: TransportAddress, _ destination: TransportAddress
    ) -> [UInt8] {
        let length = UInt16(payload.count + 8)
        var datagram = source.port.wire + destination.port.wire + length.wire + [0, 0] + payload
        switch (source.ip, destination.ip) {
        case (.v4(let from), .v4(let to)):
            // No checksum is one that IPv4 allows.
            return ipv4(from, to, length: UInt16(datagram.count + 20)) + datagram
        case (.v6, _), (_, .v6):
            let addresses = source.ip.wide + destination.ip.wide
            let sum = checksum(addresses + UInt32(datagram.count).wire + [0, 0, 0, 17] + datagram)
            datagram.replaceSubrange(6..<8, with: (sum == 0 ? 0xFFFF : sum).wire)
            return [0x60, 0, 0, 0] + length.wire + [17, 64] + addresses + datagram
        }
    }

    private static func ipv4(_ source: UInt32, _ destination: UInt32, length: UInt16) -> [UInt8] {
        var header: [UInt8] = [0x45, 0] + length.wire + [0, 0, 0x40, 0, 64, 17, 0, 0] + source.wire + destination.wire
        header.replaceSubrange(10..<12, with: checksum(header).wire)
        return header
    }

    /// The ones' complement sum of RFC 1071 §1.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in bytes.indices { sum += UInt32(bytes[index]) << (index % 2 == 0 ? 8 : 0) }
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
        return ~UInt16(sum)
    }
}

extension FixedWidthInteger {
    /// In network order.
    fileprivate var wire: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

extension IPAddress {
    /// Sixteen bytes; an IPv4 address as IPv6 maps it (RFC 4291 §2.5.5.2).
    fileprivate var wide: [UInt8] {
        switch self {
        case .v4(let bits): [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + bits.wire
        case .v6(let high, let low): high.wire + low.wire
        }
    }
}
