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
        var text = DescriptionBuffer()
        let place = place
        text.add("v=0\r\no=- ", sessionID, " ", version, " ")
        text.add(place)
        text.add("\r\ns=-\r\nc=")
        text.add(place)
        text.add("\r\n")
        for time in picture.times { text.add("t=", time.start, " ", time.stop, "\r\n") }
        for stream in picture.streams {
            switch stream {
            case .audio: write(picture.audio, into: &text)
            case .refused(let line):
                text.add(line)
                text.add("\r\n")
            }
        }
        return text.bytes
    }

    private var place: String {
        switch address {
        case .v4: "IN IP4 \(address)"
        case .v6: "IN IP6 \(address)"
        }
    }

    private func write(_ audio: OurAudio, into text: inout DescriptionBuffer) {
        let rate = UInt64(G711.sampleRate)
        text.add("m=audio ", UInt64(port), " ")
        text.add(audio.profile.rawValue)
        for mapping in audio.codecs { text.add(" ", UInt64(mapping.payloadType), "") }
        if let events = audio.events { text.add(" ", UInt64(events), "") }
        text.add("\r\n")
        for mapping in audio.codecs {
            text.add("a=rtpmap:", UInt64(mapping.payloadType), " ")
            text.add(mapping.codec.rawValue)
            text.add("/", rate, "\r\n")
        }
        if let events = audio.events {
            text.add("a=rtpmap:", UInt64(events), " telephone-event/", rate, "\r\n")
            text.add("a=fmtp:", UInt64(events), " 0-15\r\n")
        }
        for crypto in audio.cryptos {
            text.add(crypto.line)
            text.add("\r\n")
        }
        text.add("a=ptime:20\r\na=")
        text.add(audio.direction.rawValue)
        text.add("\r\n")
    }
}
