/// One part of a multipart body (RFC 2046 §5.1), or a body that is all of one type.
public struct BodyPart: Sendable {
    /// The part's own header lines, such as Content-Type and Content-Disposition.
    public let headers: HeaderLines
    let range: ByteRange

    public var content: ArraySlice<UInt8> { headers.bytes[range.start..<range.end] }

    /// What the part is; `nil` if it does not say, which in a multipart body means `text/plain`.
    public var contentType: MediaType? {
        get throws(MalformedHeader) { try headers.contentType }
    }

    /// Whether the part is to be taken for what it is, and not for something else such as an early session (RFC 3261
    /// §20.11), and not encoded.
    var isPlain: Bool {
        let disposition = headers[.contentDisposition].flatMap { $0.slice.split(separator: ASCII.semicolon).first }
        let word = disposition.map { headers.bytes.text(of: $0) }
        let isOrdinary = word.map { $0.spells("session") || $0.spells("render") } ?? true
        let encoding = headers.values(named: "Content-Transfer-Encoding").first
        let isReadable = encoding.map { $0.spells("binary") || $0.spells("8bit") || $0.spells("7bit") } ?? true
        return isOrdinary && isReadable && (headers[.contentEncoding]?.spells("identity") ?? true)
    }
}

extension [UInt8] {
    /// A piece of these bytes without the white space around it.
    fileprivate func text(of slice: ArraySlice<UInt8>) -> SIPText {
        SIPText(self, withUnsafeBytes { $0.trimmed(from: slice.startIndex, to: slice.endIndex) })
    }
}

/// A multipart body without a boundary, with a part that does not end, or beyond `SIPLimits`.
public struct MalformedBody: Error, Hashable, Sendable {}

extension SIPMessage {
    /// The parts of a multipart body, those of nested ones in their place. A body of another type is its only
    /// part; an empty one has none.
    public var bodyParts: [BodyPart] {
        get throws(MalformedBody) {
            guard !block.body.isEmpty else { return [] }
            var parts: [BodyPart] = []
            try BodyPart(headers: headers, range: block.body).collect(into: &parts, depth: 1)
            return parts
        }
    }

    /// The first part of that type, whether the body is that or multipart; `nil` if there is none.
    public func body(_ type: StaticString, _ subtype: StaticString) throws(MalformedBody) -> ArraySlice<UInt8>? {
        let whole = BodyPart(headers: headers, range: block.body)
        guard whole.isMultipart else {
            return !block.body.isEmpty && whole.isPlain(type, subtype) ? whole.content : nil
        }
        return try bodyParts.first { $0.isPlain(type, subtype) }?.content
    }

    /// The session description; `nil` if there is none.
    public var sessionDescription: ArraySlice<UInt8>? {
        get throws(MalformedBody) { try body("application", "sdp") }
    }
}

extension BodyPart {
    /// The part's type, where a malformed one is no error.
    var type: Reading<MediaType> {
        guard let value = headers[.contentType] else { return .absent }
        return MediaType(value).map(Reading.value) ?? .malformed
    }

    fileprivate var isMultipart: Bool { type.value?.type.spells("multipart") ?? false }

    fileprivate func isPlain(_ type: StaticString, _ subtype: StaticString) -> Bool {
        isPlain && (self.type.value?.includes(type, subtype) ?? false)
    }

    fileprivate func collect(into parts: inout [BodyPart], depth: Int) throws(MalformedBody) {
        guard case .value(let type) = type, type.type.spells("multipart") else {
            guard parts.count < SIPLimits.bodyParts else { throw MalformedBody() }
            return parts.append(self)
        }
        guard depth <= SIPLimits.bodyDepth, let boundary = type.parameters["boundary"],
            let inner = MultipartScanner.parts(of: self, boundary: boundary)
        else { throw MalformedBody() }
        for part in inner { try part.collect(into: &parts, depth: depth + 1) }
    }
}
