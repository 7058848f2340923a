/// Where a piece of a message lies. Sixteen bits reach over the longest message, so a range is four bytes.
struct ByteRange: Hashable, Sendable {
    let lower: UInt16
    let upper: UInt16

    /// Traps beyond `SIPLimits.messageBytes`, which every caller has checked.
    @inline(__always)
    init(_ lower: Int, _ upper: Int) {
        self.lower = UInt16(lower)
        self.upper = UInt16(upper)
    }

    var isEmpty: Bool { lower == upper }
    var count: Int { Int(upper) - Int(lower) }
    var start: Int { Int(lower) }
    var end: Int { Int(upper) }
}
