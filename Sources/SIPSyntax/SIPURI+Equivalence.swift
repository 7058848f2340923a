extension SIPURI {
    /// Whether both name the same resource by the rules of RFC 3261 §19.1.4. URIs of other schemes are the same if
    /// their text is.
    ///
    /// This is no equality: a parameter that only one URI has is mostly ignored, so that two URIs may each be
    /// equivalent to a third and not to one another.
    public func isEquivalent(to other: SIPURI) -> Bool {
        guard scheme == other.scheme else { return false }
        guard scheme != .other else { return text == other.text }
        return SIPURI.same(user, other.user, ignoringCase: false)
            && SIPURI.same(password, other.password, ignoringCase: false)
            && host.equalsIgnoringCase(other.host) && port == other.port
            && hasParametersAgreeing(with: other) && other.hasParametersAgreeing(with: self)
            && canonicalHeaders == other.canonicalHeaders
    }

    private static func same(_ one: SIPText?, _ other: SIPText?, ignoringCase: Bool) -> Bool {
        one?.canonical(ignoringCase: ignoringCase) == other?.canonical(ignoringCase: ignoringCase)
    }

    /// Whether each parameter here has the same value there, or may be missing there.
    private func hasParametersAgreeing(with other: SIPURI) -> Bool {
        parameters.allSatisfy { name, value in
            let name = name.canonical(ignoringCase: true)
            for (otherName, otherValue) in other.parameters where otherName.canonical(ignoringCase: true) == name {
                return SIPURI.same(value, otherValue, ignoringCase: true)
            }
            return !SIPURI.significant.contains(name)
        }
    }

    /// The parameters whose absence makes a difference; `transport` is among them by the RFC's examples.
    private static let significant = Set(["user", "ttl", "method", "maddr", "transport"].map { Array($0.utf8) })

    private var canonicalHeaders: [[UInt8]] {
        guard let headers else { return [] }
        return headers.slice.split(separator: UInt8(ascii: "&"))
            .map { SIPText(headers.bytes, ByteRange($0.startIndex, $0.endIndex)).canonical(ignoringCase: true) }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension SIPText {
    /// The bytes with escapes resolved, but for reserved characters, which mean something else when escaped.
    fileprivate func canonical(ignoringCase: Bool) -> [UInt8] {
        var plain: [UInt8] = []
        var rest = slice
        while let byte = rest.popFirst() {
            guard byte == ASCII.percent, let escaped = ASCII.hexadecimalPair(rest) else {
                plain.append(ignoringCase ? ASCII.lowered(byte) : byte)
                continue
            }
            rest.removeFirst(2)
            let isReserved = ";/?:@&=+$,%".utf8.contains(escaped)
            if isReserved { plain.append(ASCII.percent) }
            plain.append(ignoringCase ? ASCII.lowered(escaped) : escaped)
        }
        return plain
    }
}
