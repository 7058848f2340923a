/// A piece of a message's text: a view, not a copy.
///
/// Equality is byte for byte. It keeps the whole message alive; whoever stores it for long takes
/// `String(text)` instead.
public struct SIPText: Sendable {
    let bytes: [UInt8]
    let range: ByteRange

    init(_ bytes: [UInt8], _ range: ByteRange) {
        self.bytes = bytes
        self.range = range
    }

    /// A text of one's own, cut after `SIPLimits.messageBytes`.
    public init(_ text: some StringProtocol) {
        bytes = Array(text.utf8.prefix(SIPLimits.messageBytes))
        range = ByteRange(0, bytes.count)
    }

    /// The number of bytes.
    public var count: Int { range.count }
    public var isEmpty: Bool { range.isEmpty }

    /// The bytes of this piece.
    public var slice: ArraySlice<UInt8> { bytes[range.start..<range.end] }

    /// Whether both are the same but for the case of ASCII letters.
    func equalsIgnoringCase(_ other: SIPText) -> Bool {
        withBytes { mine in other.withBytes { ASCII.equalIgnoringCase(mine, $0) } }
    }

    /// Whether the text is `word`, in any case of ASCII letters.
    public func spells(_ word: StaticString) -> Bool {
        withBytes { ASCII.equalIgnoringCase($0, UnsafeRawBufferPointer(word)) }
    }

    /// The decimal number this text is, nothing else around it; `nil` if it is none or has more than
    /// 19 digits behind its leading zeros.
    public var number: UInt64? { withBytes { ASCII.number($0) } }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range.start..<range.end])) }
    }
}

extension SIPText: Hashable {
    public static func == (one: SIPText, other: SIPText) -> Bool {
        one.count == other.count && one.slice == other.slice
    }

    public func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: $0) }
    }
}

extension SIPText: CustomStringConvertible, ExpressibleByStringLiteral {
    public var description: String { String(decoding: slice, as: UTF8.self) }

    public init(stringLiteral: String) {
        self.init(stringLiteral)
    }
}

extension SIPText {
    /// The text on one line: each fold and the space around it becomes one space (RFC 3261 §7.3.1).
    public var unfolded: String {
        guard slice.contains(ASCII.carriageReturn) else { return description }
        var line: [UInt8] = []
        line.reserveCapacity(count)
        var isInFold = false
        for byte in slice {
            let isBreak = byte == ASCII.carriageReturn || byte == ASCII.lineFeed
            if isBreak {
                while let last = line.last, ASCII.isBlank(last) { line.removeLast() }
                isInFold = true
            } else if !(isInFold && ASCII.isBlank(byte)) {
                if isInFold { line.append(ASCII.space) }
                isInFold = false
                line.append(byte)
            }
        }
        return String(decoding: line, as: UTF8.self)
    }
}
