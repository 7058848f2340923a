/// One pass over the headers of a message: a slot per line, and the essentials on the way.
///
/// The first flaw is remembered and scanning goes on, because an answer needs the headers behind it too.
struct MessageScanner: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private let slots: UnsafeMutableBufferPointer<HeaderSlot>
    private var slotCount = 0
    private(set) var essentials = ScannedEssentials()
    private(set) var body = ByteRange(0, 0)
    private(set) var flaw: SIPFlaw?

    /// Scans all of `bytes`, at most `SIPLimits.messageBytes`.
    /// - Parameter slots: room for `SIPLimits.headers`, not yet initialised; they are trivial, so nobody need
    ///   deinitialise them.
    init(
        _ bytes: UnsafeRawBufferPointer, _ startLine: StartLineParts, _ slots: UnsafeMutableBufferPointer<HeaderSlot>
    ) {
        self.bytes = bytes
        self.slots = slots
        flaw = startLine.flaw
        scanHeaders(from: startLine.headersStart)
        checkEssentials(startLine)
    }

    /// The slots found, in an array that has room for no more.
    var foundSlots: [HeaderSlot] { Array(slots[..<slotCount]) }

    private mutating func note(_ flaw: SIPFlaw) {
        if self.flaw == nil { self.flaw = flaw }
    }

    private mutating func scanHeaders(from start: Int) {
        var position = start
        while position < bytes.count {
            if bytes.isLineEnd(at: position) { return scanBody(from: position + 2) }
            position = scanHeader(from: position)
        }
        note(.unfinishedHeaders)
        body = ByteRange(bytes.count, bytes.count)
    }

    /// Scans the line that begins at `start` and gives the start of the next.
    @inline(__always)
    private mutating func scanHeader(from start: Int) -> Int {
        let line = HeaderLine(bytes, from: start)
        if let flaw = line.flaw { note(flaw) }
        guard let slot = line.slot else { return line.next }
        guard slotCount < slots.count else {
            note(.tooManyHeaders)
            return line.next
        }
        slots.initializeElement(at: slotCount, to: slot)
        slotCount &+= 1
        if slot.name != .other, let flaw = essentials.take(slot.name, bytes, slot.value) { note(flaw) }
        return line.next
    }

    private mutating func scanBody(from start: Int) {
        let available = bytes.count - start
        guard let announced = essentials.contentLength else {
            body = ByteRange(start, bytes.count)
            return
        }
        if announced > available { note(.bodyTooShort) }
        body = ByteRange(start, start + min(announced, available))
    }

    private mutating func checkEssentials(_ startLine: StartLineParts) {
        if let missing = essentials.missing { note(.missing(missing)) }
        if case .request(let method, _) = startLine.kind, let cseq = essentials.cseq,
            !bytes.isSame(method, as: cseq.method)
        {
            note(.methodMismatch)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether both ranges have the same bytes.
    fileprivate func isSame(_ one: ByteRange, as other: ByteRange) -> Bool {
        guard one.count == other.count else { return false }
        for index in 0..<one.count where self[one.start + index] != self[other.start + index] { return false }
        return true
    }
}
