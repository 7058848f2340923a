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
        buffer.append(contentsOf: text.utf8)
    }

    mutating func append(_ text: SIPText) {
        buffer.append(contentsOf: text.slice)
    }

    mutating func append(_ number: UInt64) {
        if number >= 10 { append(number / 10) }
        buffer.append(UInt8(0x30 + number % 10))
    }

    /// Appends text from outside, each control character as a space.
    mutating func appendClean(_ text: String) {
        let start = buffer.count
        buffer.append(contentsOf: text.utf8)
        for index in start..<buffer.count where buffer[index] < 0x20 || buffer[index] == 0x7F {
            buffer[index] = ASCII.space
        }
    }
}
