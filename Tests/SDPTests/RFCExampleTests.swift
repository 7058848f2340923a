import Audio
import SDP
import SansIO
import Testing

/// The exchanges of RFC 3264 §10, with addresses in place of its host names, which stand for them.
struct RFC3264ExampleTests {
    private let alice = IPAddress.v4(0xC000_0265)

    private func bob() -> OurMedia {
        OurMedia(address: .v4(0xC000_02CA), port: 49_920, codecs: [.pcmu], sessionID: 2_890_844_730)
    }

    private let offer = """
        v=0
        o=alice 2890844526 2890844526 IN IP4 192.0.2.101
        s=
        c=IN IP4 192.0.2.101
        t=0 0
        m=audio 49170 RTP/AVP 0
        a=rtpmap:0 PCMU/8000
        m=video 51372 RTP/AVP 31
        a=rtpmap:31 H261/90000
        m=video 53000 RTP/AVP 32
        a=rtpmap:32 MPV/90000
        """

    @Test func `basic exchange: audio is answered, both videos are refused`() throws {
        var bob = bob()
        let (answer, agreed) = try bob.answer(offer: text(offer))
        #expect(agreed.rtp == TransportAddress(ip: alice, port: 49_170))
        #expect(agreed.sends == PayloadMapping(payloadType: 0, codec: .pcmu))
        #expect(
            lines(answer) == [
                "v=0", "o=- 2890844730 1 IN IP4 192.0.2.202", "s=-", "c=IN IP4 192.0.2.202", "t=0 0",
                "m=audio 49920 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=ptime:20", "a=sendrecv",
                "m=video 0 RTP/AVP 31", "m=video 0 RTP/AVP 32",
            ])
    }

    @Test func `basic exchange: a moved port and an added stream`() throws {
        var ours = bob()
        _ = try ours.answer(offer: text(offer))
        let second = """
            v=0
            o=alice 2890844526 2890844527 IN IP4 192.0.2.101
            s=
            c=IN IP4 192.0.2.101
            t=0 0
            m=audio 65422 RTP/AVP 0
            a=rtpmap:0 PCMU/8000
            m=video 0 RTP/AVP 31
            m=video 53000 RTP/AVP 32
            a=rtpmap:32 MPV/90000
            m=audio 51434 RTP/AVP 110
            a=rtpmap:110 telephone-events/8000
            a=recvonly
            """
        let (answer, agreed) = try ours.answer(offer: text(second))
        #expect(agreed.rtp.port == 65_422)
        #expect(lines(answer)[1].hasPrefix("o=- 2890844730 2 "))
        #expect(
            lines(answer).filter { $0.hasPrefix("m=") } == [
                "m=audio 49920 RTP/AVP 0", "m=video 0 RTP/AVP 31", "m=video 0 RTP/AVP 32", "m=audio 0 RTP/AVP 110",
            ])
    }

    @Test func `one of N codecs: inactive first, then one codec both ways`() throws {
        var ours = bob()
        let inactive = """
            v=0
            o=alice 2890844526 2890844526 IN IP4 192.0.2.101
            s=
            c=IN IP4 192.0.2.101
            t=0 0
            m=audio 62986 RTP/AVP 0 4 18
            a=rtpmap:0 PCMU/8000
            a=rtpmap:4 G723/8000
            a=rtpmap:18 G729/8000
            a=inactive
            """
        let (held, first) = try ours.answer(offer: text(inactive))
        #expect(!first.maySend && !first.mayReceive)
        #expect(lines(held).last == "a=inactive")
        let locked = inactive.replacing("0 4 18", with: "4").replacing("a=inactive", with: "a=sendrecv")
        #expect(throws: SDPRefusal.noCommonCodec) { try ours.answer(offer: text(locked)) }
        let both = inactive.replacing("0 4 18", with: "0").replacing("a=inactive", with: "a=sendrecv")
        let (answer, second) = try ours.answer(offer: text(both))
        #expect(second.maySend && second.mayReceive)
        #expect(lines(answer)[1].hasPrefix("o=- 2890844730 2 "))
    }
}
