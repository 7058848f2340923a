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
        let (end, isClean) = bytes.endOfHeader(from: start)
        next = min(end &+ 2, bytes.count)
        let colon = bytes.firstColon(from: start, to: end)
        let name = ByteRange(start, bytes.endWithoutBlanks(from: start, to: colon))
        let known = HeaderName.reading(UnsafeRawBufferPointer(rebasing: bytes[name.start..<name.end]))
        guard isClean, colon < end, known != .other || bytes.isToken(name) else {
            flaw = .malformedHeaderLine
            slot = nil
            return
        }
        let value = bytes.trimmed(from: colon &+ 1, to: end)
        guard name.count <= SIPLimits.headerNameBytes, value.count <= SIPLimits.headerValueBytes else {
            flaw = .headerTooLong
            slot = nil
            return
        }
        flaw = end == bytes.count ? .unfinishedHeaders : nil
        slot = HeaderSlot(
            nameStart: name.lower, nameLength: UInt8(truncatingIfNeeded: name.count), name: known, value: value)
    }
}
