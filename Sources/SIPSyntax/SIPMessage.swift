/// A received SIP message: its bytes, where each header stands, and what every receiver needs, read once.
///
/// Each one has a readable top Via, From, To, Call-ID and CSeq; everything else may be missing, and is read when it is
/// asked for. It is one immutable block, cheap to hand around; texts and addresses taken from it are views.
public struct SIPMessage: Sendable {
    let block: MessageBlock

    /// Reads one datagram (RFC 3261 §18.3): bytes behind Content-Length are left out; without one the body
    /// reaches to the end.
    public init(parsing bytes: [UInt8]) throws(SIPParseError) {
        guard bytes.count <= SIPLimits.messageBytes else { throw .unreadable(.messageTooLong) }
        block = try bytes.withUnsafeBytes { SIPMessage.scan($0, of: bytes) }.get()
    }

    private static func scan(
        _ buffer: UnsafeRawBufferPointer, of bytes: [UInt8]
    ) -> Result<MessageBlock, SIPParseError> {
        guard let startLine = StartLineParts.find(in: buffer) else { return .failure(.unreadable(.notSIP)) }
        return withUnsafeTemporaryAllocation(of: HeaderSlot.self, capacity: SIPLimits.headers) { slots in
            let scanner = MessageScanner(buffer, startLine, slots)
            guard let flaw = scanner.flaw else {
                return .success(MessageBlock(bytes, startLine, scanner))
            }
            return .failure(error(flaw, startLine, scanner, bytes))
        }
    }

    private static func error(
        _ flaw: SIPFlaw, _ startLine: StartLineParts, _ scanner: borrowing MessageScanner, _ bytes: [UInt8]
    ) -> SIPParseError {
        guard case .request(let range, _) = startLine.kind, let via = scanner.essentials.topVia
        else { return .unreadable(flaw) }
        let method = SIPMethod(SIPText(bytes, range))
        if method == .ack { return .unreadable(flaw) }
        let headers = HeaderLines(bytes: bytes, slots: scanner.foundSlots)
        return .refused(BrokenRequest(flaw: flaw, method: method, topVia: Via(bytes, via), headers: headers))
    }

    /// What the first line says.
    public enum StartLine: Sendable {
        case request(SIPMethod, SIPURI)
        case response(SIPStatus, phrase: SIPText)
    }

    public var startLine: StartLine {
        switch block.startLine.kind {
        case .request(_, let uri): .request(method, SIPURI(block.bytes, found(uri)))
        case .response(let status, let phrase): .response(status, phrase: SIPText(block.bytes, phrase))
        }
    }

    public var isRequest: Bool { status == nil }

    /// The method of the request that this is or answers.
    public var method: SIPMethod { cseq.method }

    /// The status of a response; `nil` for a request.
    public var status: SIPStatus? {
        switch block.startLine.kind {
        case .request: nil
        case .response(let status, _): status
        }
    }

    /// The reason phrase of a response as it arrived; `nil` for a request.
    public var phrase: SIPText? {
        switch block.startLine.kind {
        case .request: nil
        case .response(_, let phrase): SIPText(block.bytes, phrase)
        }
    }

    /// The Request-URI of a request; `nil` for a response.
    public var requestURI: SIPURI? {
        switch block.startLine.kind {
        case .request(_, let uri): SIPURI(block.bytes, found(uri))
        case .response: nil
        }
    }

    /// The datagram it was read from.
    public var bytes: [UInt8] { block.bytes }
    /// All header lines.
    public var headers: HeaderLines { HeaderLines(bytes: block.bytes, slots: block.slots) }
    /// The body; empty if there is none.
    public var body: ArraySlice<UInt8> { block.bytes[block.body.start..<block.body.end] }
}

extension SIPMessage {
    /// The last hop; of a request it names the transaction.
    public var topVia: Via { Via(block.bytes, found(block.essentials.topVia)) }
    public var from: NameAddress { NameAddress(block.bytes, found(block.essentials.from)) }
    public var to: NameAddress { NameAddress(block.bytes, found(block.essentials.to)) }
    /// The Call-ID, compared byte for byte (RFC 3261 §20.8).
    public var callID: SIPText { SIPText(block.bytes, found(block.essentials.callID)) }
    public var cseq: CSeq {
        let parts = found(block.essentials.cseq)
        return CSeq(number: parts.number, method: SIPMethod(SIPText(block.bytes, parts.method)))
    }

    /// The first Contact; `nil` if there is none, it is malformed, or it is `*`.
    public var contact: NameAddress? {
        guard let value = block.essentials.contact else { return nil }
        let parts = block.bytes.withUnsafeBytes { bytes in
            var cursor = Cursor(bytes, value)
            return NameAddressParts(&cursor)
        }
        return parts.map { NameAddress(block.bytes, $0) }
    }
    /// How many hops a request may still take, 0...255; `nil` if Max-Forwards is missing or malformed.
    public var maxForwards: UInt8? { block.essentials.maxForwards.value }

    /// What no message without a flaw lacks.
    private func found<Part>(_ part: Part?) -> Part {
        guard let part else { preconditionFailure("the scanner finds no flaw, so nothing indispensable is missing") }
        return part
    }
}

/// The immutable block behind a message. The scanner found no flaw in it.
final class MessageBlock: Sendable {
    let bytes: [UInt8]
    let slots: [HeaderSlot]
    let startLine: StartLineParts
    let essentials: ScannedEssentials
    let body: ByteRange

    init(_ bytes: [UInt8], _ startLine: StartLineParts, _ scanner: borrowing MessageScanner) {
        self.bytes = bytes
        self.startLine = startLine
        slots = scanner.foundSlots
        essentials = scanner.essentials
        body = scanner.body
    }
}
