internal import RTP
internal import SansIO

/// Whether a party's media is encrypted: SRTP, with its keys in the session descriptions (RFC 4568).
public enum MediaSecurity: String, Hashable, Sendable, CaseIterable {
    /// Never. Keys that are offered are passed over.
    case off
    /// Where the far end can: keys are offered with `RTP/AVP`, and without keys in the answer RTP stays plain.
    case optional
    /// Always: `RTP/SAVP` and keys, or there is no session.
    case required
}

/// Our side of how a stream's keys are agreed on (RFC 4568 §5.1, §7.1).
struct SecurityNegotiation: Hashable {
    let policy: MediaSecurity
    /// What our last description said: an answer may be repeated as an offer, which changes nothing (RFC 4028 §7.4).
    private var described: [CryptoAttribute] = []
    /// What the last answer, theirs or ours, came to; `nil` for plain RTP.
    private(set) var agreed: SRTPKeys?

    init(_ policy: MediaSecurity) { self.policy = policy }

    var offeredProfile: RTPProfile {
        switch policy {
        case .off, .optional: .plain
        case .required: .secure
        }
    }

    /// New keys, one for each suite. What was agreed on holds until the answer comes.
    mutating func offer(using entropy: inout Entropy) -> [CryptoAttribute] {
        described = []
        switch policy {
        case .off: break
        case .optional, .required:
            for (index, suite) in SRTPSuite.allCases.enumerated() {
                let key = SRTPMasterKey(suite: suite, using: &entropy)
                described.append(CryptoAttribute(tag: UInt32(index) + 1, key: key))
            }
        }
        return described
    }

    /// The keys that an answer leads to: ours of the attribute that it accepts by its tag, and the answer's own. `nil` for
    /// plain RTP.
    mutating func judge(answer stream: StreamDescription) throws(SDPRefusal) -> SRTPKeys? {
        agreed = try keys(in: stream)
        return agreed
    }

    private func keys(in answer: StreamDescription) throws(SDPRefusal) -> SRTPKeys? {
        switch (policy, answer.profile) {
        case (_, nil), (.off, .secure), (.required, .plain): throw .otherTransport
        case (.off, .plain): return nil
        case (.optional, .plain) where answer.cryptoCount == 0: return nil
        case (.optional, .plain), (.optional, .secure), (.required, .secure): break
        }
        guard answer.cryptoCount == 1, let accepted = answer.cryptos.first,
            let ours = described.first(where: { $0.tag == accepted.tag }), ours.key.suite == accepted.key.suite
        else { throw .unusableKeys }
        return SRTPKeys(sends: ours.key, receives: accepted.key)
    }

    /// The attribute of an offered stream that is to be accepted: its first that we can use. `nil` for plain RTP.
    func choice(in offer: StreamDescription) throws(SDPRefusal) -> CryptoAttribute? {
        switch (policy, offer.profile) {
        case (_, nil), (.off, .secure), (.required, .plain): throw .otherTransport
        case (.off, .plain): return nil
        case (.optional, .plain): return offer.cryptos.first
        case (.optional, .secure), (.required, .secure):
            guard let crypto = offer.cryptos.first else { throw .unusableKeys }
            return crypto
        }
    }

    /// Our attribute in the answer to an offered stream; `nil` for plain RTP.
    mutating func answer(
        _ offer: StreamDescription, using entropy: inout Entropy
    ) throws(SDPRefusal) -> CryptoAttribute? {
        guard let theirs = try choice(in: offer) else {
            (agreed, described) = (nil, [])
            return nil
        }
        let kept = agreed.flatMap { $0.receives == theirs.key ? $0.sends : nil }
        let ours = kept ?? SRTPMasterKey(suite: theirs.key.suite, using: &entropy)
        agreed = SRTPKeys(sends: ours, receives: theirs.key)
        let crypto = CryptoAttribute(tag: theirs.tag, key: ours)
        described = [crypto]
        return crypto
    }
}
