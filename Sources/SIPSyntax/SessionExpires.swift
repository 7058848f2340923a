/// How long a session may go without a refresh, and who refreshes it (RFC 4028 §4).
public struct SessionExpires: Hashable, Sendable {
    /// In seconds.
    public var seconds: UInt32
    /// `nil` where it is left to the other end.
    public var refresher: Refresher?

    /// Seen from the transaction that bears the header.
    public enum Refresher: String, Hashable, Sendable {
        case uac, uas
    }

    public init(seconds: UInt32, refresher: Refresher? = nil) {
        self.seconds = seconds
        self.refresher = refresher
    }

    init?(_ value: SIPText) {
        let read: (seconds: UInt64, parameters: ByteRange)? = value.bytes.withUnsafeBytes { bytes in
            var cursor = Cursor(bytes, value.range)
            guard let seconds = cursor.takeNumber(), let parameters = cursor.takeParameters({ _, _ in }),
                cursor.isAtEnd
            else { return nil }
            return (seconds, parameters)
        }
        guard let read, let seconds = UInt32(exactly: read.seconds) else { return nil }
        self.seconds = seconds
        let refresher = SIPParameters(value.bytes, read.parameters)["refresher"]
        self.refresher = refresher.flatMap { Refresher(rawValue: $0.description.lowercased()) }
    }
}

extension SessionExpires: CustomStringConvertible {
    /// The header value.
    public var description: String { "\(seconds)" + (refresher.map { ";refresher=\($0.rawValue)" } ?? "") }
}

extension SIPMessage {
    /// `nil` where the message asks for no session timer, or it cannot be read.
    public var sessionExpires: SessionExpires? { headers[.sessionExpires].flatMap { SessionExpires($0) } }

    /// The shortest session interval, in seconds, that somebody on the way grants (RFC 4028 §5); `nil` if the message
    /// does not say, or it cannot be read.
    public var minSE: UInt32? {
        headers[.minSE].flatMap { SessionExpires($0) }?.seconds
    }
}
