extension G711 {
    /// The code nearest to a 16-bit linear sample (ITU-T G.711, tables 1 and 2; the 13 bits of A-law and the
    /// 14 bits of µ-law are the sample's upper bits). Samples beyond the codec's range give its last code.
    public func encode(_ sample: Int16) -> UInt8 {
        switch self {
        case .pcma: ALaw.encode(sample)
        case .pcmu: MuLaw.encode(sample)
        }
    }

    /// The 16-bit linear sample that a code stands for.
    public func decode(_ code: UInt8) -> Int16 {
        switch self {
        case .pcma: ALaw.decode(code)
        case .pcmu: MuLaw.decode(code)
        }
    }
}

/// A-law: 13 chords of 16 steps, even bits inverted (ITU-T G.711, table 1).
enum ALaw {
    private static let evenBits: UInt8 = 0x55

    static func encode(_ sample: Int16) -> UInt8 {
        let magnitude = UInt16(bitPattern: sample < 0 ? ~sample : sample) >> 4
        let sign: UInt8 = sample < 0 ? 0 : 0x80
        return (sign | level(of: magnitude)) ^ evenBits
    }

    /// The chord (3 bits) and step (4 bits) of an 11-bit magnitude.
    private static func level(of magnitude: UInt16) -> UInt8 {
        guard magnitude >= 32 else { return UInt8(magnitude) }
        let shift = 11 - magnitude.leadingZeroBitCount
        return UInt8(shift + 1) << 4 | UInt8(magnitude >> UInt16(shift) & 0x0F)
    }

    static func decode(_ code: UInt8) -> Int16 {
        let level = Int16((code ^ evenBits) & 0x7F)
        let chord = level >> 4
        let step = (level & 0x0F) << 4 + 8
        let magnitude = chord == 0 ? step : (step + 0x100) << (chord - 1)
        return code & 0x80 != 0 ? magnitude : -magnitude
    }
}

/// µ-law: 15 chords of 16 steps, all bits inverted (ITU-T G.711, table 2).
enum MuLaw {
    /// Added to a magnitude so that each chord starts at a power of two.
    private static let bias: UInt16 = 33

    static func encode(_ sample: Int16) -> UInt8 {
        let magnitude = min(UInt16(bitPattern: sample < 0 ? ~sample : sample) >> 2 + bias, 0x1FFF)
        let sign: UInt8 = sample < 0 ? 0x80 : 0
        let chord = 10 - magnitude.leadingZeroBitCount
        let level = UInt8(chord) << 4 | UInt8(magnitude >> UInt16(chord + 1) & 0x0F)
        return ~(sign | level)
    }

    static func decode(_ code: UInt8) -> Int16 {
        let level = ~code
        let chord = Int16(level >> 4 & 0x07)
        let step = Int16(level & 0x0F)
        let magnitude = (step << 3 + 0x84) << chord - 0x84
        return level & 0x80 == 0 ? magnitude : -magnitude
    }
}
