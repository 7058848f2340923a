import CSRTP
import Glibc
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

extension SRTPMasterKey {
    /// A key that nobody else has.
    static func test(
        _ number: UInt64, _ suite: SRTPSuite = .aesCM128Tag80, identifier: [UInt8] = []
    ) -> SRTPMasterKey {
        var entropy = Entropy(seed: number)
        let key = SRTPMasterKey(suite: suite, using: &entropy)
        guard let named = SRTPMasterKey(suite: suite, bytes: key.bytes, identifier: identifier) else {
            preconditionFailure("a short identifier")
        }
        return named
    }
}

extension SRTPKeys {
    /// As the server has them.
    static func test(_ number: UInt64, _ suite: SRTPSuite = .aesCM128Tag80) -> SRTPKeys {
        SRTPKeys(sends: .test(2 * number, suite), receives: .test(2 * number + 1, suite))
    }
}

/// A plain RTP packet.
func rtpPacket(
    _ sequence: UInt16, ssrc: UInt32 = 99, type: UInt8 = 8, timestamp: UInt32? = nil,
    _ payload: [UInt8] = [UInt8](repeating: 0x2A, count: 160)
) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: RTPHeader.size) + payload
    let header = RTPHeader(
        marker: false, payloadType: type, sequence: sequence, timestamp: timestamp ?? UInt32(sequence) &* 160,
        ssrc: ssrc)
    bytes.withUnsafeMutableBytes { header.write(to: $0) }
    return bytes
}

/// What a far end does with keys, by libsrtp2 itself.
final class SecureEnd {
    private var sending: srtp_t?
    private var receiving: srtp_t?

    /// - Parameter keys: as the server has them.
    init(_ keys: SRTPKeys, ssrc: UInt32 = 99) throws {
        try PacketCipher.start()
        try SecureEnd.withTerms(keys.receives) { try #require(csrtp_open(&sending, csrtp_sends, $0, ssrc) == 0) }
        try SecureEnd.withTerms(keys.sends) { try #require(csrtp_open(&receiving, csrtp_receives, $0, 0) == 0) }
    }

    deinit {
        if let sending { srtp_dealloc(sending) }
        if let receiving { srtp_dealloc(receiving) }
    }

    /// Other keys, with the counts kept.
    func change(to keys: SRTPKeys, ssrc: UInt32 = 99) throws {
        try SecureEnd.withTerms(keys.receives) { try #require(csrtp_change(sending, csrtp_sends, $0, ssrc) == 0) }
        try SecureEnd.withTerms(keys.sends) { try #require(csrtp_change(receiving, csrtp_receives, $0, 0) == 0) }
    }

    private static func withTerms(_ key: SRTPMasterKey, _ body: (csrtp_key) throws -> Void) throws {
        try key.bytes.withUnsafeBufferPointer { bytes in
            try key.identifier.withUnsafeBufferPointer { identifier in
                try body(
                    csrtp_key(
                        bytes: bytes.baseAddress, identifier: identifier.baseAddress,
                        identifier_length: UInt32(identifier.count), tag: key.suite == .aesCM128Tag80 ? 80 : 32))
            }
        }
    }

    private func perform(
        _ packet: [UInt8], _ work: (UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?) -> srtp_err_status_t
    ) -> [UInt8]? {
        var bytes = packet + [UInt8](repeating: 0, count: PacketCipher.longestTrailer)
        var length = Int32(packet.count)
        let status = bytes.withUnsafeMutableBytes { work($0.baseAddress, &length) }
        return status == srtp_err_status_ok ? Array(bytes[..<Int(length)]) : nil
    }

    func seal(_ packet: [UInt8]) throws -> [UInt8] { try #require(perform(packet) { srtp_protect(sending, $0, $1) }) }

    func sealControl(_ packet: [UInt8]) throws -> [UInt8] {
        try #require(perform(packet) { srtp_protect_rtcp(sending, $0, $1) })
    }

    /// With the key's identifier.
    func sealNamed(_ packet: [UInt8]) throws -> [UInt8] {
        try #require(perform(packet) { srtp_protect_mki(sending, $0, $1, 1, 0) })
    }

    func open(_ packet: [UInt8]) -> [UInt8]? { perform(packet) { srtp_unprotect(receiving, $0, $1) } }
    func openControl(_ packet: [UInt8]) -> [UInt8]? { perform(packet) { srtp_unprotect_rtcp(receiving, $0, $1) } }
}

extension TestPhone {
    /// The next datagram at the RTP port, which must come, as it is.
    func nextRaw() throws -> [UInt8] { try TestPhone.read(rtp).0 }

    /// The next packet, decrypted; what it says and its payload.
    func next(_ end: SecureEnd) throws -> Arrived {
        let bytes = try #require(end.open(nextRaw()))
        let packet = try #require(bytes.withUnsafeBytes { ReceivedRTP($0) })
        return Arrived(header: packet.header, payload: Array(bytes[packet.payload]), source: server)
    }
}
