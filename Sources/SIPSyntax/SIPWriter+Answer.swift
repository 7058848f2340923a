extension SIPWriter {
    /// Begins the answer to `request`: Via, From, To, Call-ID and CSeq are copied as they arrived (RFC 3261 §8.2.6.2).
    /// - Parameters:
    ///   - phrase: the reason phrase, if not the usual one.
    ///   - tag: our tag, added to To if it has none. A token. Left out only for 100.
    ///   - source: where the request came from; writes `received` and `rport` into the top Via where RFC 3261 §18.2.1
    ///     and RFC 3581 §4 want them.
    public mutating func begin(
        answering request: SIPMessage, _ status: SIPStatus, phrase: String? = nil, tag: String?, from source: ViaSource
    ) {
        let head = AnswerHead(status: status, phrase: phrase, tag: request.to.tag == nil ? tag : nil, source: source)
        begin(head, request.headers, request.topVia)
    }

    /// Begins the refusal of a request that is not well formed, with what could be read of it.
    public mutating func begin(refusing request: BrokenRequest, tag: String, from source: ViaSource) {
        let hasTag = request.headers[.to].flatMap { NameAddress($0.description) }?.tag != nil
        let head = AnswerHead(
            status: request.status, phrase: request.flaw.phrase, tag: hasTag ? nil : tag, source: source)
        begin(head, request.headers, request.topVia)
    }

    /// Copies all lines of a header as they arrived.
    public mutating func copy(_ name: HeaderName, of message: SIPMessage) {
        copy(name, of: message.headers)
    }

    private mutating func begin(_ head: AnswerHead, _ lines: HeaderLines, _ topVia: Via) {
        begin(head.status, phrase: head.phrase)
        appendVias(lines, topVia, head.source)
        copy(.from, of: lines)
        appendTo(lines, head.tag)
        copy(.callID, of: lines)
        copy(.cseq, of: lines)
    }

    private mutating func copy(_ name: HeaderName, of lines: HeaderLines) {
        for slot in lines.slots where slot.name == name {
            header(name, SIPText(lines.bytes, slot.value))
        }
    }

    private mutating func appendTo(_ lines: HeaderLines, _ tag: String?) {
        guard let to = lines[.to] else { return }
        appendName(.to)
        append(to)
        if let tag {
            append(";tag=")
            appendClean(tag)
        }
        appendLineEnd()
    }
}

/// The parts of an answer that are not copied.
private struct AnswerHead {
    let status: SIPStatus
    let phrase: String?
    let tag: String?
    let source: ViaSource
}

/// Where a request came from, as its answer's top Via tells.
public struct ViaSource: Hashable, Sendable {
    /// The address as text, IPv6 without brackets.
    public let address: String
    public let port: UInt16

    public init(address: String, port: UInt16) {
        self.address = address
        self.port = port
    }
}

extension SIPWriter {
    private mutating func appendVias(_ lines: HeaderLines, _ topVia: Via, _ source: ViaSource) {
        var isTop = true
        for slot in lines.slots where slot.name == .via {
            appendName(.via)
            if isTop {
                appendTopVia(topVia, source)
                append(SIPText(lines.bytes, ByteRange(topVia.parts.whole.end, slot.value.end)))
            } else {
                append(SIPText(lines.bytes, slot.value))
            }
            isTop = false
            appendLineEnd()
        }
    }

    private mutating func appendTopVia(_ via: Via, _ source: ViaSource) {
        let host = via.host.slice.drop { $0 == ASCII.openBracket }.prefix { $0 != ASCII.closeBracket }
        let isOwnAddress = host.elementsEqual(source.address.utf8)
        guard !isOwnAddress || via.rport == .requested else { return append(via.text) }
        append(SIPText(via.bytes, ByteRange(via.parts.whole.start, via.parts.parameters.start)))
        for (name, value) in via.parameters {
            if name.spells("received") || name.spells("rport") { continue }
            appendParameter(name, value)
        }
        append(";received=")
        append(source.address)
        guard via.rport != .absent else { return }
        append(";rport=")
        append(UInt64(source.port))
    }

    private mutating func appendParameter(_ name: SIPText, _ value: SIPText?) {
        buffer.append(ASCII.semicolon)
        append(name)
        guard let value else { return }
        buffer.append(ASCII.equals)
        let isQuoted = value.range.start > 0 && value.bytes[value.range.start - 1] == ASCII.quote
        if isQuoted { buffer.append(ASCII.quote) }
        append(value)
        if isQuoted { buffer.append(ASCII.quote) }
    }
}
