/// The `name=value` list of a digest challenge or of digest credentials (RFC 3261 §25.1, `digest-cln`, `dig-resp`).
///
/// Names are compared without case; where a name stands twice, the first counts.
public struct DigestFields: Sendable {
    private let bytes: [UInt8]
    private let fields: [Field]

    fileprivate struct Field {
        let name: ByteRange
        let value: ByteRange
    }

    /// Reads a header value: the scheme `Digest` and its list; `nil` for other schemes and malformed lists.
    public init?(_ value: SIPText) {
        self.init(value, scheme: "Digest")
    }

    /// Reads the list of an Authentication-Info header, which names no scheme (RFC 3261 §25.1, `ainfo`).
    public init?(withoutScheme value: SIPText) {
        self.init(value, scheme: nil)
    }

    private init?(_ value: SIPText, scheme: StaticString?) {
        bytes = value.bytes
        let fields: [Field]? = value.bytes.withUnsafeBytes { bytes in
            var cursor = Cursor(bytes, value.range)
            cursor.skipWhite()
            if let scheme {
                guard let found = cursor.takeAll(.token), cursor.reads(scheme, found) else { return nil }
            }
            return cursor.takeFields()
        }
        guard let fields else { return nil }
        self.fields = fields
    }

    /// The value of a field without its quotes; `nil` if it is missing.
    public subscript(name: StaticString) -> String? {
        let found = fields.first { SIPText(bytes, $0.name).spells(name) }
        return found.map { SIPText(bytes, $0.value).unquoted }
    }
}

extension Cursor {
    fileprivate mutating func takeFields() -> [DigestFields.Field]? {
        var fields: [DigestFields.Field] = []
        repeat {
            skipWhite()
            guard fields.count < SIPLimits.listValues, let name = takeAll(.token), takeSeparator(ASCII.equals),
                let value = next == ASCII.quote ? takeQuoted() : takeAll(.parameterValue)
            else { return nil }
            fields.append(DigestFields.Field(name: name, value: value))
        } while takeSeparator(ASCII.comma)
        skipWhite()
        return isAtEnd ? fields : nil
    }
}
