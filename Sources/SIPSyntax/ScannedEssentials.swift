/// What every receiver of a message needs at once, as far as it has been read.
struct ScannedEssentials: Sendable {
    private(set) var topVia: ViaParts?
    private(set) var from: NameAddressParts?
    private(set) var to: NameAddressParts?
    private(set) var callID: ByteRange?
    private(set) var cseq: CSeqParts?
    /// The first one as a whole: few who receive a message ask for it, and it takes as long to read as From.
    private(set) var contact: ByteRange?
    private(set) var maxForwards = Reading<UInt8>.absent
    private(set) var contentLength: Int?
    private var seen: UInt64 = 0

    /// The first header that each message must have and this one lacks (RFC 3261 §8.1.1).
    var missing: HeaderName? {
        func lacks(_ name: HeaderName) -> Bool { seen & 1 << UInt64(name.rawValue) == 0 }
        if lacks(.via) { return .via }
        if lacks(.from) { return .from }
        if lacks(.to) { return .to }
        if lacks(.callID) { return .callID }
        return lacks(.cseq) ? .cseq : nil
    }

    /// Takes the value of a known header and gives the flaw it has.
    @inline(__always)
    mutating func take(_ name: HeaderName, _ bytes: UnsafeRawBufferPointer, _ value: ByteRange) -> SIPFlaw? {
        let bit: UInt64 = 1 << UInt64(name.rawValue)
        defer { seen |= bit }
        if seen & bit != 0 { return ScannedEssentials.standsOnce(name) ? .repeated(name) : nil }
        return read(name, bytes, value) ? nil : .malformed(name)
    }

    private static func standsOnce(_ name: HeaderName) -> Bool {
        switch name {
        case .callID, .contentLength, .contentType, .cseq, .from, .maxForwards, .to: true
        default: false
        }
    }

    @inline(__always)
    private mutating func read(_ name: HeaderName, _ bytes: UnsafeRawBufferPointer, _ value: ByteRange) -> Bool {
        var cursor = Cursor(bytes, value)
        switch name {
        case .via:
            topVia = ViaParts(&cursor)
            return topVia?.isWellFormed ?? false
        case .from:
            from = NameAddressParts(whole: bytes, value)
            return from != nil
        case .to:
            to = NameAddressParts(whole: bytes, value)
            return to != nil
        case .callID:
            callID = cursor.takeAll(.visible)
            return callID != nil && cursor.isAtEnd
        case .cseq:
            cseq = CSeqParts(bytes, value)
            return cseq != nil
        case .contact:
            contact = value
        case .maxForwards:
            let hops = cursor.takeNumber().flatMap(UInt8.init(exactly:))
            maxForwards = cursor.isAtEnd ? hops.map(Reading.value) ?? .malformed : .malformed
        case .contentLength:
            contentLength = cursor.takeNumber().flatMap(Int.init(exactly:))
            return contentLength != nil && cursor.isAtEnd
        default: break
        }
        return true
    }
}

/// A header that need not be there and may be malformed.
enum Reading<Value: Sendable>: Sendable {
    case absent, malformed
    case value(Value)

    var value: Value? {
        switch self {
        case .absent, .malformed: nil
        case .value(let value): value
        }
    }
}

extension NameAddressParts {
    /// Reads a value that is one address and nothing else.
    @inline(__always)
    init?(whole bytes: UnsafeRawBufferPointer, _ value: ByteRange) {
        var cursor = Cursor(bytes, value)
        self.init(&cursor)
        guard cursor.isAtEnd else { return nil }
    }
}
