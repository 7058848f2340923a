/// Writes messages into one buffer, which is kept from message to message.
///
/// A message is `begin`, any number of headers, then `finish`, which adds Content-Length and the body and hands out the
/// bytes. Control characters in a value are written as spaces, so that no value can begin a line of its own.
public struct SIPWriter: Sendable {
    var buffer: [UInt8] = []
    private var isWriting = false

    /// - Parameter capacity: the bytes to reserve; the buffer grows when a message needs more.
    public init(reserving capacity: Int = 1_500) {
        buffer.reserveCapacity(capacity)
    }

    /// Begins a request. What was begun before and not finished is forgotten.
    public mutating func begin(_ method: SIPMethod, _ uri: SIPURI) {
        beginLine(of: method)
        append(uri.text)
        append(" SIP/2.0\r\n")
    }

    /// Begins a request whose URI is at hand as text.
    /// - Precondition: it was read as a URI before, or is our own.
    public mutating func begin(_ method: SIPMethod, _ uri: String) {
        assert(SIPURI(uri) != nil, "not a URI: \(uri)")
        beginLine(of: method)
        appendClean(uri)
        append(" SIP/2.0\r\n")
    }

    /// Begins a response from nothing; `begin(answering:)` copies what an answer must repeat.
    /// - Parameter phrase: the reason phrase, if not the usual one.
    public mutating func begin(_ status: SIPStatus, phrase: String? = nil) {
        restart()
        append("SIP/2.0 ")
        append(UInt64(status.code))
        buffer.append(ASCII.space)
        appendClean(phrase ?? status.phrase)
        appendLineEnd()
    }

    /// Adds a header with a text for value.
    public mutating func header(_ name: HeaderName, _ value: String) {
        appendName(name)
        appendClean(value)
        appendLineEnd()
    }

    /// Adds a header with a view of a message for value, folds included.
    public mutating func header(_ name: HeaderName, _ value: SIPText) {
        appendName(name)
        append(value)
        appendLineEnd()
    }

    /// Adds a header with a number for value.
    public mutating func header(_ name: HeaderName, _ value: UInt64) {
        appendName(name)
        append(value)
        appendLineEnd()
    }

    /// Adds a header whose value is written in pieces.
    public mutating func header(_ name: HeaderName, _ write: (inout SIPWriter) -> Void) {
        appendName(name)
        write(&self)
        appendLineEnd()
    }

    /// Adds a piece of a header's value.
    public mutating func add(_ text: String) { appendClean(text) }

    /// Adds a decimal number to a header's value.
    public mutating func add(_ number: UInt64) { append(number) }

    /// Adds so many hexadecimal digits of a number to a header's value, the least significant last.
    public mutating func add(_ number: UInt64, digits: Int) {
        for place in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(4 * (digits - 1 - place))) & 15
            buffer.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    /// Adds a header this room has no name for.
    /// - Precondition: `name` is a token.
    public mutating func header(named name: String, _ value: String) {
        precondition(!name.isEmpty && name.utf8.allSatisfy(CharacterSet.token.contains))
        append(name)
        append(": ")
        appendClean(value)
        appendLineEnd()
    }

    /// Copies the header lines of a request of ours that is sent again, but those of the names given and
    /// Content-Length.
    public mutating func copy(headersOf message: SIPMessage, except names: [HeaderName]) {
        for slot in message.headers.slots where slot.name != .contentLength && !names.contains(slot.name) {
            append(SIPText(message.bytes, slot.nameRange))
            append(": ")
            append(SIPText(message.bytes, slot.value))
            appendLineEnd()
        }
    }

    /// Ends the message and hands out its bytes.
    /// - Parameters:
    ///   - type: the Content-Type; needed if there is a body.
    ///   - body: the bytes behind the empty line.
    public mutating func finish(_ type: String? = nil, body: some Collection<UInt8> = []) -> [UInt8] {
        precondition(isWriting, "a message is begun before it is finished")
        if let type { header(.contentType, type) }
        header(.contentLength, UInt64(body.count))
        appendLineEnd()
        buffer.append(contentsOf: body)
        isWriting = false
        // A copy without room to spare: some messages are kept for as long as their call.
        return buffer.withUnsafeBufferPointer { Array($0) }
    }

    private mutating func beginLine(of method: SIPMethod) {
        restart()
        switch method {
        case .other(let name): append(name)
        default: append(method.description)
        }
        buffer.append(ASCII.space)
    }

    private mutating func restart() {
        buffer.removeAll(keepingCapacity: true)
        isWriting = true
    }
}
