public import Audio
internal import RTP
public import SansIO

/// Our end of one party's media session: what we offer and answer over its life (RFC 3264).
///
/// Each description that it makes is the session's next one. Only what was really sent should be asked for.
public struct OurMedia: Hashable, Sendable {
    private let address: IPAddress
    /// Of RTP; RTCP is received one above.
    private let port: UInt16
    /// In our order of preference.
    private let codecs: [G711]
    private let sessionID: UInt64
    private var security: SecurityNegotiation

    private var version: UInt64 = 1
    /// What the last description said.
    private var last: OurPicture?
    /// The codec that we sent last.
    private var current: G711?
    /// The payload type of telephone-events that we accept.
    private var eventsPayloadType: UInt8 = 101

    /// - Parameters:
    ///   - address: where we receive; not unspecified.
    ///   - port: of RTP, even; RTCP is one above.
    ///   - codecs: at least one, in order of preference.
    ///   - security: whether the stream is to be encrypted.
    ///   - sessionID: a number hard to guess, of which 62 bits are used (RFC 3264 §5).
    public init(
        address: IPAddress, port: UInt16, codecs: [G711], security: MediaSecurity = .off, sessionID: UInt64
    ) {
        precondition(!codecs.isEmpty && port > 0 && !address.isUnspecified)
        self.address = address
        self.port = port
        self.codecs = codecs
        self.security = SecurityNegotiation(security)
        self.sessionID = sessionID & (1 << 62 - 1)
    }

    /// A full offer: all our codecs, the current one first. Its version is higher than the last description's if
    /// anything differs (RFC 3264 §8), and it does where there are keys: they are new in every offer.
    public mutating func offer(using entropy: inout Entropy) -> [UInt8] {
        let cryptos = security.offer(using: &entropy)
        return describe(
            OurPicture(streams: last?.streams ?? [.audio], audio: offeredAudio(cryptos), times: [.unbounded]))
    }

    /// What the far end may send before it has described its own side: the codecs that we offer.
    public var offeredCodecs: [PayloadMapping] {
        var offered = codecs.map { PayloadMapping(payloadType: $0.staticPayloadType, codec: $0) }
        if let index = offered.firstIndex(where: { $0.codec == current }) { offered.moveToFront(index) }
        return offered
    }

    /// The payload type of telephone-events that we offer.
    public var offeredEvents: UInt8 { eventsPayloadType }

    /// Whether our offers have keys. If so, what the far end sends before it has described its own side cannot be read.
    public var offersKeys: Bool { security.policy != .off }

    private func offeredAudio(_ cryptos: [CryptoAttribute]) -> OurAudio {
        OurAudio(
            codecs: offeredCodecs, events: eventsPayloadType, direction: .sendrecv,
            profile: security.offeredProfile, cryptos: cryptos)
    }

    /// Judges an answer to our last offer (RFC 3264 §7). The first codec in the answer that is ours is the one to
    /// send, with the answer's payload type; what we accept keeps the payload types of our offer (§5.1).
    public mutating func judge(answer bytes: [UInt8]) throws(SDPRefusal) -> AgreedMedia {
        let description = try SessionDescription(bytes)
        guard let index = audioIndex, index < description.streams.count else { throw .noAudio }
        var stream = description.streams[index]
        stream.assumeEvents(as: eventsPayloadType)
        let sends = try common(with: stream)
        let accepts = sends.map { PayloadMapping(payloadType: $0.codec.staticPayloadType, codec: $0.codec) }
        var negotiation = security
        let keys = try negotiation.judge(answer: stream)
        let agreed = try agree(
            on: stream, of: description, sends: sends, accepts: accepts, events: eventsPayloadType, keys: keys)
        security = negotiation
        current = agreed.sends.codec
        return agreed
    }

    /// Answers an offer from our own media (RFC 3264 §6): one audio stream with the codecs in common, in the offer's
    /// order and under its payload types, its direction mirrored; all other streams refused. Where the far end keeps its
    /// key, we keep ours, else ours is new as well.
    ///
    /// An offer that is refused leaves the session as it was.
    public mutating func answer(
        offer bytes: [UInt8], using entropy: inout Entropy
    ) throws(SDPRefusal) -> (answer: [UInt8], agreed: AgreedMedia) {
        let description = try SessionDescription(bytes)
        let index = try choose(from: description)
        let stream = description.streams[index]
        let sends = try common(with: stream)
        let events = stream.eventsPayloadType ?? eventsPayloadType
        var negotiation = security
        let crypto = try negotiation.answer(stream, using: &entropy)
        let agreed = try agree(
            on: stream, of: description, sends: sends, accepts: sends, events: events, keys: negotiation.agreed)
        security = negotiation
        current = agreed.sends.codec
        eventsPayloadType = events
        let picture = OurPicture(
            streams: description.streams.enumerated().map { $0 == index ? .audio : .refused($1.refusal) },
            audio: OurAudio(
                codecs: sends, events: stream.eventsPayloadType,
                direction: description.direction(of: stream).mirrored, profile: stream.profile ?? .plain,
                cryptos: crypto.map { [$0] } ?? []),
            times: description.times)
        return (describe(picture), agreed)
    }

    /// The place of our audio stream among all.
    private var audioIndex: Int? { last?.streams.firstIndex(of: .audio) }

    /// The offer's stream that becomes ours: the one that is already, or else the first that can be accepted. If there
    /// is none, the reason is that of the first one tried.
    private func choose(from description: SessionDescription) throws(SDPRefusal) -> Int {
        let audio = description.streams.indices.filter { description.streams[$0].isAudio }
        let present = audioIndex
        var reason: SDPRefusal?
        for index in audio.filter({ $0 == present }) + audio.filter({ $0 != present }) {
            do throws(SDPRefusal) {
                _ = try common(with: description.streams[index])
                _ = try security.choice(in: description.streams[index])
                _ = try description.destinations(of: description.streams[index], from: address)
                return index
            } catch {
                reason = reason ?? error
            }
        }
        throw reason ?? .noAudio
    }

    /// The codecs of a stream that are ours, in its order and under its payload types.
    private func common(with stream: StreamDescription) throws(SDPRefusal) -> [PayloadMapping] {
        guard stream.isAudio, stream.port > 0 else { throw .noAudio }
        guard stream.profile != nil else { throw .otherTransport }
        let common = stream.codecs.filter { codecs.contains($0.codec) }
        guard !common.isEmpty else { throw .noCommonCodec }
        return common
    }

    private func agree(
        on stream: StreamDescription, of description: SessionDescription, sends: [PayloadMapping],
        accepts: [PayloadMapping], events: UInt8, keys: SRTPKeys?
    ) throws(SDPRefusal) -> AgreedMedia {
        let (rtp, rtcp) = try description.destinations(of: stream, from: address)
        let direction = description.direction(of: stream)
        return AgreedMedia(
            rtp: rtp, rtcp: rtcp, sends: sends[0], accepts: accepts, sendsEventsAs: stream.eventsPayloadType,
            acceptsEventsAs: stream.eventsPayloadType == nil ? nil : events,
            maySend: direction.sends, mayReceive: direction.receives && !rtp.ip.isUnspecified, keys: keys)
    }

    private mutating func describe(_ picture: OurPicture) -> [UInt8] {
        if let last, last != picture { version += 1 }
        last = picture
        return DescriptionWriter(address: address, port: port).write(picture, sessionID: sessionID, version: version)
    }
}

extension [PayloadMapping] {
    fileprivate mutating func moveToFront(_ index: Int) {
        if index > 0 { insert(remove(at: index), at: 0) }
    }
}
