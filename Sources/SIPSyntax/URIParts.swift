/// Where the parts of a URI lie, RFC 3261 §19.1.1.
struct URIParts: Sendable {
    let whole: ByteRange
    let scheme: SIPURI.Scheme
    private(set) var user: ByteRange?
    private(set) var password: ByteRange?
    /// For schemes other than `sip` and `sips`: all that follows the colon.
    private(set) var host: ByteRange
    private(set) var port: UInt16?
    /// From the first semicolon on; empty if there is none.
    private(set) var parameters: ByteRange
    /// What follows the question mark.
    private(set) var headers: ByteRange?

    /// Reads the URI that fills `range`; `nil` if it is malformed or too long.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) {
        guard range.count <= SIPLimits.uriBytes else { return nil }
        var cursor = Cursor(bytes, range)
        guard let name = cursor.takeAll(.scheme), ASCII.isLetter(bytes[name.start]), cursor.take(ASCII.colon)
        else { return nil }
        whole = range
        scheme = SIPURI.Scheme(reading: bytes, name)
        host = ByteRange(cursor.position, range.end)
        parameters = ByteRange(range.end, range.end)
        guard scheme != .other else {
            guard cursor.takeAll(.opaque) != nil, cursor.isAtEnd, ASCII.hasGoodEscapes(bytes, host) else { return nil }
            return
        }
        guard readUser(&cursor), readHost(&cursor), readTail(&cursor) else { return nil }
    }

    private mutating func readUser(_ cursor: inout Cursor) -> Bool {
        let start = cursor.position
        var at = start
        while let byte = cursor.peek(at: at), byte != ASCII.at { at += 1 }
        guard at < cursor.end else { return true }
        guard let user = cursor.takeAll(.user) else { return false }
        self.user = user
        if cursor.take(ASCII.colon) {
            password = cursor.takeAll(.password) ?? ByteRange(cursor.position, cursor.position)
        }
        guard cursor.take(ASCII.at) else { return false }
        return ASCII.hasGoodEscapes(cursor.bytes, ByteRange(start, at))
    }

    private mutating func readHost(_ cursor: inout Cursor) -> Bool {
        guard let host = cursor.takeHost() else { return false }
        self.host = host
        guard cursor.take(ASCII.colon) else { return true }
        guard let port = cursor.takePort() else { return false }
        self.port = port
        return true
    }

    private mutating func readTail(_ cursor: inout Cursor) -> Bool {
        let start = cursor.position
        while cursor.take(ASCII.semicolon) {
            guard cursor.takeAll(.uriParameter) != nil else { return false }
            if cursor.take(ASCII.equals), cursor.takeAll(.uriParameter) == nil { return false }
        }
        parameters = ByteRange(start, cursor.position)
        if cursor.take(ASCII.question) {
            guard let headers = cursor.takeAll(.uriHeader) else { return false }
            self.headers = headers
        }
        return cursor.isAtEnd && ASCII.hasGoodEscapes(cursor.bytes, ByteRange(start, cursor.end))
    }
}

extension Cursor {
    /// Takes a host name, an IPv4 address or an IPv6 reference in brackets, RFC 3261 §25.1.
    @inline(__always)
    mutating func takeHost() -> ByteRange? {
        guard next == ASCII.openBracket else { return takeAll(.host) }
        let start = position
        var index = start + 1
        while let byte = peek(at: index),
            CharacterSet.hexadecimal.contains(byte) || byte == ASCII.colon || byte == ASCII.dot
        {
            index += 1
        }
        guard index > start + 2, peek(at: index) == ASCII.closeBracket else { return nil }
        move(to: index + 1)
        return ByteRange(start, index + 1)
    }

    /// Takes a port, 0...65,535.
    @inline(__always)
    mutating func takePort() -> UInt16? {
        takeNumber().flatMap(UInt16.init(exactly:))
    }
}

extension ASCII {
    static let dot: UInt8 = 0x2E

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// Whether each percent sign is followed by two hexadecimal digits.
    @inline(__always)
    static func hasGoodEscapes(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> Bool {
        var index = range.start
        while index < range.end {
            if bytes[index] == percent {
                guard index + 2 < range.end, CharacterSet.hexadecimal.contains(bytes[index + 1]),
                    CharacterSet.hexadecimal.contains(bytes[index + 2])
                else { return false }
            }
            index += 1
        }
        return true
    }
}
