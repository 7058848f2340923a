/// The `;name=value` list behind a URI or a header value, read when it is asked.
///
/// Names are compared without case (RFC 3261 §7.3.1). Where a name stands twice, the first counts.
public struct SIPParameters: Sendable {
    let bytes: [UInt8]
    let range: ByteRange

    init(_ bytes: [UInt8], _ range: ByteRange) {
        self.bytes = bytes
        self.range = range
    }

    /// Whether the parameter is there, with or without a value.
    public func contains(_ name: StaticString) -> Bool { find(name) != nil }

    /// The value of a parameter, without the quotes if it has some; `nil` if the parameter or its value is missing.
    public subscript(name: StaticString) -> SIPText? {
        guard let value = find(name)?.value else { return nil }
        return SIPText(bytes, value)
    }

    private func find(_ name: StaticString) -> ParameterRanges? {
        bytes.withUnsafeBytes { bytes in
            var cursor = Cursor(bytes, range)
            while let parameter = cursor.takeParameter() {
                if cursor.reads(name, parameter.name) { return parameter }
            }
            return nil
        }
    }
}

extension SIPParameters: Sequence {
    /// One parameter after the other, as they stand.
    public struct Iterator: IteratorProtocol {
        let bytes: [UInt8]
        var rest: ByteRange

        public mutating func next() -> (name: SIPText, value: SIPText?)? {
            let (parameter, behind) = bytes.withUnsafeBytes { [rest] bytes in
                var cursor = Cursor(bytes, rest)
                let parameter = cursor.takeParameter()
                return (parameter, ByteRange(cursor.position, cursor.end))
            }
            rest = behind
            guard let parameter else { return nil }
            return (SIPText(bytes, parameter.name), parameter.value.map { SIPText(bytes, $0) })
        }
    }

    public func makeIterator() -> Iterator { Iterator(bytes: bytes, rest: range) }
}

/// Where one parameter's name and value lie.
struct ParameterRanges {
    let name: ByteRange
    let value: ByteRange?
}

extension Cursor {
    /// Takes the next `;name`, `;name=value` or `;name="value"`. `nil` where none begins or one is malformed; the
    /// cursor is then still before it.
    @inline(__always)
    mutating func takeParameter() -> ParameterRanges? {
        var ahead = self
        guard ahead.takeSeparator(ASCII.semicolon), let name = ahead.takeAll(.parameterName) else { return nil }
        guard ahead.takeSeparator(ASCII.equals) else {
            self = ahead
            return ParameterRanges(name: name, value: nil)
        }
        guard let value = ahead.next == ASCII.quote ? ahead.takeQuoted() : ahead.takeAll(.parameterValue)
        else { return nil }
        self = ahead
        return ParameterRanges(name: name, value: value)
    }

    /// Takes a whole list of parameters, which ends where no semicolon follows; `nil` if one is malformed.
    @inline(__always)
    mutating func takeParameters(_ visit: (Cursor, ParameterRanges) -> Void) -> ByteRange? {
        let start = position
        while let parameter = takeParameter() { visit(self, parameter) }
        let list = ByteRange(start, position)
        skipWhite()
        return next == ASCII.semicolon ? nil : list
    }
}
