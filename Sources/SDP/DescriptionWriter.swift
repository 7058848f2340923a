import Audio
import SansIO

/// What we put in a stream's place.
enum OurStream: Hashable {
    case audio
    /// The refusing `m=` line (RFC 3264 §6).
    case refused([UInt8])
}

extension StreamDescription {
    /// The stream's `m=` line with port 0 and one format (RFC 3264 §8.2), without its end.
    var refusal: [UInt8] { Array("m=".utf8) + kind + Array(" 0 ".utf8) + transport + Array(" ".utf8) + firstFormat }
}

/// What one description of ours says, but for its version.
struct OurPicture: Hashable {
    let streams: [OurStream]
    let audio: OurAudio
    let times: [SessionTime]
}

/// Our audio stream, as one description states it.
struct OurAudio: Hashable {
    let codecs: [PayloadMapping]
    /// The payload type of telephone-events, where the description has them.
    let events: UInt8?
    let direction: MediaDirection
    let profile: RTPProfile
    let cryptos: [CryptoAttribute]
}

/// Writes session descriptions (RFC 8866 §5) in the shape that RFC 3264 §5 recommends for calls.
struct DescriptionWriter {
    let address: IPAddress
    let port: UInt16

    func write(_ picture: OurPicture, sessionID: UInt64, version: UInt64) -> [UInt8] {
        var bytes = Array("v=0\r\no=- \(sessionID) \(version) \(place)\r\ns=-\r\nc=\(place)\r\n".utf8)
        for time in picture.times {
            bytes += "t=\(time.start) \(time.stop)\r\n".utf8
        }
        for stream in picture.streams {
            switch stream {
            case .audio: bytes += lines(of: picture.audio).utf8
            case .refused(let line):
                bytes += line
                bytes += "\r\n".utf8
            }
        }
        return bytes
    }

    private var place: String {
        switch address {
        case .v4: "IN IP4 \(address)"
        case .v6: "IN IP6 \(address)"
        }
    }

    private func lines(of audio: OurAudio) -> String {
        var types = audio.codecs.map { String($0.payloadType) }
        var text = ""
        for mapping in audio.codecs {
            text += "a=rtpmap:\(mapping.payloadType) \(mapping.codec.rawValue)/\(G711.sampleRate)\r\n"
        }
        if let events = audio.events {
            types.append(String(events))
            text += "a=rtpmap:\(events) telephone-event/\(G711.sampleRate)\r\na=fmtp:\(events) 0-15\r\n"
        }
        for crypto in audio.cryptos { text += crypto.line + "\r\n" }
        return "m=audio \(port) \(audio.profile.rawValue) \(types.joined(separator: " "))\r\n\(text)"
            + "a=ptime:20\r\na=\(audio.direction.rawValue)\r\n"
    }
}
