import CallModel
import SIPTransactions
import SansIO
import Testing

@testable import CallTracing

@Suite struct RenderingTests {
    private func conversation() throws -> CallTrace {
        let chronicle = Chronicle()
        chronicle.begin(1)
        chronicle.note("INVITE sip:x SIP/2.0", 1, body: "v=0\r\n")
        chronicle.note("SIP/2.0 180 Ringing", 1, .first, .received)
        chronicle.begin(1, .second)
        chronicle.note("INVITE sip:y SIP/2.0", 1, .second)
        chronicle.note("BYE sip:y SIP/2.0", 1, .second, .received)
        return try #require(chronicle.trace(1))
    }

    @Test func `the ladder`() throws {
        let text = try conversation().text
        let ladder = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(8).joined(separator: "\n")
        #expect(
            ladder == """
                call 00000000000000000000000000000001, traced from 2027-01-15 08:00:00.123 UTC

                           10.0.0.1:5060                    Duocall                    10.0.0.1:5060         \("")
                   1   +0.000000  │◄─────── INVITE +body ───────│                             │
                   2   +0.001000  │─────── 180 Ringing ────────►│                             │
                   3   +0.002000  │                             │────────── INVITE ──────────►│
                   4   +0.003000  │                             │◄─────────── BYE ────────────│

                """)
        #expect(text.contains("\n#2  +0.001000  from 10.0.0.1:5060, party 1\n\nSIP/2.0 180 Ringing\nVia: "))
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00:00.000 UTC"), (951_782_399_999, "2000-02-28 23:59:59.999 UTC"),
        (951_782_400_000, "2000-02-29 00:00:00.000 UTC"), (4_107_542_400_000, "2100-03-01 00:00:00.000 UTC"),
        (1_798_761_599_001, "2026-12-31 23:59:59.001 UTC"),
    ])
    func `times of day`(milliseconds: Int64, text: String) {
        #expect(TimeOfDay(WallTime(milliseconds: milliseconds)).description == text)
    }

    @Test func `secrets are taken out, and bodies keep their length`() throws {
        let chronicle = Chronicle()
        chronicle.begin(1)
        let body = """
            v=0\r
            k=clear:hush\r
            a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0a2V5|2^20|1:4;inline:b3RoZXI=|2^20 FEC_ORDER=FEC_SRTP\r
            a=rtpmap:8 PCMA/8000\r

            """
        chronicle.note(
            "INVITE sip:x SIP/2.0", 1,
            headers: [
                "Authorization: Digest username=\"u\", response=\"c2VjcmV0\",\r\n cnonce=\"c2VjcmV0\"",
                "proxy-authorization : Digest response=\"c2VjcmV0\"", "X-Other: stays",
            ], body: body)
        let text = String(decoding: try #require(chronicle.trace(1)).messages[0].bytes, as: UTF8.self)
        #expect(!text.contains("c2VjcmV0") && !text.contains("b3RoZXI") && !text.contains("hush"))
        #expect(text.contains("Authorization: Digest response=\"redacted\"\r\nproxy-authorization : Digest"))
        #expect(text.contains("X-Other: stays\r\n"))
        #expect(text.contains("inline:xxxxxxxxxxxx|2^20|1:4;inline:xxxxxxxx|2^20 FEC_ORDER=FEC_SRTP\r\n"))
        #expect(text.contains("a=rtpmap:8 PCMA/8000\r\n"))
        #expect(text.hasSuffix(String(decoding: text.utf8.suffix(body.utf8.count), as: UTF8.self)))
        let head = text.utf8.count - body.utf8.count
        #expect(
            String(decoding: text.utf8.prefix(head), as: UTF8.self).hasSuffix(
                "Content-Length: \(body.utf8.count)\r\n\r\n"))
    }

    @Test(arguments: [
        ("a=crypto:1 S inline:SECRET", "a=crypto:1 S inline:xxxxxx"),
        ("a=CRYPTO:1 S INLINE:SECRET|2^20 X", "a=CRYPTO:1 S INLINE:xxxxxx|2^20 X"),
        ("a=  crypto:1 S inline:SECRET;inline:SECRET", "a=  crypto:1 S inline:xxxxxx;inline:xxxxxx"),
        ("a=crypto:1 S SECRET", "a=crypto:xxxxxxxxxx"), ("a=crypto:", "a=crypto:"),
        ("a=key-mgmt:mikey SECRET", "a=key-mgmt:xxxxxxxxxxxx"), ("k=base64:SECRET", "k=xxxxxxxxxxxxx"),
        ("k=", "k="), ("a=", "a="), ("a", "a"), ("", ""), ("a=crypt", "a=crypt"), ("a=cryptos:1", "a=cryptos:1"),
        ("v=0\r\na=crypto:1 S inline:SECRET\r\nb=0\r\n", "v=0\r\na=crypto:1 S inline:xxxxxx\r\nb=0\r\n"),
        ("v=0\na=crypto:1 S inline:SECRET\nb=0", "v=0\na=crypto:1 S inline:xxxxxx\nb=0"),
    ])
    func `a description without its keys`(description: String, shown: String) {
        #expect(String(decoding: Redaction.withoutKeys(Array(description.utf8)), as: UTF8.self) == shown)
    }

    @Test func `the capture file, byte for byte`() throws {
        var file = CaptureFile()
        file.append(
            [0x41, 0x42, 0x43], from: TransportAddress(ip: .v4(0x0A00_0009), port: 5060),
            to: TransportAddress(ip: .v4(0x0A00_0001), port: 5070), atMicrosecond: 1_000_002)
        let expected: [UInt8] =
            [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0]
            + [1, 0, 0, 0, 2, 0, 0, 0, 31, 0, 0, 0, 31, 0, 0, 0]
            + [0x45, 0, 0, 31, 0, 0, 0x40, 0, 64, 17, 0x26, 0xC5, 10, 0, 0, 9, 10, 0, 0, 1]
            + [0x13, 0xC4, 0x13, 0xCE, 0, 11, 0, 0, 0x41, 0x42, 0x43]
        #expect(file.bytes == expected)
    }

    @Test func `a datagram over IPv6 has a checksum that comes out`() {
        let (source, destination) = (IPAddress.v6(0x2001_0DB8 << 32, 1), IPAddress.v6(0x2001_0DB8 << 32, 2))
        var file = CaptureFile()
        file.append(
            [1, 2, 3], from: TransportAddress(ip: source, port: 1), to: TransportAddress(ip: destination, port: 2),
            atMicrosecond: 0)
        let packet = Array(file.bytes.dropFirst(40))
        #expect(packet.prefix(8) == [0x60, 0, 0, 0, 0, 11, 17, 64])
        let pseudo = Array(packet[8..<40]) + [0, 0, 0, 11, 0, 0, 0, 17]
        #expect(CaptureFile.checksum(pseudo + packet.dropFirst(40)) == 0)
    }

    @Test func `times in the capture are those of day`() throws {
        let trace = try conversation()
        #expect(trace.wallMicroseconds(of: trace.messages[2]) == 1_800_000_000_125_000)
        let own = TransportAddress(ip: .v4(0x0A00_0009), port: 5060)
        #expect(trace.capture(listeners: [own]).count > 24 + 4 * (16 + 28))
    }
}
