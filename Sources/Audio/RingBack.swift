extension ToneCadence {
    /// The ring-back tone that callers of a country are used to, at −13 dBm0 (ITU-T E.180 Supplement 2, where
    /// one frequency with one pause is the country's standard). Countries that are not listed get China's.
    ///
    /// - Parameter country: the country code without prefix, such as `86`.
    public static func ringBack(country: String) -> ToneCadence {
        switch country {
        case "31", "39", "47", "49", "358": ringBack(hertz: 425, on: 1000, off: 4000)
        case "33": ringBack(hertz: 440, on: 1500, off: 3500)
        case "34": ringBack(hertz: 425, on: 1500, off: 3000)
        case "46": ringBack(hertz: 425, on: 1000, off: 5000)
        default: ringBack(hertz: 450, on: 1000, off: 4000)
        }
    }

    private static func ringBack(hertz: Int, on: Int, off: Int) -> ToneCadence {
        ToneCadence(frequency: hertz, level: -13, on: .milliseconds(on), off: .milliseconds(off))
    }
}
