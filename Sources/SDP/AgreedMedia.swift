public import Audio
public import RTP
public import SansIO

/// What an offer and its answer come to, for one party.
public struct AgreedMedia: Hashable, Sendable {
    /// Where the far end wants RTP. Its address is unspecified while the far end wants none (RFC 3264 §8.4).
    public var rtp: TransportAddress
    /// Where the far end wants RTCP.
    public var rtcp: TransportAddress
    /// The codec that the far end prefers of those in common, under the far end's payload type.
    public var sends: PayloadMapping
    /// The codecs in common, under the payload types that the far end sends.
    public var accepts: [PayloadMapping]
    /// The payload type of telephone-events that we send; `nil` where they are not agreed on.
    public var sendsEventsAs: UInt8?
    /// The payload type of telephone-events that the far end sends.
    public var acceptsEventsAs: UInt8?
    /// Whether the far end may send: its direction is `sendrecv` or `sendonly`.
    public var maySend: Bool
    /// Whether the far end wants to receive: its direction is `sendrecv` or `recvonly`, and its address is specified.
    public var mayReceive: Bool
    /// The keys of SRTP; `nil` for plain RTP.
    public var keys: SRTPKeys?
}

extension SessionDescription {
    /// Where a stream is to be sent, as far as an end with an address of `ours`' family can.
    func destinations(
        of stream: StreamDescription, from ours: IPAddress
    ) throws(SDPRefusal) -> (rtp: TransportAddress, rtcp: TransportAddress) {
        guard case .address(let ip) = connection(of: stream), ip.isSameFamily(as: ours) else { throw .unusableAddress }
        let rtp = TransportAddress(ip: ip, port: stream.port)
        guard let rtcp = stream.rtcp else {
            guard stream.port < .max else { throw .unusableAddress }
            return (rtp, TransportAddress(ip: ip, port: stream.port + 1))
        }
        if case .address(let other) = rtcp.connection, other.isSameFamily(as: ours) {
            return (rtp, TransportAddress(ip: other, port: rtcp.port))
        }
        return (rtp, TransportAddress(ip: ip, port: rtcp.port))
    }
}
