import Audio
import RTP
import SDP
import SansIO

/// Answers a description as an offer, and judges it as an answer.
enum DescriptionProbe {
    static func run(_ bytes: [UInt8]) {
        for security in MediaSecurity.allCases {
            for codecs: [G711] in [[.pcma, .pcmu], [.pcmu]] { run(bytes, codecs, security) }
        }
    }

    private static func run(_ bytes: [UInt8], _ codecs: [G711], _ security: MediaSecurity) {
        var entropy = Entropy(seed: 1)
        var asked = ours(codecs, security)
        _ = asked.offer(using: &entropy)
        if let agreed = try? asked.judge(answer: bytes) { check(agreed, codecs, security) }
        var answering = ours(codecs, security)
        _ = answering.offer(using: &entropy)
        guard let (answer, agreed) = try? answering.answer(offer: bytes, using: &entropy) else { return }
        check(agreed, codecs, security)
        precondition(answer.starts(with: "v=0\r\n".utf8), "an answer is a description")
        // Ours is read like anybody's.
        var other = ours(codecs, security)
        _ = try? other.answer(offer: answer, using: &entropy)
    }

    private static func ours(_ codecs: [G711], _ security: MediaSecurity) -> OurMedia {
        OurMedia(address: .v4(0xC000_0201), port: 10_000, codecs: codecs, security: security, sessionID: 1)
    }

    private static func check(_ agreed: AgreedMedia, _ codecs: [G711], _ security: MediaSecurity) {
        precondition(codecs.contains(agreed.sends.codec), "what is sent is a codec of ours")
        precondition(agreed.accepts.allSatisfy { codecs.contains($0.codec) }, "what is accepted is a codec of ours")
        switch security {
        case .off: precondition(agreed.keys == nil, "nobody asked for keys")
        case .optional: break
        case .required: precondition(agreed.keys != nil, "nothing goes without keys")
        }
        if let keys = agreed.keys {
            precondition(keys.sends.suite == keys.receives.suite, "both directions have one suite")
        }
    }
}
