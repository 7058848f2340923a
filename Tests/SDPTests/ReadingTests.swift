import Audio
import SDP
import SansIO
import TestMaterials
import Testing

/// What the field sends, and where reading ends.
struct ReadingTests {
    private func judge(_ answer: [UInt8]) throws(SDPRefusal) -> AgreedMedia {
        var media = ourMedia()
        _ = media.offer()
        return try media.judge(answer: answer)
    }

    private func isRead(_ answer: String) -> Bool { (try? judge(Array(answer.utf8))) != nil }

    @Test func `bare line feeds, missing lines and a missing last end are read`() {
        #expect(isRead("v=0\nc=IN IP4 198.51.100.7\nm=audio 4000 RTP/AVP 8"))
        #expect(isRead("\r\nv=0\r\n\r\nc=IN IP4 198.51.100.7\r\nm=audio 4000 RTP/AVP 8\r\n\r\n"))
        #expect(isRead("v=0 \nc= IN  IP4 198.51.100.7 \nm=audio  4000  RTP/AVP  8 \n"))
    }

    @Test func `unknown and broken lines are passed over`() {
        #expect(
            isRead(
                "v=0\no=\ns=\nx=y\nnonsense\n=\na\nb=AS:64\nk=clear:x\nc=IN IP4 198.51.100.7\nt=now\n"
                    + "m=audio 4000 RTP/AVP 8\ni=sound\na=\na=rtpmap\n"
                    + "a=rtpmap:\na=rtpmap:300 x/1\na=rtpmap:8\na=ptime:x\n"
            ))
    }

    @Test func `a port with a count is read by its first`() throws {
        #expect(try judge(farEnd()).rtp.port == 40_000)
        #expect(try judge(text("v=0\nc=IN IP4 198.51.100.7\nm=audio 4000/2 RTP/AVP 8")).rtp.port == 4000)
    }

    @Test(arguments: [
        "", "v=1\nm=audio 4000 RTP/AVP 8", "m=audio 4000 RTP/AVP 8", "o=x\nv=0", "hello", "v=\n", "v=0\nm=",
        "v=0\nm=audio",
        "v=0\nm=audio 4000", "v=0\nm=audio 4000 RTP/AVP", "v=0\nm=audio x RTP/AVP 8", "v=0\nm=audio -1 RTP/AVP 8",
        "v=0\nm=audio 65536 RTP/AVP 8", "v=0\nm=audio 99999999999999999999 RTP/AVP 8", "v=0\0\nm=audio 4000 RTP/AVP 8",
    ])
    func `what is no session description is malformed`(answer: String) {
        #expect(throws: SDPRefusal.malformed) { try judge(Array(answer.utf8)) }
    }

    @Test func `a description may be as long as the limit and no longer`() {
        let start = "v=0\nc=IN IP4 198.51.100.7\nm=audio 4000 RTP/AVP 8\na="
        let filling = String(repeating: "x", count: SDPLimits.bytes - start.utf8.count)
        #expect(isRead(start + filling))
        #expect(throws: SDPRefusal.malformed) { try judge(Array((start + filling + "x").utf8)) }
    }

    @Test func `streams, formats and mappings end at their limits`() {
        let session = "v=0\nc=IN IP4 198.51.100.7\n"
        let audio = "m=audio 4000 RTP/AVP 8\n"
        let video = "m=video 4002 RTP/AVP 31\n"
        #expect(isRead(session + audio + String(repeating: video, count: SDPLimits.streams - 1)))
        #expect(throws: SDPRefusal.malformed) {
            try judge(Array((session + audio + String(repeating: video, count: SDPLimits.streams)).utf8))
        }
        let formats = (0..<SDPLimits.formats).map { String($0) }.joined(separator: " ")
        #expect(isRead(session + "m=audio 4000 RTP/AVP " + formats))
        #expect(throws: SDPRefusal.malformed) {
            try judge(Array((session + "m=audio 4000 RTP/AVP " + formats + " 99").utf8))
        }
        let mapping = "a=rtpmap:99 x/8000\n"
        #expect(isRead(session + audio + String(repeating: mapping, count: SDPLimits.mappings)))
        #expect(throws: SDPRefusal.malformed) {
            try judge(Array((session + audio + String(repeating: mapping, count: SDPLimits.mappings + 1)).utf8))
        }
    }

    @Test func `times beyond the limit are passed over`() throws {
        var media = ourMedia()
        let times = String(repeating: "t=1 2\n", count: SDPLimits.times + 1)
        let (answer, _) = try media.answer(
            offer: text("v=0\nc=IN IP4 198.51.100.7\n" + times + "m=audio 4000 RTP/AVP 8"))
        #expect(lines(answer).filter { $0 == "t=1 2" }.count == SDPLimits.times)
    }

    @Test func `mutated descriptions never trap, and what is accepted has a destination`() {
        let seed = text(
            """
            v=0
            o=far 1 2 IN IP4 198.51.100.7
            s=-
            c=IN IP4 198.51.100.7
            t=0 0
            a=sendonly
            m=audio 40000 RTP/AVP 8 0 96
            a=rtpmap:8 PCMA/8000
            a=rtpmap:96 telephone-event/8000
            a=rtcp:40001 IN IP4 198.51.100.7
            m=video 0 RTP/AVP 31
            """)
        var random = SplitMix(seed: 3)
        var accepted = 0
        for _ in 0..<3000 {
            var bytes = seed
            for _ in 0...random.next() % 4 { mutate(&bytes, with: &random) }
            var media = ourMedia()
            guard let (answer, agreed) = try? media.answer(offer: bytes) else { continue }
            accepted += 1
            #expect(agreed.rtp.port > 0 && !agreed.accepts.isEmpty)
            // Our answers are descriptions that we ourselves would read.
            #expect((try? ourMedia().reading(answer)) != nil)
        }
        #expect(accepted > 300 && accepted < 3000)
    }

    private func mutate(_ bytes: inout [UInt8], with random: inout SplitMix) {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
        }
    }
}

extension OurMedia {
    fileprivate func reading(_ offer: [UInt8]) throws(SDPRefusal) -> AgreedMedia {
        var far = self
        return try far.answer(offer: offer).agreed
    }
}
