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
        guard let scanner = MessageScanner(buffer) else { return .failure(.unreadable(.notSIP)) }
        if let flaw = scanner.flaw { return .failure(error(flaw, scanner, bytes)) }
        return .success(MessageBlock(bytes, scanner))
    }

    private static func error(_ flaw: SIPFlaw, _ scanner: borrowing MessageScanner, _ bytes: [UInt8]) -> SIPParseError {
        guard case .request(let method, _) = scanner.startLine.kind, method != .ack, let via = scanner.essentials.topVia
        else { return .unreadable(flaw) }
        let headers = HeaderLines(bytes: bytes, slots: scanner.slots)
        return .refused(BrokenRequest(flaw: flaw, method: method, topVia: Via(bytes, via), headers: headers))
    }

    /// What the first line says.
    public enum StartLine: Sendable {
        case request(SIPMethod, SIPURI)
        case response(SIPStatus, phrase: SIPText)
    }

    public var startLine: StartLine {
        switch block.kind {
        case .request(let method, let uri): .request(method, SIPURI(block.bytes, uri))
        case .response(let status, let phrase): .response(status, phrase: SIPText(block.bytes, phrase))
        }
    }

    public var isRequest: Bool { status == nil }

    /// The method of the request that this is or answers.
    public var method: SIPMethod { block.cseq.method }

    /// The status of a response; `nil` for a request.
    public var status: SIPStatus? {
        switch block.kind {
        case .request: nil
        case .response(let status, _): status
        }
    }

    /// The reason phrase of a response as it arrived; `nil` for a request.
    public var phrase: SIPText? {
        switch block.kind {
        case .request: nil
        case .response(_, let phrase): SIPText(block.bytes, phrase)
        }
    }

    /// The Request-URI of a request; `nil` for a response.
    public var requestURI: SIPURI? {
        switch block.kind {
        case .request(_, let uri): SIPURI(block.bytes, uri)
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
    public var topVia: Via { Via(block.bytes, block.topVia) }
    public var from: NameAddress { NameAddress(block.bytes, block.from) }
    public var to: NameAddress { NameAddress(block.bytes, block.to) }
    /// The Call-ID, compared byte for byte (RFC 3261 §20.8).
    public var callID: SIPText { SIPText(block.bytes, block.callID) }
    public var cseq: CSeq { block.cseq }
    /// The first Contact; `nil` if there is none, it is malformed, or it is `*`.
    public var contact: NameAddress? { block.contact.value.map { NameAddress(block.bytes, $0) } }
    /// How many hops a request may still take, 0...255; `nil` if Max-Forwards is missing or malformed.
    public var maxForwards: UInt8? { block.maxForwards.value }
}

/// The immutable block behind a message.
final class MessageBlock: Sendable {
    enum Kind: Sendable {
        case request(SIPMethod, URIParts)
        case response(SIPStatus, phrase: ByteRange)
    }

    let bytes: [UInt8]
    let slots: [HeaderSlot]
    let kind: Kind
    let topVia: ViaParts
    let from: NameAddressParts
    let to: NameAddressParts
    let callID: ByteRange
    let cseq: CSeq
    let contact: Reading<NameAddressParts>
    let maxForwards: Reading<UInt8>
    let body: ByteRange

    /// - Precondition: the scanner found no flaw, so that nothing indispensable is missing.
    init(_ bytes: [UInt8], _ scanner: borrowing MessageScanner) {
        let found = scanner.essentials
        guard let topVia = found.topVia, let from = found.from, let to = found.to, let callID = found.callID,
            let cseq = found.cseq
        else { preconditionFailure("a message without a flaw has its essentials") }
        switch scanner.startLine.kind {
        case .request(let method, let uri?): kind = .request(method, uri)
        case .request(_, nil): preconditionFailure("a request without a flaw has its URI")
        case .response(let status, let phrase): kind = .response(status, phrase: phrase)
        }
        self.bytes = bytes
        slots = scanner.slots
        self.topVia = topVia
        self.from = from
        self.to = to
        self.callID = callID
        self.cseq = cseq
        contact = found.contact
        maxForwards = found.maxForwards
        body = scanner.body
    }
}
