import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// SRTP by itself, without sockets.
@Suite struct PacketCipherTests {
    /// The master key and salt of RFC 3711 §B.3.
    private static let masterKey: [UInt8] = [
        0xE1, 0xF9, 0x7A, 0x0D, 0x3E, 0x01, 0x8B, 0xE0, 0xD6, 0x4F, 0xA3, 0x2C, 0x06, 0xDE, 0x41, 0x39,
        0x0E, 0xC6, 0x75, 0xAD, 0x49, 0x8A, 0xFE, 0xEB, 0xB6, 0x96, 0x0B, 0x3A, 0xAB, 0xE6,
    ]
    private static let plain: [UInt8] =
        [0x80, 0x0F, 0x12, 0x34, 0xDE, 0xCA, 0xFB, 0xAD, 0xCA, 0xFE, 0xBA, 0xBE]
        + [UInt8](repeating: 0xAB, count: 16)
    /// As libsrtp2 has it with its own ciphers.
    private static let sealed: [UInt8] =
        plain[..<12] + [
            0x4E, 0x55, 0xDC, 0x4C, 0xE7, 0x99, 0x78, 0xD8, 0x8C, 0xA4, 0xD2, 0x15, 0x94, 0x9D, 0x24, 0x02,
            0xB7, 0x8D, 0x6A, 0xCC, 0x99, 0xEA, 0x17, 0x9B, 0x8D, 0xBB,
        ]
    private static let plainControl: [UInt8] =
        [0x81, 0xC8, 0x00, 0x0B, 0xCA, 0xFE, 0xBA, 0xBE] + [UInt8](repeating: 0xAB, count: 16)
    private static let sealedControl: [UInt8] =
        plainControl[..<8] + [
            0x71, 0x28, 0x03, 0x5B, 0xE4, 0x87, 0xB9, 0xBD, 0xBE, 0xF8, 0x90, 0x41, 0xF9, 0x77, 0xA5, 0xA8,
            0x80, 0x00, 0x00, 0x01, 0x99, 0x3E, 0x08, 0xCD, 0x54, 0xD6, 0xC1, 0x23, 0x07, 0x98,
        ]

    init() throws { try PacketCipher.start() }

    @Test(arguments: SRTPSuite.allCases)
    func `packets byte for byte, both ways`(suite: SRTPSuite) throws {
        let key = try #require(SRTPMasterKey(suite: suite, bytes: Self.masterKey))
        let cipher = Cipher(ssrc: 0xCAFE_BABE)
        cipher.apply(.srtp(SRTPKeys(sends: key, receives: key)))
        let sealed = suite == .aesCM128Tag80 ? Self.sealed : Array(Self.sealed.dropLast(6))
        #expect(cipher.seal(Self.plain) == sealed)
        #expect(cipher.seal(Self.plainControl, control: true) == Self.sealedControl)
        #expect(cipher.open(sealed) == .opened(Self.plain))
        #expect(cipher.open(Self.sealedControl, control: true) == .opened(Self.plainControl))
    }

    @Test func `no number is sent twice, since two packets would share what hides them`() {
        let cipher = Cipher()
        cipher.apply(.srtp(.test(1)))
        #expect(cipher.seal(rtpPacket(1, ssrc: 5)) != nil)
        #expect(cipher.seal(rtpPacket(1, ssrc: 5, [1])) == nil)
        #expect(cipher.seal(rtpPacket(2, ssrc: 5)) != nil)
    }

    @Test func `a packet that is changed, cut, plain or under another key is forged; one that came before is replayed`()
        throws
    {
        let cipher = Cipher()
        cipher.apply(.srtp(.test(1)))
        let end = try SecureEnd(.test(1))
        let good = try end.seal(rtpPacket(10))
        for index in good.indices {
            var bad = good
            bad[index] ^= 1
            #expect(cipher.open(bad) == .forged, "\(index)")
        }
        for length in 0..<good.count { #expect(cipher.open(Array(good[..<length])) == .forged, "\(length)") }
        #expect(cipher.open(good + [0]) == .forged)
        #expect(cipher.open(rtpPacket(11)) == .forged)
        #expect(cipher.open(try SecureEnd(.test(2)).seal(rtpPacket(11))) == .forged)
        #expect(cipher.open(good) == .opened(rtpPacket(10)))
        #expect(cipher.open(good) == .replayed)
        // Too late to be told from one that came before.
        let late = try end.seal(rtpPacket(11))
        for sequence in UInt16(12)..<212 {
            #expect(cipher.open(try end.seal(rtpPacket(sequence))) == .opened(rtpPacket(sequence)))
        }
        #expect(cipher.open(late) == .replayed)
    }

    @Test func `a control packet is held to the same`() throws {
        let cipher = Cipher()
        cipher.apply(.srtp(.test(1, .aesCM128Tag32)))
        let end = try SecureEnd(.test(1, .aesCM128Tag32))
        let plain = Control.senderReport(from: 99)
        let good = try end.sealControl(plain)
        for index in good.indices {
            var bad = good
            bad[index] ^= 0x10
            #expect(cipher.open(bad, control: true) == .forged, "\(index)")
        }
        #expect(cipher.open(plain, control: true) == .forged)
        #expect(cipher.open(good, control: true) == .opened(plain))
        #expect(cipher.open(good, control: true) == .replayed)
    }

    @Test func `before there is a key nothing is taken and nothing sent`() {
        let cipher = Cipher()
        cipher.apply(.awaitsKeys)
        #expect(cipher.open(rtpPacket(1)) == .untimely)
        #expect(cipher.open(Control.senderReport(from: 99), control: true) == .untimely)
        #expect(cipher.seal(rtpPacket(1, ssrc: 5)) == nil)
        #expect(cipher.seal(Control.senderReport(from: 5), control: true) == nil)
        cipher.apply(.plain)
        #expect(cipher.seal(rtpPacket(1, ssrc: 5)) == rtpPacket(1, ssrc: 5))
    }

    @Test func `sequence numbers roll over, and other keys go on with the count`() throws {
        let cipher = Cipher()
        cipher.apply(.srtp(.test(1)))
        let end = try SecureEnd(.test(1))
        func exchange(_ sequence: UInt16) throws {
            #expect(cipher.open(try end.seal(rtpPacket(sequence))) == .opened(rtpPacket(sequence)))
            let sealed = try #require(cipher.seal(rtpPacket(sequence, ssrc: 5)))
            #expect(end.open(sealed) == rtpPacket(sequence, ssrc: 5))
        }
        for step in UInt16(0)..<40 { try exchange(65_516 &+ step) }
        // The same keys again, as a repeated description has them, forget nothing.
        cipher.apply(.srtp(.test(1)))
        try exchange(20)
        cipher.apply(.srtp(.test(2, .aesCM128Tag32)))
        try end.change(to: .test(2, .aesCM128Tag32))
        for sequence in UInt16(21)..<40 { try exchange(sequence) }
        #expect(cipher.open(try SecureEnd(.test(2, .aesCM128Tag32)).seal(rtpPacket(41))) == .forged)
    }

    @Test func `a key's identifier is looked for`() throws {
        let named = SRTPMasterKey.test(3, identifier: [1, 2, 3, 4])
        let keys = SRTPKeys(sends: .test(2), receives: named)
        let cipher = Cipher()
        cipher.apply(.srtp(keys))
        let end = try SecureEnd(keys)
        let packet = try end.sealNamed(rtpPacket(1))
        #expect(packet.count == 172 + 4 + 10 && packet[172..<176] == [1, 2, 3, 4])
        #expect(cipher.open(packet) == .opened(rtpPacket(1)))
        #expect(cipher.open(try end.seal(rtpPacket(2))) == .forged)
        let other = SRTPKeys(sends: .test(2), receives: .test(3, identifier: [9, 9, 9, 9]))
        #expect(cipher.open(try SecureEnd(other).sealNamed(rtpPacket(3))) == .forged)
    }

    @Test func `a far end may change its source, so many times`() throws {
        let cipher = Cipher()
        cipher.apply(.srtp(.test(1)))
        for ssrc in 0..<UInt32(PacketCipher.sourceLimit) {
            let packet = rtpPacket(1, ssrc: ssrc)
            #expect(cipher.open(try SecureEnd(.test(1), ssrc: ssrc).seal(packet)) == .opened(packet))
        }
        let last = UInt32(PacketCipher.sourceLimit)
        #expect(cipher.open(try SecureEnd(.test(1), ssrc: last).seal(rtpPacket(1, ssrc: last))) == .forged)
        let known = try SecureEnd(.test(1), ssrc: 7)
        #expect(cipher.open(try known.seal(rtpPacket(1, ssrc: 7))) == .replayed)
        #expect(cipher.open(try known.seal(rtpPacket(2, ssrc: 7))) == .opened(rtpPacket(2, ssrc: 7)))
        // What is forged makes no source known.
        cipher.apply(.plain)
        cipher.apply(.srtp(.test(1)))
        for ssrc in 0..<1_000 as Range<UInt32> { #expect(cipher.open(rtpPacket(1, ssrc: ssrc)) == .forged) }
        let packet = rtpPacket(1, ssrc: 1_000)
        #expect(cipher.open(try SecureEnd(.test(1), ssrc: 1_000).seal(packet)) == .opened(packet))
    }
}

private enum Outcome: Hashable {
    case opened([UInt8])
    case forged, replayed, untimely
}

/// A cipher with packets as arrays, in a class, since expectations copy what they are told.
private final class Cipher {
    private var cipher = PacketCipher()
    private let ssrc: UInt32

    init(ssrc: UInt32 = 5) { self.ssrc = ssrc }

    func apply(_ protection: MediaProtection) { cipher.apply(protection, ssrc: ssrc) }

    func seal(_ packet: [UInt8], control: Bool = false) -> [UInt8]? {
        var space = [UInt8](repeating: 0, count: packet.count + PacketCipher.longestTrailer)
        return space.withUnsafeMutableBytes { space in
            packet.withUnsafeBytes { packet in
                (control ? cipher.sealControl(packet, in: space) : cipher.seal(packet, in: space)).map { Array($0) }
            }
        }
    }

    func open(_ packet: [UInt8], control: Bool = false) -> Outcome {
        var packet = packet
        let outcome = packet.withUnsafeMutableBytes { control ? cipher.openControl($0) : cipher.open($0) }
        return switch outcome {
        case .packet(let length): .opened(Array(packet[..<length]))
        case .forged: .forged
        case .replayed: .replayed
        case .untimely: .untimely
        }
    }
}
