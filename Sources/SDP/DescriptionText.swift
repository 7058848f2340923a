/// A line of a session description: its letter and its value, without surrounding spaces.
struct DescriptionLine {
    let letter: UInt8
    let value: ArraySlice<UInt8>
}

/// The lines of a session description, whether they end in CRLF or a bare LF (RFC 8866 §5). What is not of the form
/// letter, equals sign, value is passed over.
struct DescriptionLines: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func next() -> DescriptionLine? {
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let line = rest[..<end]
            rest = rest[end...].dropFirst()
            guard line.count >= 2, line[line.startIndex + 1] == UInt8(ascii: "=") else { continue }
            return DescriptionLine(letter: line[line.startIndex], value: line.dropFirst(2).trimmed)
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// Without blanks and carriage returns at either end.
    var trimmed: ArraySlice<UInt8> {
        var (lower, upper) = (startIndex, endIndex)
        while lower < upper, ArraySlice.isBlank(self[lower]) { lower += 1 }
        while upper > lower, ArraySlice.isBlank(self[upper - 1]) { upper -= 1 }
        return self[lower..<upper]
    }

    /// Takes off and returns what lies before the next run of blanks; `nil` at the end.
    mutating func takeField() -> ArraySlice<UInt8>? {
        self = drop(while: ArraySlice.isBlank)
        guard !isEmpty else { return nil }
        let field = prefix { !ArraySlice.isBlank($0) }
        self = self[field.endIndex...]
        return field
    }

    /// What lies before and behind the first such byte; all and nothing if there is none.
    func split(at separator: Character) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
        guard let byte = separator.asciiValue, let index = firstIndex(of: byte) else { return (self, nil) }
        return (self[..<index], self[(index + 1)...])
    }

    /// A decimal number without sign, `nil` for anything else or beyond the type.
    func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        guard !isEmpty else { return nil }
        var number: Number = 0
        for byte in self {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Number(byte - 0x30))
            guard !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }

    /// Whether these are the letters of `word`, in either case.
    func reads(_ word: String) -> Bool {
        guard count == word.utf8.count else { return false }
        var index = startIndex
        for letter in word.utf8 {
            guard self[index] | 0x20 == letter | 0x20 else { return false }
            index += 1
        }
        return true
    }
}
