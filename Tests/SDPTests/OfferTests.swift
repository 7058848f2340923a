import Audio
import SDP
import SansIO
import Testing

struct OfferTests {
    @Test func `the first offer has all codecs in our order`() {
        var media = ourMedia()
        #expect(
            lines(media.offer()) == [
                "v=0", "o=- 4711 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0",
                "m=audio 10000 RTP/AVP 8 0 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000",
                "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv",
            ])
    }

    @Test func `an IPv6 address is written without brackets`() {
        var media = OurMedia(
            address: .v6(0x2001_0DB8_0000_0000, 1), port: 4000, codecs: [.pcmu], sessionID: .max)
        let offer = lines(media.offer())
        #expect(offer[1] == "o=- \(UInt64(1) << 62 - 1) 1 IN IP6 2001:db8::1")
        #expect(offer.contains("c=IN IP6 2001:db8::1"))
        #expect(offer.contains("m=audio 4000 RTP/AVP 0 101"))
    }

    @Test func `the same offer again keeps its version`() {
        var media = ourMedia()
        let first = media.offer()
        #expect(media.offer() == first)
    }

    @Test func `a later offer puts the current codec first and raises the version`() throws {
        var media = ourMedia()
        _ = media.offer()
        _ = try media.judge(answer: farEnd("0"))
        let later = lines(media.offer())
        #expect(later[1] == "o=- 4711 2 IN IP4 192.0.2.1")
        #expect(later.contains("m=audio 10000 RTP/AVP 0 8 101"))
    }

    @Test func `what is offered is known before any answer`() {
        #expect(
            ourMedia().offeredCodecs == [
                PayloadMapping(payloadType: 8, codec: .pcma), PayloadMapping(payloadType: 0, codec: .pcmu),
            ])
        #expect(ourMedia().offeredEvents == 101)
    }
}
