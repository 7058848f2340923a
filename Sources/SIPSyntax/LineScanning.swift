/// Finding the ends of lines and names, several bytes at a time.
extension UnsafeRawBufferPointer {
    /// Whether CR LF stands at `index`.
    @inline(__always)
    func isLineEnd(at index: Int) -> Bool {
        index + 1 < count && self[index] == ASCII.carriageReturn && self[index + 1] == ASCII.lineFeed
    }

    /// The first byte below 0x20 from `start` on, or the end. Sixteen bytes at a time, then one by one.
    @inline(__always)
    func nextControl(from start: Int) -> Int {
        guard let baseAddress else { return 0 }
        let count = count
        var index = start
        while index &+ 16 <= count {
            let first = (baseAddress + index).controls
            let second = (baseAddress + (index &+ 8)).controls
            if first | second != 0 {
                return index &+ (first != 0 ? first.trailingZeroBitCount : 64 &+ second.trailingZeroBitCount) / 8
            }
            index &+= 16
        }
        while index < count, self[index] >= 0x20 { index &+= 1 }
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

    /// The first colon from `start` on, or `end`. Eight bytes at a time.
    @inline(__always)
    func firstColon(from start: Int, to end: Int) -> Int {
        guard let baseAddress else { return end }
        var index = start
        while index &+ 8 <= end {
            let hits = (baseAddress + index).colons
            if hits != 0 { return index &+ hits.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < end, self[index] != ASCII.colon { index &+= 1 }
        return index
    }

    /// The end of the range without the spaces and tabs before it.
    @inline(__always)
    func endWithoutBlanks(from start: Int, to end: Int) -> Int {
        var end = end
        while end > start, ASCII.isBlank(self[end &- 1]) { end &-= 1 }
        return end
    }

    /// Whether the range is one token and nothing else.
    func isToken(_ range: ByteRange) -> Bool {
        var cursor = Cursor(self, range)
        return cursor.takeAll(.token) != nil && cursor.isAtEnd
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

extension UnsafeRawPointer {
    /// Bit 7 of each of the next eight bytes that is below 0x20, up to the first such; what lies behind it is noise.
    @inline(__always)
    fileprivate var controls: UInt64 {
        let word = UInt64(littleEndian: loadUnaligned(as: UInt64.self))
        return (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
    }

    /// The same for colons.
    @inline(__always)
    fileprivate var colons: UInt64 {
        let word = UInt64(littleEndian: loadUnaligned(as: UInt64.self)) ^ 0x3A3A_3A3A_3A3A_3A3A
        return (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }
}
