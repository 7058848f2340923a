/// One pass over a message: the start line, a slot per header line, and the essentials on the way.
///
/// The first flaw is remembered and scanning goes on, because an answer needs the headers behind it too.
struct MessageScanner: ~Copyable {
    let bytes: UnsafeRawBufferPointer
    var startLine: StartLineParts
    var slots: [HeaderSlot] = []
    var essentials = ScannedEssentials()
    var body = ByteRange(0, 0)
    private(set) var flaw: SIPFlaw?

    /// Scans all of `bytes`; `nil` if they do not begin with a line of SIP. At most `SIPLimits.messageBytes`.
    init?(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        var lineStart = 0
        // RFC 3261 §7.5: empty lines before the start line are ignored.
        while lineStart < bytes.count, bytes[lineStart] == ASCII.carriageReturn || bytes[lineStart] == ASCII.lineFeed {
            lineStart += 1
        }
        let lineEnd = bytes.nextControl(from: lineStart)
        guard bytes.isLineEnd(at: lineEnd),
            let startLine = StartLineParts(bytes, ByteRange(lineStart, lineEnd))
        else { return nil }
        self.startLine = startLine
        flaw = startLine.flaw
        slots.reserveCapacity(24)
        scanHeaders(from: lineEnd + 2)
        checkEssentials()
    }

    mutating func note(_ flaw: SIPFlaw) {
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
        if let slot = line.slot {
            if slots.count < SIPLimits.headers { add(slot) } else { note(.tooManyHeaders) }
        }
        return line.next
    }

    @inline(__always)
    private mutating func add(_ slot: HeaderSlot) {
        slots.append(slot)
        if slot.name != .other, let flaw = essentials.take(slot.name, bytes, slot.value) { note(flaw) }
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

    private mutating func checkEssentials() {
        if let missing = essentials.missing { note(.missing(missing)) }
        if case .request(let method, _) = startLine.kind, let cseq = essentials.cseq, cseq.method != method {
            note(.methodMismatch)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether CR LF stands at `index`.
    @inline(__always)
    func isLineEnd(at index: Int) -> Bool {
        index + 1 < count && self[index] == ASCII.carriageReturn && self[index + 1] == ASCII.lineFeed
    }

    /// The first byte below 0x20 from `start` on, or the end. Eight bytes at a time.
    @inline(__always)
    func nextControl(from start: Int) -> Int {
        var index = start
        while index + 8 <= count {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let hits = (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
            if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count, self[index] >= 0x20 { index += 1 }
        return index
    }

    /// Where the line end stands that no fold follows, and whether all before is text. The end of all if there is none.
    ///
    /// Control characters are no text unless a backslash stands before them, as in a quoted pair (RFC 3261 §25.1).
    @inline(__always)
    func endOfHeader(from start: Int) -> (end: Int, isClean: Bool) {
        var isClean = true
        var index = start
        while true {
            index = nextControl(from: index)
            guard index < count else { return (count, isClean) }
            if isLineEnd(at: index) {
                guard index + 2 < count, ASCII.isBlank(self[index + 2]) else { return (index, isClean) }
                index += 3
            } else {
                if self[index] != ASCII.tab, !isQuotedPair(at: index, from: start) { isClean = false }
                index += 1
            }
        }
    }

    private func isQuotedPair(at index: Int, from start: Int) -> Bool {
        index > start && self[index - 1] == ASCII.backslash && ASCII.isEscapable(self[index])
    }

    /// The range without white space at either side.
    @inline(__always)
    func trimmed(from start: Int, to end: Int) -> ByteRange {
        var lower = start
        var upper = end
        while lower < upper, ASCII.isWhite(self[lower]) { lower += 1 }
        while upper > lower, ASCII.isWhite(self[upper - 1]) { upper -= 1 }
        return ByteRange(lower, upper)
    }
}
