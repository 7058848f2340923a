/// The pieces that lines are made of.
extension SIPWriter {
    mutating func appendName(_ name: HeaderName) {
        append(name.canonical)
        append(": ")
    }

    mutating func appendLineEnd() {
        append("\r\n")
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        buffer.append(contentsOf: UnsafeRawBufferPointer(text))
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { buffer.append(contentsOf: $0) }
    }

    mutating func append(_ text: SIPText) {
        text.withBytes { buffer.append(contentsOf: $0) }
    }

    mutating func append(_ number: UInt64) {
        if number >= 10 { append(number / 10) }
        buffer.append(UInt8(0x30 + number % 10))
    }

    /// Appends text from outside, each control character as a space.
    mutating func appendClean(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            if bytes.contains(where: ASCII.isControl) {
                buffer.append(contentsOf: bytes.lazy.map { ASCII.isControl($0) ? ASCII.space : $0 })
            } else {
                buffer.append(contentsOf: bytes)
            }
        }
    }
}
