/// A reading position in the bytes of one message that never passes `end`.
///
/// It borrows the bytes: it lives only inside the closure that lent them.
struct Cursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var position: Int
    let end: Int

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) {
        precondition(range.end <= bytes.count)
        self.bytes = bytes
        position = range.start
        end = range.end
    }

    /// The next byte; `nil` at the end.
    @inline(__always)
    var next: UInt8? { position < end ? bytes[position] : nil }
    var isAtEnd: Bool { position == end }

    @inline(__always)
    func peek(at index: Int) -> UInt8? { index < end ? bytes[index] : nil }

    /// Goes on to `index`, which lies between here and the end.
    @inline(__always)
    mutating func move(to index: Int) {
        assert(position <= index && index <= end)
        position = index
    }

    @inline(__always)
    mutating func skipWhite() {
        var index = position
        while index < end, ASCII.isWhite(bytes[index]) { index += 1 }
        position = index
    }

    /// Takes `byte` if it is the next.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < end, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Takes `byte` and the white space around it if `byte` is the next that is not white.
    @inline(__always)
    mutating func takeSeparator(_ byte: UInt8) -> Bool {
        skipWhite()
        guard take(byte) else { return false }
        skipWhite()
        return true
    }

    /// Takes all bytes of `set` from here on; `nil` if there is none.
    @inline(__always)
    mutating func takeAll(_ set: CharacterSet) -> ByteRange? {
        let start = position
        var index = start
        while index < end, set.contains(bytes[index]) { index += 1 }
        position = index
        return index > start ? ByteRange(start, index) : nil
    }

    /// Takes a quoted string, RFC 3261 §25.1, and gives what lies between the quotes, still escaped.
    mutating func takeQuoted() -> ByteRange? {
        guard take(ASCII.quote) else { return nil }
        let start = position
        while position < end {
            switch bytes[position] {
            case ASCII.quote:
                position += 1
                return ByteRange(start, position - 1)
            case ASCII.backslash:
                guard position + 1 < end, ASCII.isEscapable(bytes[position + 1]) else { return nil }
                position += 2
            case 0..<0x20 where !ASCII.isWhite(bytes[position]), 0x7F: return nil
            default: position += 1
            }
        }
        return nil
    }

    /// Takes a decimal number; `nil` if there is none or it has more than 19 digits.
    @inline(__always)
    mutating func takeNumber() -> UInt64? {
        guard let digits = takeAll(.digit) else { return nil }
        guard digits.count <= 9 else {
            return ASCII.number(UnsafeRawBufferPointer(rebasing: bytes[digits.start..<digits.end]))
        }
        var value: UInt64 = 0
        for index in digits.start..<digits.end { value = value &* 10 &+ UInt64(bytes[index] &- 0x30) }
        return value
    }
}

extension ASCII {
    /// What may follow a backslash in a quoted string: all of ASCII but the line's end.
    static func isEscapable(_ byte: UInt8) -> Bool {
        byte < 0x80 && byte != carriageReturn && byte != lineFeed
    }
}
