/// A-law (ITU-T G.711) for phones of tests, apart from the server's own.
enum ALaw {
    /// A second of a sine, as a share of full scale.
    static func sine(_ frequency: Double, share: Double) -> [UInt8] {
        Tone.sine(frequency, share: share, seconds: 1).map(encode)
    }

    static func decode(_ code: UInt8) -> Int16 {
        let bits = code ^ 0x55
        let step = Int16(bits & 0x0F) << 4 + 8
        let chord = Int16(bits >> 4 & 7)
        let magnitude = chord == 0 ? step : (step + 0x100) << (chord - 1)
        return bits & 0x80 == 0 ? -magnitude : magnitude
    }

    private static func encode(_ sample: Int16) -> UInt8 {
        let codes: [UInt8] = sample < 0 ? negative : positive
        let wanted = Int(sample)
        return codes.min { abs(Int(decode($0)) - wanted) < abs(Int(decode($1)) - wanted) } ?? 0xD5
    }

    private static let negative = (0...UInt8.max).filter { decode($0) < 0 }
    private static let positive = (0...UInt8.max).filter { decode($0) > 0 }
}
