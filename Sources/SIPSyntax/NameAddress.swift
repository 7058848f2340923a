/// An address with its display name and parameters, as From, To, Contact, Route and others carry it (RFC 3261 §20.10).
public struct NameAddress: Sendable {
    let bytes: [UInt8]
    let parts: NameAddressParts

    init(_ bytes: [UInt8], _ parts: NameAddressParts) {
        self.bytes = bytes
        self.parts = parts
    }

    /// Reads a header value of one address, all of `text`; `nil` if it is malformed.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(SIPLimits.headerValueBytes + 1))
        guard bytes.count <= SIPLimits.headerValueBytes else { return nil }
        let parts: NameAddressParts? = bytes.withUnsafeBytes { buffer in
            var cursor = Cursor(buffer, ByteRange(0, buffer.count))
            guard let parts = NameAddressParts(&cursor), cursor.isAtEnd else { return nil }
            return parts
        }
        guard let parts else { return nil }
        self.init(bytes, parts)
    }

    /// The display name without its quotes and escapes; `nil` if there is none.
    public var displayName: String? {
        guard let range = parts.displayName else { return nil }
        let text = SIPText(bytes, range)
        return parts.isDisplayNameQuoted ? text.unquoted : text.unfolded
    }

    public var uri: SIPURI { SIPURI(bytes, parts.uri) }
    /// The parameters behind the address, `tag` among them; those of the URI are in `uri.parameters`.
    public var parameters: SIPParameters { SIPParameters(bytes, parts.parameters) }
    public var tag: SIPText? { parts.tag.map { SIPText(bytes, $0) } }
    /// The whole value as it was written, parameters included.
    public var text: SIPText { SIPText(bytes, parts.whole) }
}

extension NameAddress: CustomStringConvertible {
    public var description: String { text.unfolded }
}

extension SIPText {
    /// The content of a quoted string on one line, each `\x` resolved to `x`.
    var unquoted: String {
        var plain: [UInt8] = []
        var rest = Array(unfolded.utf8)[...]
        while let byte = rest.popFirst() {
            plain.append(byte == ASCII.backslash ? rest.popFirst() ?? byte : byte)
        }
        return String(decoding: plain, as: UTF8.self)
    }
}

/// Where the parts of an address lie.
struct NameAddressParts: Sendable {
    let whole: ByteRange
    let displayName: ByteRange?
    let isDisplayNameQuoted: Bool
    let uri: URIParts
    let parameters: ByteRange
    let tag: ByteRange?

    /// Takes one address and its parameters. Behind it stand the end of the value or a comma; `nil` if it is malformed.
    @inline(__always)
    init?(_ cursor: inout Cursor) {
        cursor.skipWhite()
        let start = cursor.position
        isDisplayNameQuoted = cursor.next == ASCII.quote
        if isDisplayNameQuoted {
            guard let name = cursor.takeQuoted() else { return nil }
            cursor.skipWhite()
            displayName = name
        } else {
            displayName = cursor.takeUnquotedDisplayName()
        }
        guard let uri = cursor.takeAddress(mustBeBracketed: displayName != nil) else { return nil }
        self.uri = uri
        var tag: ByteRange?
        let end = cursor.position
        guard
            let parameters = cursor.takeParameters({ cursor, parameter in
                if tag == nil, cursor.reads("tag", parameter.name) { tag = parameter.value ?? parameter.name }
            })
        else { return nil }
        self.parameters = parameters
        self.tag = tag
        whole = ByteRange(start, max(end, parameters.end))
        guard cursor.isAtEnd || cursor.next == ASCII.comma else { return nil }
    }
}

extension Cursor {
    /// Takes tokens and the white space between them if a `<` follows; otherwise nothing.
    @inline(__always)
    fileprivate mutating func takeUnquotedDisplayName() -> ByteRange? {
        var ahead = self
        var nameEnd = position
        while let token = ahead.takeAll(.token) {
            nameEnd = token.end
            ahead.skipWhite()
        }
        guard nameEnd > position, ahead.next == ASCII.less else { return nil }
        let name = ByteRange(position, nameEnd)
        self = ahead
        return name
    }

    /// Takes `<URI>`, or a bare URI, which ends before its first semicolon, comma or white space and has
    /// neither parameters nor headers (RFC 3261 §20.10).
    @inline(__always)
    fileprivate mutating func takeAddress(mustBeBracketed: Bool) -> URIParts? {
        if take(ASCII.less) {
            guard let uri = URIParts(&self), take(ASCII.greater) else { return nil }
            return uri
        }
        guard !mustBeBracketed else { return nil }
        var index = position
        while let byte = peek(at: index), byte != ASCII.semicolon, byte != ASCII.comma, !ASCII.isWhite(byte) {
            index += 1
        }
        guard let uri = URIParts(bytes, ByteRange(position, index)), uri.headers == nil else { return nil }
        move(to: index)
        return uri
    }

    /// Whether the token at `range` spells `name`, in any case.
    @inline(__always)
    func reads(_ name: StaticString, _ range: ByteRange) -> Bool {
        ASCII.spell(UnsafeRawBufferPointer(rebasing: bytes[range.start..<range.end]), name)
    }
}
