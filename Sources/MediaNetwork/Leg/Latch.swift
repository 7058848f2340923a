internal import MediaControl
internal import SansIO

/// Learns which address a leg's RTP really comes from.
///
/// The session description's address locks with its first packet. Another source locks only where the policy allows it,
/// after `packetsToLock` packets in a row with one SSRC and a negotiated payload type while that address is silent. A
/// locked source that is silent for `patience` may be replaced under the same rule. A new description is a new latch.
struct Latch {
    static let packetsToLock: UInt8 = 3
    /// In nanoseconds.
    static let patience: Int64 = 2_000_000_000

    enum Verdict: Hashable {
        /// From the source locked to.
        case accepted
        /// From the source that is locked to from this packet on.
        case locked
        /// From a source that may become the one; not to be used yet.
        case candidate
        /// From a source that may not.
        case stranger
    }

    private struct Candidate {
        var source: TransportAddress
        var ssrc: UInt32
        var packets: UInt8
    }

    private enum State {
        case learning(Candidate?)
        case locked(TransportAddress)
        /// Locked once, silent since; heard again, it locks at once.
        case lapsed(TransportAddress, Candidate?)
    }

    /// Beside the state, so that a packet changes one word and no more.
    private var lastHeard = Instant(nanoseconds: 0)
    let described: TransportAddress
    private let policy: LatchPolicy
    private var state = State.learning(nil)

    /// Locks to nobody: there is no description yet.
    init() {
        self.init(
            described: .nowhere, policy: LatchPolicy(anySource: false, signallingPeer: TransportAddress.nowhere.ip))
    }

    init(described: TransportAddress, policy: LatchPolicy) {
        self.described = described
        self.policy = policy
    }

    /// Where the leg's RTP goes: where its RTP comes from, or else where its description says.
    var destination: TransportAddress {
        switch state {
        case .learning: described
        case .locked(let source), .lapsed(let source, _): source
        }
    }

    /// Whether control packets from this address may be the leg's.
    func trusts(_ ip: IPAddress) -> Bool { ip == described.ip || ip == destination.ip }

    /// Whether a packet from there is a stranger's, whatever it says.
    func excludes(_ source: TransportAddress) -> Bool {
        switch state {
        case .locked(let locked): source != locked
        case .learning: source != described && !mayLock(to: source)
        case .lapsed(let previous, _): source != described && source != previous && !mayLock(to: source)
        }
    }

    /// Judges a well-formed RTP packet.
    mutating func judge(_ source: TransportAddress, ssrc: UInt32, negotiated: Bool, at now: Instant) -> Verdict {
        switch state {
        case .locked(source):
            lastHeard = now
            return .accepted
        case .locked:
            return .stranger
        case .learning(let candidate):
            if source == described { return lock(source, at: now) }
            return consider(source, ssrc: ssrc, negotiated: negotiated, after: candidate, lapsed: nil, at: now)
        case .lapsed(let previous, let candidate):
            if source == described || source == previous { return lock(source, at: now) }
            return consider(source, ssrc: ssrc, negotiated: negotiated, after: candidate, lapsed: previous, at: now)
        }
    }

    /// The locked source was heard on a connected socket.
    mutating func heard(at now: Instant) { lastHeard = now }

    /// Lets a source lapse that has been silent too long; whether it did just now.
    mutating func timeOut(at now: Instant) -> Bool {
        switch state {
        case .locked(let source) where now.nanoseconds - lastHeard.nanoseconds >= Latch.patience:
            state = .lapsed(source, nil)
            return true
        case .locked, .learning, .lapsed:
            return false
        }
    }

    private mutating func lock(_ source: TransportAddress, at now: Instant) -> Verdict {
        state = .locked(source)
        lastHeard = now
        return .locked
    }

    private mutating func consider(
        _ source: TransportAddress, ssrc: UInt32, negotiated: Bool, after candidate: Candidate?,
        lapsed: TransportAddress?, at now: Instant
    ) -> Verdict {
        guard mayLock(to: source) else { return .stranger }
        let continues = candidate.map { $0.source == source && $0.ssrc == ssrc } ?? false
        let packets = negotiated ? (continues ? candidate?.packets ?? 0 : 0) + 1 : 0
        if packets >= Latch.packetsToLock { return lock(source, at: now) }
        let next = packets > 0 ? Candidate(source: source, ssrc: ssrc, packets: packets) : nil
        state = lapsed.map { .lapsed($0, next) } ?? .learning(next)
        return .candidate
    }

    private func mayLock(to source: TransportAddress) -> Bool {
        policy.anySource || source.ip == described.ip || source.ip == policy.signallingPeer
    }
}
