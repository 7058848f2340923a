import Audio
import SDP
import SansIO
import Testing

struct ReofferTests {
    /// A session whose first offer was answered with PCMA.
    private func running() throws -> OurMedia {
        var media = ourMedia()
        _ = media.offer()
        _ = try media.judge(answer: farEnd())
        return media
    }

    @Test func `an equal picture keeps the version`() throws {
        var media = try running()
        let first = media.offer()
        let (answer, agreed) = try media.answer(offer: farEnd())
        #expect(answer == first)
        #expect(agreed.rtp == farRTP)
    }

    @Test(arguments: [
        ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive"), ("sendrecv", "sendrecv"),
    ])
    func `the direction is mirrored`(theirs: String, ours: String) throws {
        var media = try running()
        let (answer, agreed) = try media.answer(offer: farEnd(attributes: ["a=\(theirs)"]))
        #expect(lines(answer).last == "a=\(ours)")
        #expect(agreed.maySend == (theirs == "sendrecv" || theirs == "sendonly"))
        #expect(agreed.mayReceive == (theirs == "sendrecv" || theirs == "recvonly"))
    }

    @Test func `hold and resume raise the version, a refresh of either does not`() throws {
        var media = try running()
        let versions = try ["sendrecv", "sendonly", "sendonly", "sendrecv", "sendrecv"].map { direction in
            let attributes = ["a=rtpmap:101 telephone-event/8000", "a=\(direction)"]
            let (answer, _) = try media.answer(offer: farEnd(attributes: attributes))
            return lines(answer)[1].split(separator: " ")[2]
        }
        #expect(versions == ["1", "2", "2", "3", "3"])
    }

    @Test func `the old way to hold is answered without a hold of ours`() throws {
        var media = try running()
        let (answer, agreed) = try media.answer(offer: farEnd(connection: "IN IP4 0.0.0.0"))
        #expect(lines(answer).last == "a=sendrecv")
        #expect(!agreed.mayReceive)
        #expect(agreed.maySend)
    }

    @Test func `a new address and codec take effect`() throws {
        var media = try running()
        let (answer, agreed) = try media.answer(offer: farEnd("0", port: 50_000, connection: "IN IP4 203.0.113.9"))
        #expect(agreed.rtp == TransportAddress(ip: .v4(0xCB00_7109), port: 50_000))
        #expect(agreed.sends.codec == .pcmu)
        #expect(agreed.accepts.map(\.codec) == [.pcmu])
        #expect(lines(answer).contains("m=audio 10000 RTP/AVP 0"))
        #expect(lines(media.offer()).contains("m=audio 10000 RTP/AVP 0 8 101"))
    }

    @Test func `codecs are answered in the offer's order and under its payload types`() throws {
        var media = try running()
        let (answer, agreed) = try media.answer(
            offer: farEnd("18 0 96 8", attributes: ["a=rtpmap:18 G729/8000", "a=rtpmap:96 telephone-event/8000"]))
        #expect(lines(answer).contains("m=audio 10000 RTP/AVP 0 8 96"))
        #expect(agreed.sends == PayloadMapping(payloadType: 0, codec: .pcmu))
        #expect(agreed.sendsEventsAs == 96)
        #expect(agreed.acceptsEventsAs == 96)
        #expect(lines(media.offer()).contains("m=audio 10000 RTP/AVP 0 8 96"))
    }

    @Test func `other streams are refused in their places`() throws {
        var media = try running()
        let offer = text(
            """
            v=0
            o=far 1 2 IN IP4 198.51.100.7
            s=-
            c=IN IP4 198.51.100.7
            t=0 0
            m=video 51372 RTP/AVP 31 34
            m=audio 40000 RTP/AVP 8
            m=image 4000 udptl t38
            m=audio 40002 RTP/AVP 0
            """)
        let (answer, agreed) = try media.answer(offer: offer)
        #expect(
            lines(answer).filter { $0.hasPrefix("m=") } == [
                "m=video 0 RTP/AVP 31", "m=audio 10000 RTP/AVP 8", "m=image 0 udptl t38", "m=audio 0 RTP/AVP 0",
            ])
        #expect(agreed.rtp.port == 40_000)
        // A later offer of ours keeps all the places.
        #expect(
            lines(media.offer()).filter { $0.hasPrefix("m=") } == [
                "m=video 0 RTP/AVP 31", "m=audio 10000 RTP/AVP 8 0 101", "m=image 0 udptl t38", "m=audio 0 RTP/AVP 0",
            ])
    }

    @Test func `the stream that is ours already is kept if it can be`() throws {
        var media = try running()
        let audio = "m=audio 0 RTP/AVP 8\nm=audio 40002 RTP/AVP 8\nm=audio 40004 RTP/AVP 8"
        let session = "v=0\nc=IN IP4 198.51.100.7\n"
        let (_, moved) = try media.answer(offer: text(session + audio))
        #expect(moved.rtp.port == 40_002)
        let back = "m=audio 40000 RTP/AVP 8\nm=audio 40002 RTP/AVP 8\nm=audio 40004 RTP/AVP 8"
        let (answer, kept) = try media.answer(offer: text(session + back))
        #expect(kept.rtp.port == 40_002)
        #expect(
            lines(answer).filter { $0.hasPrefix("m=") } == [
                "m=audio 0 RTP/AVP 8", "m=audio 10000 RTP/AVP 8", "m=audio 0 RTP/AVP 8",
            ])
    }

    @Test func `a refused offer leaves the session as it was`() throws {
        var media = try running()
        let before = media
        #expect(throws: SDPRefusal.noCommonCodec) { try media.answer(offer: farEnd("18")) }
        #expect(throws: SDPRefusal.noAudio) { try media.answer(offer: farEnd(port: 0)) }
        #expect(throws: SDPRefusal.unusableAddress) {
            try media.answer(offer: farEnd(connection: "IN IP4 host.example.com"))
        }
        #expect(throws: SDPRefusal.malformed) { try media.answer(offer: Array("hello".utf8)) }
        #expect(throws: SDPRefusal.noAudio) { try media.answer(offer: text("v=0\nc=IN IP4 198.51.100.7")) }
        #expect(media == before)
    }

    @Test func `the answer repeats the offer's times`() throws {
        var media = try running()
        let offer = text("v=0\nc=IN IP4 198.51.100.7\nt=2873397496 2873404696\nm=audio 40000 RTP/AVP 8")
        #expect(lines(try media.answer(offer: offer).answer).contains("t=2873397496 2873404696"))
    }

    @Test func `a session that begins with the far end's offer starts at version one`() throws {
        var phone = ourMedia(codecs: [.pcmu])
        let (answer, agreed) = try phone.answer(offer: farEnd())
        #expect(lines(answer)[1] == "o=- 4711 1 IN IP4 192.0.2.1")
        #expect(lines(answer).contains("m=audio 10000 RTP/AVP 0 101"))
        #expect(agreed.sends.codec == .pcmu)
    }
}
