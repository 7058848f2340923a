/// Where one header line lies in its message: eight bytes, so that a message of 20 lines needs 160.
struct HeaderSlot: Sendable {
    let nameStart: UInt16
    let nameLength: UInt8
    let name: HeaderName
    let value: ByteRange

    var nameRange: ByteRange { ByteRange(Int(nameStart), Int(nameStart) + Int(nameLength)) }
}

/// One header line as it was found.
struct HeaderLine {
    let flaw: SIPFlaw?
    /// Where the next line begins.
    let next: Int
    let slot: HeaderSlot?

    /// Reads the line that begins at `start`, folds included (RFC 3261 §7.3.1).
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        var cursor = Cursor(bytes, ByteRange(start, bytes.count))
        let name = cursor.takeAll(.token)
        while let byte = cursor.next, ASCII.isBlank(byte) { cursor.move(to: cursor.position + 1) }
        let hasColon = cursor.take(ASCII.colon)
        let (valueEnd, isClean) = bytes.endOfHeader(from: cursor.position)
        next = min(valueEnd + 2, bytes.count)
        guard let name, hasColon, isClean else {
            flaw = .malformedHeaderLine
            slot = nil
            return
        }
        let value = bytes.trimmed(from: cursor.position, to: valueEnd)
        guard name.count <= SIPLimits.headerNameBytes, value.count <= SIPLimits.headerValueBytes else {
            flaw = .headerTooLong
            slot = nil
            return
        }
        flaw = valueEnd == bytes.count ? .unfinishedHeaders : nil
        let known = HeaderName.reading(UnsafeRawBufferPointer(rebasing: bytes[name.start..<name.end]))
        slot = HeaderSlot(nameStart: name.lower, nameLength: UInt8(name.count), name: known, value: value)
    }
}
