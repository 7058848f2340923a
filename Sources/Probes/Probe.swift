/// One kind of input from outside, and what every such input is held against.
///
/// A probe reads bytes as the server would, asks for all there is to ask, and traps where something does not hold. The
/// fuzzers feed it what they invent; the replay test what they found once.
public enum Probe: String, Sendable, CaseIterable {
    /// A SIP message.
    case message
    /// What comes over TCP or TLS.
    case stream
    /// A session description, as an offer and as an answer.
    case description
    /// A digest challenge or credentials.
    case digest
    /// A packet of RTP or RTCP.
    case packet
    /// Packets of RTP and RTCP one after the other, with the times of their arrival.
    case sequence
    /// Datagrams of friends and strangers, one after the other, to a user agent that is busy.
    case agent

    public func run(_ bytes: [UInt8]) {
        switch self {
        case .message: MessageProbe.run(bytes)
        case .stream: StreamProbe.run(bytes)
        case .description: DescriptionProbe.run(bytes)
        case .digest: DigestProbe.run(bytes)
        case .packet: PacketProbe.run(bytes)
        case .sequence: SequenceProbe.run(bytes)
        case .agent: AgentProbe.run(bytes)
        }
    }
}
