/// The bytes of a session description that is being written: none of its lines is a text of its own first.
struct DescriptionBuffer {
    /// Enough for a call's description without keys.
    private static let usualSize = 320

    private var buffer: [UInt8] = []

    init() { buffer.reserveCapacity(Self.usualSize) }

    /// The bytes, without room to spare: they are kept for as long as their call.
    var bytes: [UInt8] { buffer.withUnsafeBufferPointer { Array($0) } }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { buffer.append(contentsOf: $0) }
    }

    mutating func add(_ bytes: [UInt8]) { buffer += bytes }

    /// Adds a number between two texts.
    mutating func add(_ text: StaticString, _ number: UInt64, _ end: StaticString) {
        add(text)
        add(number)
        add(end)
    }

    /// Adds two numbers between three texts.
    mutating func add(
        _ text: StaticString, _ first: UInt64, _ middle: StaticString, _ second: UInt64, _ end: StaticString
    ) {
        add(text, first, middle)
        add(second)
        add(end)
    }

    private mutating func add(_ text: StaticString) {
        buffer.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func add(_ number: UInt64) {
        if number >= 10 { add(number / 10) }
        buffer.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
