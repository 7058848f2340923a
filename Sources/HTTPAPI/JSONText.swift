/// Writes JSON text member by member.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init() { bytes.reserveCapacity(256) }

    mutating func object(_ members: (inout JSONText) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    mutating func array<Element>(_ elements: [Element], _ write: (inout JSONText, Element) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        for element in elements { write(&self, element) }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
        needsComma = false
    }

    mutating func string(_ text: String?) {
        guard let text else { return null() }
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 { append(escaping: byte) }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    mutating func integer(_ value: (some BinaryInteger)?) {
        guard let value else { return null() }
        separate()
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    mutating func boolean(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    /// A number of at least 0 with two decimals, rounded.
    mutating func decimal(_ value: Double?) {
        guard let value else { return null() }
        separate()
        let (whole, rest) = Int64((value * 100).rounded()).quotientAndRemainder(dividingBy: 100)
        bytes.append(contentsOf: "\(whole).\(rest < 10 ? "0" : "")\(rest)".utf8)
        needsComma = true
    }

    mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    mutating func member(_ name: StaticString, _ text: String?) {
        self.name(name)
        string(text)
    }

    mutating func member(_ name: StaticString, _ value: (some BinaryInteger)?) {
        self.name(name)
        integer(value)
    }

    mutating func member(_ name: StaticString, decimal value: Double?) {
        self.name(name)
        decimal(value)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
        case 0..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append((byte >> 4).lowerHexDigit)
            bytes.append((byte & 15).lowerHexDigit)
        default: bytes.append(byte)
        }
    }
}
