/// A set of ASCII bytes, as the grammar of RFC 3261 §25.1 names them. Bytes from 128 on belong to none.
struct CharacterSet {
    private let low: UInt64
    private let high: UInt64

    private init(_ low: UInt64, _ high: UInt64) {
        self.low = low
        self.high = high
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let half = byte < 64 ? low : high
        return byte < 128 && half >> UInt64(byte & 63) & 1 == 1
    }
}

extension CharacterSet {
    static var digit: Self { .init(0x03FF_0000_0000_0000, 0x0000_0000_0000_0000) }
    static var hexadecimal: Self { .init(0x03FF_0000_0000_0000, 0x0000_007E_0000_007E) }
    static var token: Self { .init(0x03FF_6CA2_0000_0000, 0x47FF_FFFF_87FF_FFFE) }
    /// What Call-IDs are made of. The grammar's `word` leaves out a few of these that the field uses.
    static var visible: Self { .init(0xFFFF_FFFE_0000_0000, 0x7FFF_FFFF_FFFF_FFFF) }
    /// A parameter's name: a token, or in a URI also one of `[]/:&$()`.
    static var parameterName: Self { .init(0x07FF_EFF2_0000_0000, 0x47FF_FFFF_AFFF_FFFE) }
    /// A header parameter's value without quotes. The grammar says `token` or `host`; equipment in the
    /// field puts any visible character there that does not end the value.
    static var parameterValue: Self { .init(0xA7FF_EFFA_0000_0000, 0x7FFF_FFFF_EFFF_FFFF) }

    static var scheme: Self { .init(0x03FF_6800_0000_0000, 0x07FF_FFFE_07FF_FFFE) }
    /// `user`, with the percent sign that begins an escape.
    static var user: Self { .init(0xABFF_FFF2_0000_0000, 0x47FF_FFFE_87FF_FFFE) }
    static var password: Self { .init(0x23FF_7FF2_0000_0000, 0x47FF_FFFE_87FF_FFFE) }
    /// Host names and IPv4 addresses; the underscore is not in the grammar, but in names that exist.
    static var host: Self { .init(0x03FF_6000_0000_0000, 0x07FF_FFFE_87FF_FFFE) }
    static var uriParameter: Self { .init(0x07FF_EFF2_0000_0000, 0x47FF_FFFE_AFFF_FFFE) }
    static var uriHeader: Self { .init(0xA7FF_EFF2_0000_0000, 0x47FF_FFFE_AFFF_FFFE) }
    /// What follows the scheme of a URI that is neither `sip` nor `sips`.
    static var opaque: Self { .init(0xAFFF_FFF2_0000_0000, 0x47FF_FFFE_AFFF_FFFF) }
}
