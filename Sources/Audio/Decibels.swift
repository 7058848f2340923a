/// Levels of telephone signals. The digital full scale of G.711 lies a little above 0 dBm0.
extension G711 {
    /// The level in dBm0 of the greatest sine that the codec can carry (the theoretical load capacity of ITU-T G.711).
    public var fullScaleLevel: Double {
        switch self {
        case .pcma: 3.14
        case .pcmu: 3.17
        }
    }

    /// The peak of that sine in 16-bit linear steps: the codec's last decision value.
    var fullScaleAmplitude: Double {
        switch self {
        case .pcma: 4096 * 8
        case .pcmu: 8159 * 4
        }
    }

    /// The peak, in 16-bit linear steps, of a sine of a level in dBm0.
    public func amplitude(ofLevel level: Double) -> Double {
        fullScaleAmplitude * Decibels.ratio(level - fullScaleLevel)
    }

    /// The level in dBm0 of a sine with a peak of `amplitude` 16-bit linear steps; minus infinity for 0.
    public func level(ofAmplitude amplitude: Double) -> Double {
        fullScaleLevel + Decibels.of(ratio: amplitude / fullScaleAmplitude)
    }

    /// The same from the amplitude's square, which measurements yield.
    func level(ofSquaredAmplitude square: Double) -> Double {
        fullScaleLevel + Decibels.of(ratio: square / (fullScaleAmplitude * fullScaleAmplitude)) / 2
    }
}

/// Amplitude ratios in decibels, without the mathematics library: the pure rooms link none.
enum Decibels {
    private static let ln2 = 0.693_147_180_559_945_3
    private static let ln10 = 2.302_585_092_994_045_7

    /// 10^(dB/20).
    static func ratio(_ decibels: Double) -> Double {
        let exponent = decibels * ln10 / 20
        // The series converges fast near zero, so that the exponent is halved first and the result squared back.
        let small = exponent / 256
        var term = 1.0
        var sum = 1.0
        for index in 1...8 {
            term *= small / Double(index)
            sum += term
        }
        return (0..<8).reduce(sum) { value, _ in value * value }
    }

    /// 20·log10(ratio).
    static func of(ratio: Double) -> Double {
        guard ratio > 0 else { return -.infinity }
        // ln m = 2·artanh((m − 1)/(m + 1)) for the significand m in [1, 2).
        let quotient = (ratio.significand - 1) / (ratio.significand + 1)
        var power = quotient
        var sum = 0.0
        for index in stride(from: 1, through: 31, by: 2) {
            sum += power / Double(index)
            power *= quotient * quotient
        }
        return 20 * (2 * sum + Double(ratio.exponent) * ln2) / ln10
    }
}
