import Audio
import SDP
import SansIO

/// Answers a description as an offer, and judges it as an answer.
enum DescriptionProbe {
    static func run(_ bytes: [UInt8]) {
        for codecs: [G711] in [[.pcma, .pcmu], [.pcmu]] {
            var asked = ours(codecs)
            _ = asked.offer()
            if let agreed = try? asked.judge(answer: bytes) { check(agreed, codecs) }
            var answering = ours(codecs)
            _ = answering.offer()
            guard let (answer, agreed) = try? answering.answer(offer: bytes) else { continue }
            check(agreed, codecs)
            precondition(answer.starts(with: "v=0\r\n".utf8), "an answer is a description")
            // Ours is read like anybody's.
            var other = ours(codecs)
            _ = try? other.answer(offer: answer)
        }
    }

    private static func ours(_ codecs: [G711]) -> OurMedia {
        OurMedia(address: .v4(0xC000_0201), port: 10_000, codecs: codecs, sessionID: 1)
    }

    private static func check(_ agreed: AgreedMedia, _ codecs: [G711]) {
        precondition(codecs.contains(agreed.sends.codec), "what is sent is a codec of ours")
        precondition(agreed.accepts.allSatisfy { codecs.contains($0.codec) }, "what is accepted is a codec of ours")
    }
}
