/// What listeners would think of a G.711 call, estimated from what the network does to it: the E-model of ITU-T G.107
/// with everything that the network does not tell at its default.
public enum VoiceQuality {
    /// The rating of a call that nothing disturbs: the model's value for all defaults (ITU-T G.107 §7.7).
    static let undisturbed = 93.2
    /// How robust G.711 is against random loss where the receiver conceals it (ITU-T G.113 Appendix I).
    static let lossRobustness = 25.1
    /// A packet's own length, in milliseconds.
    private static let packetDelay = 20.0

    /// The mean opinion score, 1 … 4.5.
    ///
    /// - Parameters:
    ///   - fractionLost: 0 … 1.
    ///   - jitter: mean deviation of the arrivals (RFC 3550 §6.4.1), in milliseconds. A receiver waits for about twice that.
    ///   - roundTrip: in milliseconds; 0 where it is not known.
    public static func meanOpinionScore(fractionLost: Double, jitter: Double, roundTrip: Double) -> Double {
        let delay = roundTrip / 2 + 2 * jitter + packetDelay
        return meanOpinionScore(
            ofRating: undisturbed - delayImpairment(delay) - lossImpairment(percent: 100 * fractionLost))
    }

    /// What a mouth-to-ear delay in milliseconds takes off the rating: the usual two straight lines for the model's curve,
    /// which bends where conversation begins to suffer.
    static func delayImpairment(_ delay: Double) -> Double {
        0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0)
    }

    /// What random loss takes off (ITU-T G.107 §7.5, for a codec without impairment of its own).
    static func lossImpairment(percent: Double) -> Double { 95 * percent / (percent + lossRobustness) }

    /// The score that goes with a rating (ITU-T G.107 Annex B).
    static func meanOpinionScore(ofRating rating: Double) -> Double {
        guard rating > 0 else { return 1 }
        guard rating < 100 else { return 4.5 }
        // For the lowest ratings the polynomial falls a little below the scale.
        return max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)
    }
}
