/// Where the parts of a URI lie, RFC 3261 §19.1.1.
struct URIParts: Sendable {
    private(set) var whole: ByteRange
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
        var cursor = Cursor(bytes, range)
        self.init(&cursor)
        guard cursor.isAtEnd else { return nil }
    }

    /// Takes a URI up to the first byte that cannot belong to it; `nil` if it is malformed or too long.
    @inline(__always)
    init?(_ cursor: inout Cursor) {
        let start = cursor.position
        guard let name = cursor.takeAll(.scheme), ASCII.isLetter(cursor.bytes[start]), cursor.take(ASCII.colon)
        else { return nil }
        scheme = SIPURI.Scheme(reading: cursor, name)
        let rest = cursor.position
        host = ByteRange(rest, rest)
        whole = host
        parameters = host
        if scheme == .other {
            guard let opaque = cursor.takeEscaped(.opaque) else { return nil }
            host = opaque
            parameters = ByteRange(opaque.end, opaque.end)
        } else {
            guard readUser(&cursor), readHost(&cursor), readTail(&cursor) else { return nil }
        }
        guard cursor.position - start <= SIPLimits.uriBytes else { return nil }
        whole = ByteRange(start, cursor.position)
    }

    /// Reads `user@` or `user:password@` if there is one.
    @inline(__always)
    private mutating func readUser(_ cursor: inout Cursor) -> Bool {
        var ahead = cursor
        guard let user = ahead.takeEscaped(.user) else { return cursor.next != ASCII.at }
        if ahead.take(ASCII.at) {
            self.user = user
            cursor = ahead
        } else if ahead.take(ASCII.colon) {
            let start = ahead.position
            let password = ahead.takeEscaped(.password) ?? ByteRange(start, start)
            guard ahead.take(ASCII.at) else { return true }
            self.user = user
            self.password = password
            cursor = ahead
        }
        return true
    }

    @inline(__always)
    private mutating func readHost(_ cursor: inout Cursor) -> Bool {
        guard let host = cursor.takeHost() else { return false }
        self.host = host
        guard cursor.take(ASCII.colon) else { return true }
        guard let port = cursor.takePort() else { return false }
        self.port = port
        return true
    }

    @inline(__always)
    private mutating func readTail(_ cursor: inout Cursor) -> Bool {
        let start = cursor.position
        while cursor.take(ASCII.semicolon) {
            guard cursor.takeEscaped(.uriParameter) != nil else { return false }
            if cursor.take(ASCII.equals), cursor.takeEscaped(.uriParameter) == nil { return false }
        }
        parameters = ByteRange(start, cursor.position)
        if cursor.take(ASCII.question) {
            guard let headers = cursor.takeEscaped(.uriHeader) else { return false }
            self.headers = headers
        }
        return true
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

    /// Takes all bytes of `set` and all `%XX` from here on; `nil` if there is none.
    @inline(__always)
    mutating func takeEscaped(_ set: CharacterSet) -> ByteRange? {
        let start = position
        var index = start
        while index < end {
            if set.contains(bytes[index]) {
                index += 1
            } else {
                guard bytes[index] == ASCII.percent, isEscape(at: index) else { break }
                index += 3
            }
        }
        move(to: index)
        return index > start ? ByteRange(start, index) : nil
    }

    private func isEscape(at index: Int) -> Bool {
        guard let high = peek(at: index + 1), let low = peek(at: index + 2) else { return false }
        return CharacterSet.hexadecimal.contains(high) && CharacterSet.hexadecimal.contains(low)
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
}
