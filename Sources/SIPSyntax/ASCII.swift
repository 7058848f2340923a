/// Bytes with a meaning in SIP text, and comparison of bytes as ASCII letters.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let percent: UInt8 = 0x25
    static let comma: UInt8 = 0x2C
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let less: UInt8 = 0x3C
    static let equals: UInt8 = 0x3D
    static let greater: UInt8 = 0x3E
    static let question: UInt8 = 0x3F
    static let at: UInt8 = 0x40
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    @inline(__always)
    static func isControl(_ byte: UInt8) -> Bool { byte < space || byte == 0x7F }

    /// White space inside a header value; line ends there are folds, the header scanner has seen to it.
    @inline(__always)
    static func isWhite(_ byte: UInt8) -> Bool {
        byte <= space && (isBlank(byte) || byte == carriageReturn || byte == lineFeed)
    }

    @inline(__always)
    static func lowered(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    static func equalIgnoringCase(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        guard one.count == other.count else { return false }
        for index in 0..<one.count where lowered(one[index]) != lowered(other[index]) { return false }
        return true
    }

    /// Whether `bytes` are `word`, in any case. `word` is made of letters, digits, `-` and `.`, and `bytes` have no
    /// control characters: then setting bit 5 of each makes no two different characters the same.
    @inline(__always)
    static func spell(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        let word = UnsafeRawBufferPointer(word)
        guard bytes.count == word.count else { return false }
        var index = 0
        while index + 8 <= word.count {
            guard differOnlyInCase(bytes, word, at: index, as: UInt64.self) else { return false }
            index += 8
        }
        // The rest overlaps what has been compared, or is shorter than a word.
        if index < word.count, word.count >= 8 {
            return differOnlyInCase(bytes, word, at: word.count - 8, as: UInt64.self)
        }
        if word.count >= 4, index < word.count {
            return differOnlyInCase(bytes, word, at: 0, as: UInt32.self)
                && differOnlyInCase(bytes, word, at: word.count - 4, as: UInt32.self)
        }
        while index < word.count {
            guard differOnlyInCase(bytes, word, at: index, as: UInt8.self) else { return false }
            index += 1
        }
        return true
    }

    @inline(__always)
    private static func differOnlyInCase<Word: FixedWidthInteger & BitwiseCopyable>(
        _ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, at index: Int, as: Word.Type
    ) -> Bool {
        let difference =
            one.loadUnaligned(fromByteOffset: index, as: Word.self)
            ^ other.loadUnaligned(fromByteOffset: index, as: Word.self)
        return difference & ~Word(truncatingIfNeeded: 0x2020_2020_2020_2020 as UInt64) == 0
    }

    @inline(__always)
    static func equal(_ one: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        let word = UnsafeRawBufferPointer(word)
        guard one.count == word.count else { return false }
        for index in 0..<word.count where one[index] != word[index] { return false }
        return true
    }

    /// The decimal number that `digits` are; `nil` if they are none or too many for `UInt64` to be sure.
    static func number(_ digits: UnsafeRawBufferPointer) -> UInt64? {
        let count = digits.count
        var index = 0
        while index &+ 1 < count, digits[index] == 0x30 { index &+= 1 }
        // Nineteen nines are below 2⁶⁴.
        guard index < count, count &- index <= 19 else { return nil }
        var value: UInt64 = 0
        while index < count {
            guard digits[index] &- 0x30 < 10 else { return nil }
            value = value &* 10 &+ UInt64(digits[index] &- 0x30)
            index &+= 1
        }
        return value
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    init(_ text: StaticString) {
        self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
