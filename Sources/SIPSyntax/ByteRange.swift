/// Where a piece of a message lies. Sixteen bits reach over the longest message, so a range is four bytes.
struct ByteRange: Hashable, Sendable {
    let lower: UInt16
    let upper: UInt16

    /// - Precondition: both within `SIPLimits.messageBytes`, which is checked where bytes come in.
    @inline(__always)
    init(_ lower: Int, _ upper: Int) {
        assert(0 <= lower && lower <= upper && upper <= SIPLimits.messageBytes)
        self.lower = UInt16(truncatingIfNeeded: lower)
        self.upper = UInt16(truncatingIfNeeded: upper)
    }

    var isEmpty: Bool { lower == upper }
    var count: Int { Int(upper) - Int(lower) }
    var start: Int { Int(lower) }
    var end: Int { Int(upper) }
}
