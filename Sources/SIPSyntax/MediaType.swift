/// A media type with its parameters, or in Accept a range of types (RFC 3261 §20.1, §20.15).
public struct MediaType: Sendable {
    /// Such as `application`, or `*` in a range.
    public let type: SIPText
    /// Such as `sdp`, or `*` in a range.
    public let subtype: SIPText
    public let parameters: SIPParameters

    /// Whether this is `type`/`subtype`, in any case, or a range that includes it.
    public func includes(_ type: StaticString, _ subtype: StaticString) -> Bool {
        if self.type.spells("*") { return self.subtype.spells("*") }
        return self.type.spells(type) && (self.subtype.spells("*") || self.subtype.spells(subtype))
    }
}

extension MediaType: CustomStringConvertible {
    /// The type without parameters.
    public var description: String { "\(type)/\(subtype)" }
}

extension MediaType {
    /// Takes one media type or range and its parameters.
    init?(_ cursor: inout Cursor, _ bytes: [UInt8]) {
        cursor.skipWhite()
        guard let type = cursor.takeAll(.token), cursor.takeSeparator(ASCII.slash),
            let subtype = cursor.takeAll(.token), let parameters = cursor.takeParameters({ _, _ in })
        else { return nil }
        self.type = SIPText(bytes, type)
        self.subtype = SIPText(bytes, subtype)
        self.parameters = SIPParameters(bytes, parameters)
    }

    /// Reads a whole header value.
    init?(_ value: SIPText) {
        let type: MediaType? = value.bytes.withUnsafeBytes { bytes in
            var cursor = Cursor(bytes, value.range)
            guard let type = MediaType(&cursor, value.bytes), cursor.isAtEnd else { return nil }
            return type
        }
        guard let type else { return nil }
        self = type
    }
}

extension SIPMessage {
    /// What the body is; `nil` if the message does not say.
    public var contentType: MediaType? {
        get throws(MalformedHeader) { try headers.contentType }
    }

    /// What an answer's body may be; `nil` if the request does not say, which means `application/sdp`
    /// (RFC 3261 §20.1).
    public var accept: [MediaType]? {
        get throws(MalformedHeader) {
            guard headers[.accept] != nil else { return nil }
            return try list(.accept, mayBeEmpty: true) { MediaType(&$0, $1) }
        }
    }
}

extension HeaderLines {
    var contentType: MediaType? {
        get throws(MalformedHeader) {
            guard let value = self[.contentType] else { return nil }
            guard let type = MediaType(value) else { throw MalformedHeader(name: .contentType) }
            return type
        }
    }
}
