/// Where the parts of a start line lie, RFC 3261 §7.1 and §7.2.
struct StartLineParts: Sendable {
    enum Kind: Sendable {
        /// The URI is `nil` if it is malformed.
        case request(method: ByteRange, URIParts?)
        case response(SIPStatus, phrase: ByteRange)
    }

    let kind: Kind
    /// What keeps a request from being well formed.
    private(set) var flaw: SIPFlaw?
    /// Where the header lines begin.
    private(set) var headersStart = 0

    /// Finds the start line at the beginning of a message; `nil` if there is none.
    static func find(in bytes: UnsafeRawBufferPointer) -> StartLineParts? {
        var start = 0
        // RFC 3261 §7.5: empty lines before the start line are ignored.
        while start < bytes.count, bytes[start] == ASCII.carriageReturn || bytes[start] == ASCII.lineFeed { start += 1 }
        let end = bytes.nextControl(from: start)
        guard bytes.isLineEnd(at: end), var parts = StartLineParts(bytes, ByteRange(start, end)) else { return nil }
        parts.headersStart = end + 2
        return parts
    }

    /// Reads a start line without its line end; `nil` if it is neither a request line nor a good status line.
    init?(_ bytes: UnsafeRawBufferPointer, _ line: ByteRange) {
        if bytes.beginsVersion(at: line.start) {
            guard let kind = StartLineParts.response(bytes, line) else { return nil }
            self.kind = kind
        } else {
            guard let request = StartLineParts.request(bytes, line) else { return nil }
            self = request
        }
    }

    private init(request method: ByteRange, _ uri: URIParts?, _ flaw: SIPFlaw?) {
        kind = .request(method: method, uri)
        self.flaw = flaw
    }

    private static func response(_ bytes: UnsafeRawBufferPointer, _ line: ByteRange) -> Kind? {
        var cursor = Cursor(bytes, line)
        guard cursor.takeVersion() == .current, cursor.take(ASCII.space), let digits = cursor.takeAll(.digit),
            digits.count == 3,
            let code = ASCII.number(UnsafeRawBufferPointer(rebasing: bytes[digits.start..<digits.end])),
            let status = SIPStatus(Int(code)), cursor.take(ASCII.space) || cursor.isAtEnd
        else { return nil }
        return .response(status, phrase: ByteRange(cursor.position, line.end))
    }

    /// The method and the version stand at the ends of the line, so that both are found around a malformed URI.
    private static func request(_ bytes: UnsafeRawBufferPointer, _ line: ByteRange) -> StartLineParts? {
        let end = bytes.trimmed(from: line.start, to: line.end).end
        var versionStart = end
        while versionStart > line.start, bytes[versionStart - 1] != ASCII.space { versionStart -= 1 }
        var methodEnd = line.start
        while methodEnd < end, bytes[methodEnd] != ASCII.space { methodEnd += 1 }
        var name = Cursor(bytes, ByteRange(line.start, methodEnd))
        guard methodEnd + 1 < versionStart, bytes.beginsVersion(at: versionStart), let method = name.takeMethod(),
            name.isAtEnd
        else { return nil }
        var version = Cursor(bytes, ByteRange(versionStart, end))
        let uriRange = ByteRange(methodEnd + 1, versionStart - 1)
        let uri = URIParts(bytes, uriRange)
        return switch version.takeVersion() {
        case .other: StartLineParts(request: method, uri, .unknownVersion)
        case .current where end == line.end:
            StartLineParts(request: method, uri, uri == nil ? bytes.flaw(ofURI: uriRange) : nil)
        case .current, nil: StartLineParts(request: method, uri, .malformedStartLine)
        }
    }
}

/// A well-formed SIP version.
private enum Version {
    case current, other
}

extension Cursor {
    /// Takes `SIP/2.0` or another version up to the next space or the end; `nil` if it is malformed.
    fileprivate mutating func takeVersion() -> Version? {
        let start = position
        guard bytes.beginsVersion(at: start), end >= start + 4 else { return nil }
        move(to: start + 4)
        guard let major = takeAll(.digit), take(ASCII.dot), let minor = takeAll(.digit),
            isAtEnd || next == ASCII.space
        else { return nil }
        let isCurrent =
            major.count == 1 && minor.count == 1 && bytes[major.start] == 0x32 && bytes[minor.start] == 0x30
        return isCurrent ? .current : .other
    }
}

extension UnsafeRawBufferPointer {
    /// Whether `SIP/` stands at `index`, in any case.
    @inline(__always)
    fileprivate func beginsVersion(at index: Int) -> Bool {
        index + 4 <= count
            && ASCII.spell(UnsafeRawBufferPointer(rebasing: self[index..<index + 4]), "SIP/")
    }

    /// Why this Request-URI could not be read.
    fileprivate func flaw(ofURI range: ByteRange) -> SIPFlaw {
        if range.count > SIPLimits.uriBytes { return .requestURITooLong }
        let hasBlank = self[range.start..<range.end].contains(where: ASCII.isBlank)
        return hasBlank ? .malformedStartLine : .malformedRequestURI
    }
}
