internal import Audio
internal import MediaControl

/// A leg's payload types, in a few plain bytes, so that looking one up touches no array.
struct NegotiatedPayloads {
    enum Kind {
        case audio(G711)
        case telephoneEvent
        case refused
    }

    /// Payload types for one codec; further ones are not accepted. We offer one each.
    static let typesPerCodec = 3

    /// Three for A-law, three for µ-law, one for telephone-events; `unused` where there are fewer.
    private var accepted = SIMD8<UInt8>(repeating: NegotiatedPayloads.unused)
    let sends: PayloadMapping
    let sendsEventsAs: UInt8?

    /// Beyond all payload types.
    private static let unused: UInt8 = 255

    /// Nothing is negotiated, and `sends` says nothing.
    init() {
        sends = PayloadMapping(payloadType: G711.pcma.staticPayloadType, codec: .pcma)
        sendsEventsAs = nil
    }

    init(_ remote: RemoteMedia) {
        sends = remote.sends
        sendsEventsAs = remote.sendsEventsAs
        for (first, codec) in [(0, G711.pcma), (NegotiatedPayloads.typesPerCodec, .pcmu)] {
            let types = remote.accepts.filter { $0.codec == codec }.prefix(NegotiatedPayloads.typesPerCodec)
            for (offset, mapping) in types.enumerated() { accepted[first + offset] = mapping.payloadType }
        }
        accepted[6] = remote.acceptsEventsAs ?? NegotiatedPayloads.unused
    }

    /// - Parameter payloadType: 0 … 127.
    func kind(of payloadType: UInt8) -> Kind {
        for lane in 0..<3 where accepted[lane] == payloadType { return .audio(.pcma) }
        for lane in 3..<6 where accepted[lane] == payloadType { return .audio(.pcmu) }
        return accepted[6] == payloadType ? .telephoneEvent : .refused
    }
}
