internal import Audio
internal import MediaControl

/// A leg's payload types, in plain bits, so that looking one up touches no array.
struct NegotiatedPayloads {
    enum Kind {
        case audio(G711)
        case telephoneEvent
        case refused
    }

    /// One bit for each payload type that is accepted.
    private var alaw: UInt128 = 0
    private var mulaw: UInt128 = 0
    private var events: UInt128 = 0
    let sends: PayloadMapping
    let sendsEventsAs: UInt8?

    /// Nothing is negotiated, and `sends` says nothing.
    init() {
        sends = PayloadMapping(payloadType: G711.pcma.staticPayloadType, codec: .pcma)
        sendsEventsAs = nil
    }

    init(_ remote: RemoteMedia) {
        sends = remote.sends
        sendsEventsAs = remote.sendsEventsAs
        for mapping in remote.accepts {
            switch mapping.codec {
            case .pcma: alaw |= NegotiatedPayloads.bit(mapping.payloadType)
            case .pcmu: mulaw |= NegotiatedPayloads.bit(mapping.payloadType)
            }
        }
        if let type = remote.acceptsEventsAs { events = NegotiatedPayloads.bit(type) }
    }

    func kind(of payloadType: UInt8) -> Kind {
        let bit = NegotiatedPayloads.bit(payloadType)
        if alaw & bit != 0 { return .audio(.pcma) }
        if mulaw & bit != 0 { return .audio(.pcmu) }
        return events & bit != 0 ? .telephoneEvent : .refused
    }

    private static func bit(_ payloadType: UInt8) -> UInt128 {
        precondition(payloadType < 128)
        return 1 << UInt128(payloadType)
    }
}
