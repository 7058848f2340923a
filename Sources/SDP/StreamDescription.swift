import Audio
import SansIO

/// One media stream of a session description: its `m=` line and what follows it (RFC 8866 §5.14).
struct StreamDescription {
    /// The media type, such as `audio`.
    let kind: ArraySlice<UInt8>
    /// 0 refuses or ends the stream (RFC 3264 §6, §8.2).
    let port: UInt16
    let transport: ArraySlice<UInt8>
    /// The first format, which a refusal repeats.
    let firstFormat: ArraySlice<UInt8>
    /// The formats that are RTP payload types, in order of preference.
    private let payloadTypes: [UInt8]
    private(set) var connection: Connection?
    private(set) var direction: MediaDirection?
    private(set) var rtcp: RTCPAttribute?
    private var mappings: [FormatMapping] = []
    /// The `crypto` attributes that we can use, in the stream's order of preference.
    private(set) var cryptos: [CryptoAttribute] = []
    /// How many there are, with those that we cannot.
    private(set) var cryptoCount = 0

    /// Reads the `m=` line's value.
    init(_ value: ArraySlice<UInt8>) throws(SDPRefusal) {
        var rest = value
        guard let kind = rest.takeField(), let portField = rest.takeField(), let transport = rest.takeField(),
            let port = portField.split(at: "/").0.number(UInt16.self)
        else { throw .malformed }
        payloadTypes = try StreamDescription.payloadTypes(in: rest)
        guard let firstFormat = rest.takeField() else { throw .malformed }
        self.kind = kind
        self.port = port
        self.transport = transport
        self.firstFormat = firstFormat
    }

    private static func payloadTypes(in formats: ArraySlice<UInt8>) throws(SDPRefusal) -> [UInt8] {
        var rest = formats
        var types: [UInt8] = []
        var count = 0
        while let format = rest.takeField() {
            count += 1
            guard count <= SDPLimits.formats else { throw .malformed }
            if let type = format.number(UInt8.self), type < 128 { types.append(type) }
        }
        return types
    }

    mutating func read(_ line: DescriptionLine) throws(SDPRefusal) {
        switch line.letter {
        case UInt8(ascii: "c"): connection = connection ?? Connection(line.value)
        case UInt8(ascii: "a"): try read(attribute: line.value)
        default: break
        }
    }

    private mutating func read(attribute: ArraySlice<UInt8>) throws(SDPRefusal) {
        let (name, value) = attribute.split(at: ":")
        guard let value else {
            direction = MediaDirection(attribute: name) ?? direction
            return
        }
        if name.reads("rtpmap"), let mapping = FormatMapping(value) {
            guard mappings.count < SDPLimits.mappings else { throw .malformed }
            mappings.append(mapping)
        } else if name.reads("rtcp") {
            rtcp = RTCPAttribute(value) ?? rtcp
        } else if name.reads("crypto") {
            guard cryptoCount < SDPLimits.cryptos else { throw .malformed }
            cryptoCount += 1
            if let crypto = CryptoAttribute(value) { cryptos.append(crypto) }
        }
    }

    var isAudio: Bool { kind.reads("audio") }
    /// `nil` for a transport that we do not speak.
    var profile: RTPProfile? { RTPProfile.allCases.first { transport.reads($0.rawValue) } }

    /// The stream's G.711 formats in its order of preference, each codec under the first of its payload types.
    var codecs: [PayloadMapping] {
        var codecs: [PayloadMapping] = []
        for type in payloadTypes {
            guard case .codec(let codec) = format(of: type), !codecs.contains(where: { $0.codec == codec }) else {
                continue
            }
            codecs.append(PayloadMapping(payloadType: type, codec: codec))
        }
        return codecs
    }

    /// The payload type of telephone-events, where the stream has them.
    var eventsPayloadType: UInt8? { payloadTypes.first { format(of: $0) == .telephoneEvent } }

    /// Takes a payload type for telephone-events where the stream lists it without saying what it is: there are answers
    /// that leave out the mappings of the offer.
    mutating func assumeEvents(as type: UInt8) {
        guard !mappings.contains(where: { $0.payloadType == type || $0.format == .telephoneEvent }) else { return }
        mappings.append(FormatMapping(payloadType: type, format: .telephoneEvent))
    }

    /// Without an `rtpmap`, the profile's static types hold (RFC 3264 §5.1).
    private func format(of type: UInt8) -> StreamFormat {
        if let mapping = mappings.first(where: { $0.payloadType == type }) { return mapping.format }
        return G711.allCases.first { $0.staticPayloadType == type }.map(StreamFormat.codec) ?? .other
    }
}

/// How RTP is carried (RFC 3551, RFC 3711 §12).
enum RTPProfile: String, Hashable, CaseIterable {
    case plain = "RTP/AVP"
    case secure = "RTP/SAVP"
}

/// What a payload type stands for.
enum StreamFormat: Hashable {
    case codec(G711)
    case telephoneEvent
    case other

    /// Reads the encoding name, clock rate and channels of an `rtpmap`.
    init(_ encoding: ArraySlice<UInt8>) {
        let (name, parameters) = encoding.split(at: "/")
        let (rate, channels) = parameters?.split(at: "/") ?? ([], nil)
        guard rate.number(Int.self) == G711.sampleRate, channels == nil || channels?.number(Int.self) == 1 else {
            self = .other
            return
        }
        if let codec = G711.allCases.first(where: { name.reads($0.rawValue) }) {
            self = .codec(codec)
        } else {
            self = name.reads("telephone-event") ? .telephoneEvent : .other
        }
    }
}

/// An `rtpmap` attribute (RFC 8866 §6.6).
struct FormatMapping {
    let payloadType: UInt8
    let format: StreamFormat

    init(payloadType: UInt8, format: StreamFormat) {
        self.payloadType = payloadType
        self.format = format
    }

    init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let type = rest.takeField()?.number(UInt8.self), type < 128, let encoding = rest.takeField() else {
            return nil
        }
        payloadType = type
        format = StreamFormat(encoding)
    }
}

/// An `rtcp` attribute: a port, and perhaps an address (RFC 3605 §2.1).
struct RTCPAttribute {
    let port: UInt16
    let connection: Connection?

    init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let port = rest.takeField()?.number(UInt16.self), port > 0 else { return nil }
        self.port = port
        connection = rest.trimmed.isEmpty ? nil : Connection(rest)
    }
}
