/// A header whose value is not what its grammar wants.
public struct MalformedHeader: Error, Hashable, Sendable {
    public let name: HeaderName
}

extension SIPMessage {
    /// All hops, the last first.
    public var vias: [Via] {
        get throws(MalformedHeader) {
            try list(.via) { cursor, bytes in
                guard let parts = ViaParts(&cursor), parts.isWellFormed else { return nil }
                return Via(bytes, parts)
            }
        }
    }

    /// The proxies that want to stay on the path, as they stand (RFC 3261 §20.30).
    public var recordRoutes: [NameAddress] {
        get throws(MalformedHeader) { try addresses(.recordRoute) }
    }

    /// The proxies still to visit (RFC 3261 §20.34).
    public var routes: [NameAddress] {
        get throws(MalformedHeader) { try addresses(.route) }
    }

    /// The way that a registrar wants later requests to take (RFC 3608 §5).
    public var serviceRoutes: [NameAddress] {
        get throws(MalformedHeader) { try addresses(.serviceRoute) }
    }

    /// All contacts (RFC 3261 §20.10); none if the value is `*`.
    public var contacts: [NameAddress] {
        get throws(MalformedHeader) {
            if headers[.contact]?.spells("*") ?? false { return [] }
            return try addresses(.contact)
        }
    }

    private func addresses(_ name: HeaderName) throws(MalformedHeader) -> [NameAddress] {
        try list(name) { cursor, bytes in
            guard let parts = NameAddressParts(&cursor), parts.uri.headers == nil || name == .contact else {
                return nil
            }
            return NameAddress(bytes, parts)
        }
    }

    /// The elements of a comma-separated header, over all its lines; at most `SIPLimits.listValues`.
    /// - Parameters:
    ///   - mayBeEmpty: whether a line without any element is well formed.
    ///   - take: takes one element; `nil` if it is malformed.
    func list<Element>(
        _ name: HeaderName, mayBeEmpty: Bool = false, _ take: (inout Cursor, [UInt8]) -> Element?
    ) throws(MalformedHeader) -> [Element] {
        var elements: [Element] = []
        try visit(name, mayBeEmpty: mayBeEmpty) { cursor, bytes in
            guard let element = take(&cursor, bytes) else { return false }
            elements.append(element)
            return true
        }
        return elements
    }

    /// The same, where nothing is kept.
    /// - Parameter take: takes one element; `false` if it is malformed.
    func visit(
        _ name: HeaderName, mayBeEmpty: Bool = false, _ take: (inout Cursor, [UInt8]) -> Bool
    ) throws(MalformedHeader) {
        var count = 0
        for slot in block.slots where slot.name == name {
            if mayBeEmpty, slot.value.isEmpty { continue }
            let isWellFormed = block.bytes.withUnsafeBytes { bytes in
                var cursor = Cursor(bytes, slot.value)
                repeat {
                    guard count < SIPLimits.listValues, take(&cursor, block.bytes) else { return false }
                    count += 1
                } while cursor.takeSeparator(ASCII.comma)
                return cursor.isAtEnd
            }
            guard isWellFormed else { throw MalformedHeader(name: name) }
        }
    }
}
