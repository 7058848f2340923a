import Audio
import RTP
import SDP
import SansIO

/// A description's lines with CRLF ends.
func text(_ lines: String) -> [UInt8] {
    Array(lines.split(separator: "\n").joined(separator: "\r\n").utf8) + [13, 10]
}

func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
}

let ourAddress = IPAddress.v4(0xC000_0201)

func ourMedia(codecs: [G711] = [.pcma, .pcmu], security: MediaSecurity = .off) -> OurMedia {
    OurMedia(address: ourAddress, port: 10_000, codecs: codecs, security: security, sessionID: 4711)
}

/// Where there are no keys, it matters to nobody where they come from.
extension OurMedia {
    mutating func offer() -> [UInt8] {
        var entropy = Entropy(seed: 1)
        return offer(using: &entropy)
    }

    mutating func answer(offer bytes: [UInt8]) throws(SDPRefusal) -> (answer: [UInt8], agreed: AgreedMedia) {
        var entropy = Entropy(seed: 1)
        return try answer(offer: bytes, using: &entropy)
    }
}

/// A far end's description with one audio stream.
func farEnd(
    _ formats: String = "8 0 101", port: Int = 40_000, connection: String = "IN IP4 198.51.100.7",
    attributes: [String] = ["a=rtpmap:101 telephone-event/8000"], profile: String = "RTP/AVP"
) -> [UInt8] {
    text(
        ([
            "v=0", "o=far 1 1 IN IP4 198.51.100.7", "s=-", "c=\(connection)", "t=0 0",
            "m=audio \(port) \(profile) \(formats)",
        ]
            + attributes).joined(separator: "\n"))
}

let farRTP = TransportAddress(ip: .v4(0xC633_6407), port: 40_000)
