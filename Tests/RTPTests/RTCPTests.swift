import RTP
import TestMaterials
import Testing

private func read(_ bytes: [UInt8], about ssrc: UInt32 = 0x0102_0304) -> ReceivedRTCP? {
    bytes.withUnsafeBytes { ReceivedRTCP($0, about: ssrc) }
}

private func write(_ packet: OutgoingRTCP, name: String = "a@b") -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: OutgoingRTCP.largestSize)
    let length = bytes.withUnsafeMutableBytes { room in
        Array(name.utf8).withUnsafeBytes { packet.write(canonicalName: $0, to: room) }
    }
    return Array(bytes[..<length])
}

private let senderReport = SenderReport(
    ntp: NTPTime(bits: 0x1122_3344_5566_7788), timestamp: 4000, packets: 25, octets: 4000)
private let block = ReportBlock(
    ssrc: 0x0102_0304, fractionLost: 64, lost: -2, extendedHighestSequence: 0x1_0005, jitter: 9,
    lastSenderReport: 0x3344_5566, delay: 65536)

struct OutgoingRTCPTests {
    @Test func `a sender report with a block has the layout of the figure`() {
        let bytes = write(OutgoingRTCP(ssrc: 0xCAFE_BABE, senderReport: senderReport, block: block))
        #expect(bytes[..<8] == [0x81, 200, 0, 12, 0xCA, 0xFE, 0xBA, 0xBE])
        #expect(bytes[8..<16] == [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88])
        #expect(bytes[16..<28] == [0, 0, 0x0F, 0xA0, 0, 0, 0, 25, 0, 0, 0x0F, 0xA0])
        #expect(bytes[28..<36] == [1, 2, 3, 4, 64, 0xFF, 0xFF, 0xFE])
        #expect(bytes[36..<52] == [0, 1, 0, 5, 0, 0, 0, 9, 0x33, 0x44, 0x55, 0x66, 0, 1, 0, 0])
        #expect(bytes[52...] == [0x81, 202, 0, 3, 0xCA, 0xFE, 0xBA, 0xBE, 1, 3, 0x61, 0x40, 0x62, 0, 0, 0])
    }

    @Test(arguments: 1...9)
    func `names of every length end in a zero and on a whole word`(length: Int) throws {
        let name = String(repeating: "x", count: length)
        let bytes = write(OutgoingRTCP(ssrc: 7, senderReport: nil, block: nil), name: name)
        #expect(bytes.count % 4 == 0)
        #expect(bytes.last == 0)
        let packet = try #require(read(bytes))
        #expect(bytes[try #require(packet.canonicalName)] == Array(name.utf8)[...])
    }

    @Test func `the largest packet fills the room it asks for`() throws {
        let name = String(repeating: "n", count: OutgoingRTCP.longestName)
        let bytes = write(
            OutgoingRTCP(ssrc: 7, senderReport: senderReport, block: block, isGoodbye: true), name: name)
        #expect(bytes.count == OutgoingRTCP.largestSize)
        #expect(try #require(read(bytes)).isGoodbye)
    }

    @Test func `what is written is read back`() throws {
        let packet = try #require(
            read(write(OutgoingRTCP(ssrc: 7, senderReport: senderReport, block: block, isGoodbye: true))))
        #expect(packet.sender == 7)
        #expect(packet.senderReport == senderReport)
        #expect(packet.block == block)
        #expect(packet.isGoodbye)
    }

    @Test func `a stream that sends nothing writes a receiver report`() throws {
        let bytes = write(OutgoingRTCP(ssrc: 7, senderReport: nil, block: block))
        #expect(bytes[1] == 201)
        let packet = try #require(read(bytes))
        #expect(packet.senderReport == nil)
        #expect(packet.block == block)
        #expect(!packet.isGoodbye)
    }
}

struct ReceivedRTCPTests {
    private let receiverReport: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 7]

    @Test func `a block about somebody else is not ours`() throws {
        let packet = try #require(
            read(write(OutgoingRTCP(ssrc: 7, senderReport: senderReport, block: block)), about: 9))
        #expect(packet.block == nil)
        #expect(packet.senderReport != nil)
    }

    @Test func `a goodbye that names somebody else is not the sender's`() throws {
        #expect(!(try #require(read(receiverReport + [0x81, 203, 0, 1, 0, 0, 0, 8])).isGoodbye))
        #expect(try #require(read(receiverReport + [0x82, 203, 0, 2, 0, 0, 0, 8, 0, 0, 0, 7])).isGoodbye)
    }

    @Test func `unknown kinds of packet are skipped`() throws {
        let application: [UInt8] = [0x80, 204, 0, 2, 0, 0, 0, 7, 0x61, 0x62, 0x63, 0x64]
        let extended: [UInt8] = [0x80, 207, 0, 1, 0, 0, 0, 7]
        let packet = try #require(read(receiverReport + application + extended + [0x81, 203, 0, 1, 0, 0, 0, 7]))
        #expect(packet.isGoodbye)
    }

    @Test func `only the last packet may be padded`() {
        let padded: [UInt8] = [0xA1, 203, 0, 2, 0, 0, 0, 7, 0, 0, 0, 4]
        #expect(read(receiverReport + padded)?.isGoodbye == true)
        #expect(read(receiverReport + padded + [0x81, 203, 0, 1, 0, 0, 0, 7]) == nil)
        #expect(read([0xA0, 201, 0, 2, 0, 0, 0, 7, 0, 0, 0, 4]) == nil)
        #expect(read(receiverReport + [0xA1, 203, 0, 2, 0, 0, 0, 7, 0, 0, 0, 3]) == nil)
        #expect(read(receiverReport + [0xA1, 203, 0, 2, 0, 0, 0, 7, 0, 0, 0, 0]) == nil)
        #expect(read(receiverReport + [0xA1, 203, 0, 2, 0, 0, 0, 7, 0, 0, 0, 8]) == nil)
    }

    @Test func `packets that fail the compound checks are refused`() {
        #expect(read([]) == nil)
        #expect(read([0x80, 201, 0, 0]) == nil)
        #expect(read([0x81, 202, 0, 1, 0, 0, 0, 7]) == nil)
        #expect(read([0x40, 201, 0, 1, 0, 0, 0, 7]) == nil)
        #expect(read([0x80, 201, 0, 2, 0, 0, 0, 7]) == nil)
        #expect(read(receiverReport + [0x80, 201]) == nil)
        #expect(read(receiverReport + [0x00, 203, 0, 0]) == nil)
        #expect(read([0x81] + receiverReport.dropFirst()) == nil)
        #expect(read([0x80, 200, 0, 1, 0, 0, 0, 7]) == nil)
        #expect(read(receiverReport + [0x82, 203, 0, 1, 0, 0, 0, 7]) == nil)
    }

    @Test func `source descriptions that overrun their packet are refused`() {
        #expect(read(receiverReport + [0x81, 202, 0, 0]) == nil)
        #expect(read(receiverReport + [0x81, 202, 0, 2, 0, 0, 0, 7, 1, 3, 1, 0]) == nil)
        #expect(read(receiverReport + [0x81, 202, 0, 2, 0, 0, 0, 7, 1, 2, 1, 1]) == nil)
        #expect(read(receiverReport + [0x81, 202, 0, 2, 0, 0, 0, 7, 0, 0, 0, 0]) != nil)
    }

    @Test func `no bytes make the reader trap`() {
        var random = SplitMix(seed: 2)
        let good = write(OutgoingRTCP(ssrc: 7, senderReport: senderReport, block: block, isGoodbye: true))
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0...random.next() % 4 {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            bytes.removeLast(Int(random.next() % 8))
            if let name = read(bytes)?.canonicalName { #expect(name.upperBound <= bytes.count) }
        }
    }
}

struct NTPTimeTests {
    @Test func `the Unix epoch lies 2,208,988,800 seconds after NTP's`() {
        #expect(NTPTime(unixNanoseconds: 0).bits == UInt64(2_208_988_800) << 32)
        #expect(NTPTime(unixNanoseconds: 1_500_000_000).bits == UInt64(2_208_988_801) << 32 | UInt64(1) << 31)
        #expect(NTPTime(bits: 0x1122_3344_5566_7788).middle == 0x3344_5566)
    }

    @Test func `the round trip of the RFC's figure comes out`() {
        // RFC 3550 §6.4.1, figure 2: A = 0xb710:8000, DLSR = 0x0005:4000, LSR = 0xb705:2000 give 6.125 s.
        let block = ReportBlock(
            ssrc: 1, fractionLost: 0, lost: 0, extendedHighestSequence: 0, jitter: 0,
            lastSenderReport: 0xB705_2000, delay: 0x0005_4000)
        #expect(block.roundTrip(at: NTPTime(bits: 0xB710_8000 << 16)) == 6_125_000_000)
    }

    @Test func `impossible round trips are none`() {
        var block = ReportBlock(
            ssrc: 1, fractionLost: 0, lost: 0, extendedHighestSequence: 0, jitter: 0, lastSenderReport: 0, delay: 0)
        #expect(block.roundTrip(at: NTPTime(bits: 1 << 40)) == nil)
        block.lastSenderReport = 0x100
        block.delay = 0x100
        #expect(block.roundTrip(at: NTPTime(bits: 0x101 << 16)) == nil)
    }

    @Test func `an echo counts 65,536ths and stops at its field's end`() {
        let report = NTPTime(bits: 0x1122_3344_5566_7788)
        #expect(SenderReportEcho(of: report, nanosecondsAgo: 1_500_000_000).delay == 0x1_8000)
        #expect(SenderReportEcho(of: report, nanosecondsAgo: -1).delay == 0)
        #expect(SenderReportEcho(of: report, nanosecondsAgo: 100_000 * 1_000_000_000).delay == 0xFFFF_0000)
        #expect(SenderReportEcho(of: report, nanosecondsAgo: 0).middle == 0x3344_5566)
    }
}

struct RTCPIntervalTests {
    @Test func `intervals spread around five seconds, the first around half of it`() {
        let shortest = RTCPInterval.next(random: 0)
        let longest = RTCPInterval.next(random: .max)
        #expect(shortest > .milliseconds(2052) && shortest < .milliseconds(2053))
        #expect(longest > .milliseconds(6156) && longest < .milliseconds(6157))
        let first = RTCPInterval.first(random: 0)
        #expect(first > .milliseconds(1026) && first < .milliseconds(1027))
    }
}
