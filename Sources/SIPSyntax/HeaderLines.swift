/// The header lines of a message in their order, unknown ones included.
///
/// Values are views without the white space around them; folds inside remain (`SIPText.unfolded`).
public struct HeaderLines: Sendable {
    let bytes: [UInt8]
    let slots: [HeaderSlot]

    /// The number of lines.
    public var count: Int { slots.count }

    /// The value of the first line of that name.
    public subscript(name: HeaderName) -> SIPText? {
        slots.first { $0.name == name }.map { SIPText(bytes, $0.value) }
    }

    /// The values of all lines of that name, one per line.
    public func values(_ name: HeaderName) -> [SIPText] {
        slots.filter { $0.name == name }.map { SIPText(bytes, $0.value) }
    }

    /// The values of all lines whose name is `name` in any case, known to this room or not. Compact forms are found by
    /// the long name.
    public func values(named name: String) -> [SIPText] {
        var name = name
        return name.withUTF8 { utf8 in
            let wanted = UnsafeRawBufferPointer(utf8)
            let known = HeaderName.reading(wanted)
            guard known == .other else { return values(known) }
            return bytes.withUnsafeBytes { bytes in
                slots.filter { slot in
                    let found = UnsafeRawBufferPointer(rebasing: bytes[slot.nameRange.start..<slot.nameRange.end])
                    return ASCII.equalIgnoringCase(found, wanted)
                }.map { SIPText(self.bytes, $0.value) }
            }
        }
    }
}

extension HeaderLines: Sequence {
    /// One line after the other.
    public func makeIterator() -> some IteratorProtocol<(name: SIPText, value: SIPText)> {
        slots.lazy.map { slot in
            (name: SIPText(bytes, slot.nameRange), value: SIPText(bytes, slot.value))
        }.makeIterator()
    }
}
