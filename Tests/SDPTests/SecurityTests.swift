import RTP
import SDP
import SansIO
import TestMaterials
import Testing

/// Keys in offers and answers (RFC 4568 §5.1, §7.1): none, where the far end can, always.
@Suite struct SecurityTests {
    private static let theirs = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
    private static let others = "inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm"
    private static let tag80 = "AES_CM_128_HMAC_SHA1_80"
    private static let tag32 = "AES_CM_128_HMAC_SHA1_32"
    private static let avp = "RTP/AVP"
    private static let savp = "RTP/SAVP"

    private static func description(_ profile: String, _ cryptos: [String]) -> [UInt8] {
        farEnd("8", attributes: cryptos.map { "a=crypto:\($0)" }, profile: profile)
    }

    private func cryptos(_ bytes: [UInt8]) -> [String] {
        lines(bytes).filter { $0.hasPrefix("a=crypto:") }.map { String($0.dropFirst(9)) }
    }

    private func profile(_ bytes: [UInt8]) -> Substring? {
        lines(bytes).first { $0.hasPrefix("m=audio") }?.split(separator: " ")[2]
    }

    // MARK: Offers

    @Test(arguments: [(MediaSecurity.off, avp, 0), (.optional, avp, 2), (.required, savp, 2)])
    func `an offer has a key for each suite, the strongest first`(
        security: MediaSecurity, transport: String, count: Int
    ) {
        var media = ourMedia(security: security)
        let offer = media.offer()
        #expect(profile(offer).map(String.init) == transport)
        let cryptos = cryptos(offer)
        let started = ["1 \(Self.tag80) inline:", "2 \(Self.tag32) inline:"].prefix(count)
        #expect(cryptos.count == count && zip(cryptos, started).allSatisfy { $0.hasPrefix($1) })
        #expect(media.offersKeys == (count > 0))
    }

    @Test func `every key of every offer is new, and the version tells`() {
        var entropy = Entropy(seed: 5)
        var media = ourMedia(security: .optional)
        var keys: Set<Substring> = []
        var versions: Set<String> = []
        for _ in 0..<20 {
            let offer = media.offer(using: &entropy)
            keys.formUnion(cryptos(offer).compactMap { $0.split(separator: ":").last })
            versions.insert(lines(offer)[1])
        }
        #expect(keys.count == 40 && versions.count == 20)
        var again = Entropy(seed: 5)
        var other = ourMedia(security: .optional)
        #expect(keys.contains(cryptos(other.offer(using: &again))[0].split(separator: ":").last ?? ""))
    }

    // MARK: Answers to ours

    enum Outcome: Hashable, Sendable {
        case plain
        /// With the suite of the attribute of this tag.
        case keys(Int)
        case refused(SDPRefusal)
    }

    private static let answers: [(MediaSecurity, String, [String], Outcome)] = [
        // Nobody asked for keys.
        (.off, avp, [], .plain),
        (.off, avp, ["1 \(tag80) \(theirs)"], .plain),
        (.off, savp, [], .refused(.otherTransport)),
        (.off, savp, ["1 \(tag80) \(theirs)"], .refused(.otherTransport)),
        // The far end may have some.
        (.optional, avp, [], .plain),
        (.optional, avp, ["1 \(tag80) \(theirs)"], .keys(1)),
        (.optional, avp, ["2 \(tag32) \(theirs)|2^20"], .keys(2)),
        (.optional, savp, ["1 \(tag80) \(theirs)"], .keys(1)),
        (.optional, savp, [], .refused(.unusableKeys)),
        // It must.
        (.required, savp, ["1 \(tag80) \(theirs)"], .keys(1)),
        (.required, savp, ["2 \(tag32) \(theirs)"], .keys(2)),
        (.required, savp, [], .refused(.unusableKeys)),
        (.required, avp, [], .refused(.otherTransport)),
        (.required, avp, ["1 \(tag80) \(theirs)"], .refused(.otherTransport)),
        (.required, "RTP/SAVPF", ["1 \(tag80) \(theirs)"], .refused(.otherTransport)),
        (.required, "UDP/TLS/RTP/SAVP", ["1 \(tag80) \(theirs)"], .refused(.otherTransport)),
        // An answer accepts one attribute, by its tag.
        (.required, savp, ["3 \(tag80) \(theirs)"], .refused(.unusableKeys)),
        (.required, savp, ["2 \(tag80) \(theirs)"], .refused(.unusableKeys)),
        (.required, savp, ["1 \(tag32) \(theirs)"], .refused(.unusableKeys)),
        (.required, savp, ["1 \(tag80) \(theirs)", "2 \(tag32) \(others)"], .refused(.unusableKeys)),
        (.required, savp, ["1 \(tag80) \(theirs) KDR=1"], .refused(.unusableKeys)),
        (.required, savp, ["1 \(tag80) inline:c2hvcnQ="], .refused(.unusableKeys)),
        (.optional, avp, ["1 F8_128_HMAC_SHA1_80 \(theirs)"], .refused(.unusableKeys)),
        (.optional, avp, ["3 \(tag80) \(theirs)"], .refused(.unusableKeys)),
    ]

    @Test(arguments: answers)
    func `what an answer comes to`(
        security: MediaSecurity, transport: String, accepted: [String], outcome: Outcome
    ) throws {
        var media = ourMedia(security: security)
        let offer = media.offer()
        switch outcome {
        case .plain: #expect(try media.judge(answer: Self.description(transport, accepted)).keys == nil)
        case .keys(let tag):
            let keys = try #require(try media.judge(answer: Self.description(transport, accepted)).keys)
            #expect(cryptos(offer)[tag - 1].hasPrefix("\(tag) \(keys.sends.suite.rawValue) inline:"))
            #expect(keys.receives.suite == keys.sends.suite && keys.receives != keys.sends)
            #expect(keys.receives.bytes.starts(with: "YS___semctl".utf8))
        case .refused(let refusal):
            #expect(throws: refusal) { try media.judge(answer: Self.description(transport, accepted)) }
        }
    }

    @Test func `several answers to one offer have its keys, and one that is refused changes nothing`() throws {
        var media = ourMedia(security: .required)
        _ = media.offer()
        let first = try media.judge(answer: Self.description(Self.savp, ["2 \(Self.tag32) \(Self.theirs)"])).keys
        #expect(throws: SDPRefusal.unusableKeys) { try media.judge(answer: Self.description(Self.savp, [])) }
        let second = try media.judge(answer: Self.description(Self.savp, ["1 \(Self.tag80) \(Self.others)"])).keys
        let third = try media.judge(answer: Self.description(Self.savp, ["2 \(Self.tag32) \(Self.theirs)"])).keys
        #expect(first == third && first != second)
    }

    // MARK: Offers of theirs

    private static let offers: [(MediaSecurity, String, [String], Outcome)] = [
        (.off, avp, ["1 \(tag80) \(theirs)"], .plain),
        (.off, savp, ["1 \(tag80) \(theirs)"], .refused(.otherTransport)),
        (.optional, avp, [], .plain),
        (.optional, avp, ["1 F8_128_HMAC_SHA1_80 \(theirs)"], .plain),
        (.optional, avp, ["1 \(tag80) \(theirs)"], .keys(1)),
        (.optional, savp, ["1 \(tag80) \(theirs)"], .keys(1)),
        (.optional, savp, ["1 F8_128_HMAC_SHA1_80 \(theirs)"], .refused(.unusableKeys)),
        (
            .required, savp, ["5 F8_128_HMAC_SHA1_80 \(others)", "7 \(tag32) \(theirs)", "9 \(tag80) \(others)"],
            .keys(7)
        ),
        (.required, savp, ["1 \(tag80) \(theirs);\(others)", "2 \(tag80) \(theirs)|2^31|1:1"], .keys(2)),
        (.required, savp, [], .refused(.unusableKeys)),
        (.required, avp, ["1 \(tag80) \(theirs)"], .refused(.otherTransport)),
    ]

    @Test(arguments: offers)
    func `how an offer is answered`(
        security: MediaSecurity, transport: String, offered: [String], outcome: Outcome
    ) throws {
        var media = ourMedia(security: security)
        _ = media.offer()
        switch outcome {
        case .plain:
            let (answer, agreed) = try media.answer(offer: Self.description(transport, offered))
            #expect(agreed.keys == nil && cryptos(answer).isEmpty && profile(answer).map(String.init) == transport)
        case .keys(let tag):
            let (answer, agreed) = try media.answer(offer: Self.description(transport, offered))
            let keys = try #require(agreed.keys)
            #expect(profile(answer).map(String.init) == transport)
            #expect(cryptos(answer).count == 1)
            #expect(cryptos(answer)[0].hasPrefix("\(tag) \(keys.receives.suite.rawValue) inline:"))
            #expect(keys.receives.bytes.starts(with: "YS___semctl".utf8))
        case .refused(let refusal):
            let before = media
            #expect(throws: refusal) { try media.answer(offer: Self.description(transport, offered)) }
            #expect(media == before)
        }
    }

    @Test func `of two streams, the one that suits is taken`() throws {
        let offer = text(
            """
            v=0
            c=IN IP4 198.51.100.7
            m=audio 4000 RTP/AVP 8
            m=audio 4002 RTP/SAVP 8
            a=crypto:4 \(Self.tag80) \(Self.theirs)
            """)
        for (security, ports) in [(MediaSecurity.off, ["10000", "0"]), (.required, ["0", "10000"])] {
            var media = ourMedia(security: security)
            let (answer, agreed) = try media.answer(offer: offer)
            let streams = lines(answer).filter { $0.hasPrefix("m=") }
            #expect(streams.map { String($0.split(separator: " ")[1]) } == ports)
            #expect((agreed.keys != nil) == (security == .required))
        }
    }

    // MARK: Later offers

    /// A session with keys in force.
    private func running(_ entropy: inout Entropy) throws -> (OurMedia, SRTPKeys) {
        var media = ourMedia(security: .required)
        _ = media.offer(using: &entropy)
        let agreed = try media.judge(answer: Self.description(Self.savp, ["1 \(Self.tag80) \(Self.theirs)"]))
        return (media, try #require(agreed.keys))
    }

    @Test func `an offer with the same key keeps ours, one with another gets another`() throws {
        var entropy = Entropy(seed: 9)
        var (media, keys) = try running(&entropy)
        let same = Self.description(Self.savp, ["3 \(Self.tag80) \(Self.theirs)"])
        let (answer, kept) = try media.answer(offer: same, using: &entropy)
        #expect(kept.keys == keys && cryptos(answer)[0].hasPrefix("3 "))
        #expect(try media.answer(offer: same, using: &entropy).answer == answer)
        let other = Self.description(Self.savp, ["3 \(Self.tag80) \(Self.others)"])
        let changed = try #require(try media.answer(offer: other, using: &entropy).agreed.keys)
        #expect(changed.sends != keys.sends && changed.receives != keys.receives)
        let back = try #require(try media.answer(offer: same, using: &entropy).agreed.keys)
        #expect(back.receives == keys.receives && back.sends != keys.sends && back.sends != changed.sends)
    }

    @Test func `a new offer of ours changes keys once it is answered`() throws {
        var entropy = Entropy(seed: 9)
        var (media, keys) = try running(&entropy)
        let offer = media.offer(using: &entropy)
        let changed = try media.judge(answer: Self.description(Self.savp, ["2 \(Self.tag32) \(Self.theirs)"])).keys
        #expect(changed?.sends.suite == .aesCM128Tag32 && changed?.sends != keys.sends)
        #expect(profile(offer) == "RTP/SAVP")
    }

    @Test func `an answer of ours may be repeated as an offer`() throws {
        var entropy = Entropy(seed: 9)
        var (media, _) = try running(&entropy)
        let theirs = Self.description(Self.savp, ["8 \(Self.tag80) \(Self.others)"])
        let keys = try media.answer(offer: theirs, using: &entropy).agreed.keys
        #expect(try media.judge(answer: theirs).keys == keys)
    }

    @Test func `where the far end may, it goes plain and comes back with new keys`() throws {
        var entropy = Entropy(seed: 9)
        var media = ourMedia(security: .optional)
        _ = media.offer(using: &entropy)
        let secured = Self.description(Self.avp, ["1 \(Self.tag80) \(Self.theirs)"])
        let keys = try #require(try media.judge(answer: secured).keys)
        #expect(try media.answer(offer: Self.description(Self.avp, []), using: &entropy).agreed.keys == nil)
        let again = try #require(try media.answer(offer: secured, using: &entropy).agreed.keys)
        #expect(again.sends != keys.sends)
    }

    // MARK: Limits

    @Test func `so many attributes and no more`() throws {
        func offer(_ count: Int) -> [UInt8] {
            Self.description(Self.savp, (1...count).map { "\($0) \(Self.tag80) \(Self.theirs)" })
        }
        var media = ourMedia(security: .required)
        #expect(try media.answer(offer: offer(SDPLimits.cryptos)).agreed.keys != nil)
        #expect(throws: SDPRefusal.malformed) { try media.answer(offer: offer(SDPLimits.cryptos + 1)) }
    }

    @Test func `a refusal for want of keys says so`() {
        #expect(SDPRefusal.unusableKeys.status == 488)
        #expect(SDPRefusal.unusableKeys.warning.code == 399)
    }

    @Test func `mutated descriptions are answered by the rules or refused`() {
        let seed = Self.description(
            Self.avp, ["1 \(Self.tag80) \(Self.theirs)|2^20|1:4 WSH=64", "2 \(Self.tag32) \(Self.others)"])
        var random = SplitMix(seed: 11)
        var secured = 0
        for _ in 0..<2000 {
            var bytes = seed
            for _ in 0...random.next() % 3 {
                let place = Int(random.next() % UInt64(bytes.count))
                if random.next() % 2 == 0 {
                    bytes[place] = UInt8(truncatingIfNeeded: random.next())
                } else {
                    bytes.remove(at: place)
                }
            }
            var media = ourMedia(security: .optional)
            guard let (answer, agreed) = try? media.answer(offer: bytes) else { continue }
            #expect(cryptos(answer).count == (agreed.keys == nil ? 0 : 1))
            if agreed.keys != nil { secured += 1 }
        }
        #expect(secured > 200)
    }
}
