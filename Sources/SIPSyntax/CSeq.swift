/// The CSeq header: the request's number in its direction of the dialog, and its method (RFC 3261 §20.16).
public struct CSeq: Hashable, Sendable {
    /// Below 2³¹ (RFC 3261 §8.1.1.5).
    public let number: UInt32
    public let method: SIPMethod

    /// Traps from 2³¹ on.
    public init(number: UInt32, method: SIPMethod) {
        precondition(number <= CSeq.greatestNumber)
        self.number = number
        self.method = method
    }

    /// The greatest number, 2³¹ − 1.
    public static let greatestNumber: UInt32 = 0x7FFF_FFFF
}

/// The CSeq header of a message, its method still as bytes.
struct CSeqParts: Sendable {
    let number: UInt32
    let method: ByteRange

    /// Reads a whole header value.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) {
        var cursor = Cursor(bytes, range)
        guard let number = cursor.takeNumber(), number <= CSeq.greatestNumber,
            let byte = cursor.next, ASCII.isWhite(byte)
        else { return nil }
        cursor.skipWhite()
        guard let method = cursor.takeMethod(), cursor.isAtEnd else { return nil }
        self.number = UInt32(number)
        self.method = method
    }
}

extension Cursor {
    /// Takes a method, known or not; `nil` if there is none or it is longer than `SIPLimits.methodBytes`.
    @inline(__always)
    mutating func takeMethod() -> ByteRange? {
        guard let method = takeAll(.token), method.count <= SIPLimits.methodBytes else { return nil }
        return method
    }
}
