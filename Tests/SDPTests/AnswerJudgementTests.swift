import Audio
import SDP
import SansIO
import Testing

struct AnswerJudgementTests {
    private func judge(_ answer: [UInt8], codecs: [G711] = [.pcma, .pcmu]) throws(SDPRefusal) -> AgreedMedia {
        var media = ourMedia(codecs: codecs)
        _ = media.offer()
        return try media.judge(answer: answer)
    }

    @Test func `an answer with everything is agreed on in full`() throws {
        let pcma = PayloadMapping(payloadType: 8, codec: .pcma)
        let pcmu = PayloadMapping(payloadType: 0, codec: .pcmu)
        let agreed = try judge(farEnd())
        #expect(agreed.rtp == farRTP)
        #expect(agreed.rtcp == TransportAddress(ip: farRTP.ip, port: 40_001))
        #expect(agreed.sends == pcma)
        #expect(agreed.accepts == [pcma, pcmu])
        #expect(agreed.sendsEventsAs == 101)
        #expect(agreed.acceptsEventsAs == 101)
        #expect(agreed.maySend && agreed.mayReceive)
    }

    @Test func `we send the first codec in the answer that is ours`() throws {
        let agreed = try judge(farEnd("18 0 8"))
        #expect(agreed.sends.codec == .pcmu)
        #expect(agreed.accepts.map(\.codec) == [.pcmu, .pcma])
    }

    @Test func `codecs missing from the answer are not accepted`() throws {
        #expect(try judge(farEnd("0")).accepts == [PayloadMapping(payloadType: 0, codec: .pcmu)])
    }

    @Test func `we send with the answer's payload types and accept our own`() throws {
        let agreed = try judge(
            farEnd("97 98", attributes: ["a=rtpmap:97 pcma/8000/1", "a=rtpmap:98 Telephone-Event/8000"]))
        #expect(agreed.sends == PayloadMapping(payloadType: 97, codec: .pcma))
        #expect(agreed.accepts == [PayloadMapping(payloadType: 8, codec: .pcma)])
        #expect(agreed.sendsEventsAs == 98)
        #expect(agreed.acceptsEventsAs == 101)
    }

    @Test func `without telephone-event in the answer there is none either way`() throws {
        let agreed = try judge(farEnd("8", attributes: []))
        #expect(agreed.sendsEventsAs == nil)
        #expect(agreed.acceptsEventsAs == nil)
    }

    @Test func `an answer may list our telephone-event without its mapping`() throws {
        #expect(try judge(farEnd("8 101", attributes: [])).sendsEventsAs == 101)
        #expect(try judge(farEnd("8 101", attributes: ["a=rtpmap:101 opus/48000/2"])).sendsEventsAs == nil)
        #expect(
            try judge(farEnd("8 101 96", attributes: ["a=rtpmap:96 telephone-event/8000"])).sendsEventsAs == 96)
    }

    @Test func `IPv6 is agreed on between ends that both have it`() throws {
        var media = OurMedia(address: .v6(0x2001_0DB8_0000_0000, 1), port: 4000, codecs: [.pcma], sessionID: 1)
        _ = media.offer()
        let agreed = try media.judge(answer: farEnd(connection: "IN IP6 2001:db8::7"))
        #expect(agreed.rtp == TransportAddress(ip: .v6(0x2001_0DB8_0000_0000, 7), port: 40_000))
        #expect(throws: SDPRefusal.unusableAddress) { try media.judge(answer: farEnd()) }
        #expect(throws: SDPRefusal.unusableAddress) {
            try media.judge(answer: farEnd(connection: "IN IP6 ff15::101"))
        }
        #expect(try !media.judge(answer: farEnd(connection: "IN IP6 ::")).mayReceive)
    }

    @Test func `without an offer there is nothing to answer`() {
        var media = ourMedia()
        #expect(throws: SDPRefusal.noAudio) { try media.judge(answer: farEnd()) }
    }

    @Test func `a telephone-event at another clock rate is not ours`() throws {
        #expect(
            try judge(farEnd("8 101", attributes: ["a=rtpmap:101 telephone-event/48000"])).sendsEventsAs == nil)
    }

    @Test func `a mapping replaces the static type`() {
        #expect(throws: SDPRefusal.noCommonCodec) {
            try judge(farEnd("8", attributes: ["a=rtpmap:8 opus/48000/2"]))
        }
        #expect(throws: SDPRefusal.noCommonCodec) {
            try judge(farEnd("8", attributes: ["a=rtpmap:8 PCMA/16000"]))
        }
        #expect(throws: SDPRefusal.noCommonCodec) {
            try judge(farEnd("8", attributes: ["a=rtpmap:8 PCMA/8000/2"]))
        }
    }

    @Test(arguments: [
        ("a=sendrecv", true, true), ("a=sendonly", true, false), ("a=recvonly", false, true),
        ("a=inactive", false, false), ("a=SENDONLY ", true, false), ("a=unknown", true, true),
    ])
    func `the answer's direction is the far end's`(attribute: String, maySend: Bool, mayReceive: Bool) throws {
        let agreed = try judge(farEnd(attributes: [attribute]))
        #expect(agreed.maySend == maySend)
        #expect(agreed.mayReceive == mayReceive)
    }

    @Test func `the session's direction holds unless the stream has its own`() throws {
        let session = "v=0\na=inactive\nc=IN IP4 198.51.100.7\nm=audio 4000 RTP/AVP 8"
        #expect(try !judge(text(session)).maySend)
        #expect(try judge(text(session + "\na=sendonly")).maySend)
    }

    @Test func `the unspecified address means that nothing may be sent`() throws {
        let agreed = try judge(farEnd(connection: "IN IP4 0.0.0.0"))
        #expect(agreed.maySend)
        #expect(!agreed.mayReceive)
    }

    @Test func `the stream's connection replaces the session's`() throws {
        #expect(try judge(farEnd(attributes: ["c=IN IP4 203.0.113.9"])).rtp.ip == .v4(0xCB00_7109))
    }

    @Test func `an rtcp attribute tells port and address`() throws {
        #expect(try judge(farEnd(attributes: ["a=rtcp:5000"])).rtcp == TransportAddress(ip: farRTP.ip, port: 5000))
        #expect(
            try judge(farEnd(attributes: ["a=rtcp:5000 IN IP4 203.0.113.9"])).rtcp
                == TransportAddress(ip: .v4(0xCB00_7109), port: 5000))
        #expect(try judge(farEnd(attributes: ["a=rtcp:0"])).rtcp.port == 40_001)
        #expect(try judge(farEnd(attributes: ["a=rtcp:mux", "a=rtcp-mux"])).rtcp.port == 40_001)
    }

    @Test func `the last port has no RTCP port above it`() throws {
        #expect(try judge(farEnd(port: 65_534)).rtcp.port == 65_535)
        #expect(throws: SDPRefusal.unusableAddress) { try judge(farEnd(port: 65_535)) }
        #expect(try judge(farEnd(port: 65_535, attributes: ["a=rtcp:5000"])).rtcp.port == 5000)
    }

    @Test(arguments: [
        "IN IP4 host.example.com", "IN IP4 224.2.1.1/127", "IN IP4 224.2.1.1", "IN IP4 255.255.255.255",
        "IN IP6 2001:db8::7", "IN IP6 198.51.100.7", "IN IP4 2001:db8::7", "TN RFC2543 1", "IN IP4", "",
    ])
    func `an address that we cannot send to is refused`(connection: String) {
        #expect(throws: SDPRefusal.unusableAddress) { try judge(farEnd(connection: connection)) }
    }

    @Test func `no connection at all is refused`() {
        #expect(throws: SDPRefusal.unusableAddress) { try judge(text("v=0\nm=audio 4000 RTP/AVP 8")) }
    }

    @Test func `an answer without usable audio is refused for its reason`() {
        #expect(throws: SDPRefusal.noAudio) { try judge(farEnd(port: 0)) }
        #expect(throws: SDPRefusal.noAudio) { try judge(text("v=0\nc=IN IP4 198.51.100.7")) }
        #expect(throws: SDPRefusal.noAudio) {
            try judge(text("v=0\nc=IN IP4 198.51.100.7\nm=image 4000 udptl t38"))
        }
        #expect(throws: SDPRefusal.otherTransport) {
            try judge(text("v=0\nc=IN IP4 198.51.100.7\nm=audio 4000 RTP/SAVP 8"))
        }
        #expect(throws: SDPRefusal.noCommonCodec) { try judge(farEnd("18 101")) }
        #expect(throws: SDPRefusal.noCommonCodec) { try judge(farEnd("0"), codecs: [.pcma]) }
    }

    @Test func `each refusal has its status and warning`() {
        #expect(SDPRefusal.malformed.status == 400)
        #expect(SDPRefusal.noCommonCodec.status == 488)
        #expect(SDPRefusal.noCommonCodec.warning.code == 305)
        #expect(SDPRefusal.noAudio.warning.code == 304)
        #expect(SDPRefusal.otherTransport.warning.code == 302)
        #expect(SDPRefusal.unusableAddress.warning.code == 301)
    }
}
