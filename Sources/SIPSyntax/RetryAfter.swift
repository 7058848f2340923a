/// How long the sender of a response does not want to be asked again (RFC 3261 §20.33).
public struct RetryAfter: Hashable, Sendable {
    /// The pause in seconds.
    public let seconds: UInt32
    /// For how many seconds the callee can then be reached; `nil` if the response does not say.
    public let duration: UInt32?
}

extension SIPMessage {
    /// The Retry-After header; `nil` if there is none.
    public var retryAfter: RetryAfter? {
        get throws(MalformedHeader) {
            guard let value = headers[.retryAfter] else { return nil }
            guard let pause = RetryAfter(value) else { throw MalformedHeader(name: .retryAfter) }
            return pause
        }
    }
}

extension RetryAfter {
    init?(_ value: SIPText) {
        let read: (seconds: UInt64, parameters: ByteRange)? = value.bytes.withUnsafeBytes { bytes in
            var cursor = Cursor(bytes, value.range)
            guard let seconds = cursor.takeNumber(), cursor.skipComment(),
                let parameters = cursor.takeParameters({ _, _ in }), cursor.isAtEnd
            else { return nil }
            return (seconds, parameters)
        }
        guard let read, let seconds = UInt32(exactly: read.seconds) else { return nil }
        let duration = SIPParameters(value.bytes, read.parameters)["duration"]
        self.init(seconds: seconds, duration: duration?.number.flatMap(UInt32.init(exactly:)))
    }
}

extension Cursor {
    /// Skips white space and a comment in parentheses, nested ones included. False if a comment does not end.
    mutating func skipComment() -> Bool {
        skipWhite()
        guard next == UInt8(ascii: "(") else { return true }
        var depth = 0
        while let byte = next {
            move(to: position + 1)
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case ASCII.backslash where !isAtEnd: move(to: position + 1)
            default: break
            }
            if depth == 0 {
                skipWhite()
                return true
            }
        }
        return false
    }
}
