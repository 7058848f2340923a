import RTP
import TestMaterials
import Testing

private func read(_ bytes: [UInt8]) -> ReceivedRTP? { bytes.withUnsafeBytes { ReceivedRTP($0) } }

private let plain: [UInt8] = [
    0x80, 0x88, 0x12, 0x34, 0, 0, 0, 160, 0xDE, 0xAD, 0xBE, 0xEF,
]

struct RTPHeaderTests {
    @Test func `a plain header is read field by field`() throws {
        let packet = try #require(read(plain + [1, 2, 3]))
        #expect(
            packet.header
                == RTPHeader(marker: true, payloadType: 8, sequence: 0x1234, timestamp: 160, ssrc: 0xDEAD_BEEF))
        #expect(packet.payload == 12..<15)
    }

    @Test func `what is written is read back`() throws {
        let header = RTPHeader(
            marker: false, payloadType: 101, sequence: 65535, timestamp: 0xFFFF_FF60, ssrc: 1)
        var bytes = [UInt8](repeating: 0xAA, count: RTPHeader.size)
        bytes.withUnsafeMutableBytes { header.write(to: $0) }
        #expect(bytes == [0x80, 101, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x60, 0, 0, 0, 1])
        #expect(try #require(read(bytes)).header == header)
        #expect(try #require(read(bytes)).payload.isEmpty)
    }

    @Test func `contributing sources and an extension are skipped`() throws {
        var bytes = plain
        bytes[0] = 0x80 | 0x10 | 2
        bytes += [UInt8](repeating: 7, count: 8) + [0xBE, 0xDE, 0, 1, 9, 9, 9, 9] + [42]
        #expect(try #require(read(bytes)).payload == 28..<29)
    }

    @Test func `padding is left out of the payload`() throws {
        var bytes = plain + [1, 2, 3, 0, 0, 3]
        bytes[0] = 0xA0
        #expect(try #require(read(bytes)).payload == 12..<15)
        bytes[17] = 6
        #expect(try #require(read(bytes)).payload.isEmpty)
    }

    @Test func `packets that fail the validity checks are refused`() {
        #expect(read([]) == nil)
        #expect(read(Array(plain.dropLast())) == nil)
        #expect(read([0x40] + plain.dropFirst()) == nil)
        #expect(read([0xC0] + plain.dropFirst()) == nil)
        #expect(read([0x81] + plain.dropFirst() + [1, 2, 3]) == nil)
        #expect(read([0x90] + plain.dropFirst() + [0, 0, 0]) == nil)
        #expect(read([0x90] + plain.dropFirst() + [0, 0, 0, 1]) == nil)
        #expect(read([0xA0] + plain.dropFirst() + [1, 0]) == nil)
        #expect(read([0xA0] + plain.dropFirst() + [1, 3]) == nil)
    }

    @Test func `an extension that ends with the packet leaves an empty payload`() throws {
        #expect(try #require(read([0x90] + plain.dropFirst() + [0, 0, 0, 0])).payload == 16..<16)
    }

    @Test func `distances wrap`() {
        #expect(sequenceDistance(from: 65535, to: 0) == 1)
        #expect(sequenceDistance(from: 0, to: 65535) == -1)
        #expect(sequenceDistance(from: 10, to: 10) == 0)
        #expect(sequenceDistance(from: 0, to: 32767) == 32767)
        #expect(sequenceDistance(from: 0, to: 32768) == -32768)
        #expect(timestampDistance(from: 0xFFFF_FFF0, to: 0x10) == 32)
        #expect(timestampDistance(from: 0x10, to: 0xFFFF_FFF0) == -32)
    }

    @Test func `no bytes make the reader trap`() {
        var random = SplitMix(seed: 1)
        for _ in 0..<20_000 {
            var bytes = (0..<Int(random.next() % 64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if !bytes.isEmpty { bytes[0] = bytes[0] & 0x3F | 0x80 }
            if let packet = read(bytes) {
                #expect(packet.payloadStart <= packet.payloadEnd && packet.payloadEnd <= bytes.count)
            }
        }
    }
}
